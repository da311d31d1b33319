use std::fmt::Write as _;

use imgcost::image::Digest;
use sha2::{Digest as _, Sha256, Sha512};

/// Checks bytes against the digest they were asked for by.
///
/// # Errors
/// In words, if they differ or the algorithm is not known here.
pub(crate) fn check(bytes: &[u8], wanted: &Digest) -> Result<(), String> {
    let text = wanted.to_string();
    let found = match text.split_once(':') {
        Some(("sha256", _)) => format!("sha256:{}", hex(&Sha256::digest(bytes))),
        Some(("sha512", _)) => format!("sha512:{}", hex(&Sha512::digest(bytes))),
        _ => return Err(format!("its digest `{text}` is of a kind that cannot be checked")),
    };
    if found == text {
        Ok(())
    } else {
        Err(format!("what came has the digest {found}, not {text}"))
    }
}

/// The digest by which registries know a document.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        // FIPS 180-2, appendix B.1: SHA-256 of "abc".
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), abc);
        assert!(check(b"abc", &Digest::parse(abc).unwrap()).is_ok());
        assert!(check(b"abd", &Digest::parse(abc).unwrap()).is_err());
        let unknown = format!("blake3:{}", "0".repeat(64));
        assert!(check(b"abc", &Digest::parse(&unknown).unwrap()).is_err());
    }
}
