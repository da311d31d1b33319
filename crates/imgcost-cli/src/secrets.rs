//! Logins that users write where they do not belong: messages repeat what was written, and must not
//! repeat those.

use std::borrow::Cow;

/// The text with logins in addresses (`://user:password@`) overwritten by stars, byte by byte, so that
/// places in it stay what they were.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let mut hidden: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, scheme) in text.match_indices("://") {
        let start = at + scheme.len();
        let rest = text.get(start..).unwrap_or_default();
        let ends = |c: char| c == '/' || c.is_whitespace() || "\"'`<>".contains(c);
        let host = rest.split(ends).next().unwrap_or_default();
        if let Some(login) = host.rfind('@').filter(|login| *login > 0) {
            hidden.push(start..start + login);
        }
    }
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in hidden {
        bytes.get_mut(range).into_iter().flatten().for_each(|byte| *byte = b'*');
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn logins_are_overwritten_and_nothing_moves() {
        let text = "cannot read `registry://bob:s3cr3t@ghcr.io/a/b:1`, see https://x.org/a@b";
        let shown = masked(text);
        assert_eq!(
            shown,
            "cannot read `registry://**********@ghcr.io/a/b:1`, see https://x.org/a@b"
        );
        assert_eq!(shown.len(), text.len());
        assert_eq!(masked("registry://ghcr.io/a@sha256:00"), "registry://ghcr.io/a@sha256:00");
    }
}
