//! Names that users and archives give to images, and which of them mean the same.

use super::check::{listed, quoted};
use crate::error::ImageError;

/// Whether a name in an archive is what a user asks for: `shop/app:1` is also
/// `docker.io/shop/app:1`, and `node` is `docker.io/library/node:latest`.
pub(super) fn same(there: &str, wanted: &str) -> bool {
    there == wanted || full(there) == full(wanted)
}

fn full(name: &str) -> String {
    let name = ["docker.io/", "index.docker.io/"]
        .into_iter()
        .find_map(|host| name.strip_prefix(host))
        .unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains(':') { name.to_owned() } else { format!("{name}:latest") }
}

/// What to say if no image has the name that is asked for.
pub(super) fn unknown(what: &str, wanted: &str, there: &[String]) -> ImageError {
    let error = ImageError::new(what, format!("there is no image `{}` in it", quoted(wanted)));
    if there.is_empty() {
        return error.help("its images have no names: leave the name out, or write a digest");
    }
    error.help(format!("it has {}", listed(there)))
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn the_usual_host_and_folder_and_tag_may_be_left_out() {
        for (there, wanted) in [
            ("node:22", "node:22"),
            ("node:22", "docker.io/library/node:22"),
            ("docker.io/library/node:22", "node:22"),
            ("docker.io/shop/app:latest", "shop/app"),
            ("localhost:5000/app:latest", "localhost:5000/app"),
        ] {
            assert!(same(there, wanted), "{there} {wanted}");
        }
        for (there, wanted) in [
            ("node:22", "node:20"),
            ("shop/node:22", "node:22"),
            ("ghcr.io/node:22", "node:22"),
            ("node:22", "node"),
        ] {
            assert!(!same(there, wanted), "{there} {wanted}");
        }
    }
}
