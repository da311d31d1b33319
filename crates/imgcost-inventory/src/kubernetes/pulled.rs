//! What kubelets write when they have an image.

/// What a `Pulled` event tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pulled<'m> {
    /// The image as the pod names it.
    pub(super) image: &'m str,
    /// Whether the node had it: nothing moved then.
    pub(super) present: bool,
    /// Its size as the node's runtime counts, told since Kubernetes 1.30 or so.
    pub(super) bytes: Option<u64>,
}

/// Reads the message of a `Pulled` event, of any generation of kubelets.
pub(super) fn pulled(message: &str) -> Option<Pulled<'_>> {
    // Newer kubelets say first which container it was: `spec.containers{web}: `.
    let quote = message.find('"')?;
    let (before, rest) = (message.get(..quote)?, message.get(quote + 1..)?);
    let (image, after) = rest.split_once('"')?;
    if after.contains("already present on machine") {
        return Some(Pulled { image, present: true, bytes: None });
    }
    if !before.trim_end().ends_with("Successfully pulled image") {
        return None;
    }
    let bytes = after
        .split_once("Image size: ")
        .and_then(|(_, size)| size.split_once(" bytes"))
        .and_then(|(size, _)| size.parse().ok());
    Some(Pulled { image, present: false, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_generations_of_kubelets_are_understood() {
        let at = |image, present, bytes| Some(Pulled { image, present, bytes });
        let cases = [
            (r#"Container image "web:1" already present on machine"#, at("web:1", true, None)),
            (
                r#"Container image "web:1" already present on machine and can be accessed by the pod"#,
                at("web:1", true, None),
            ),
            (r#"Successfully pulled image "nginx" in 2.633289584s"#, at("nginx", false, None)),
            (
                r#"Successfully pulled image "nginx" in 1m2.3s (27.88s including waiting)"#,
                at("nginx", false, None),
            ),
            (
                r#"Successfully pulled image "nginx" in 27.88s (27.88s including waiting). Image size: 68507108 bytes."#,
                at("nginx", false, Some(68_507_108)),
            ),
            (
                r#"spec.containers{hello}: Successfully pulled image "nginx" in 890ms (890ms including waiting). Image size: 192385289 bytes."#,
                at("nginx", false, Some(192_385_289)),
            ),
            ("Back-off pulling image \"nginx\"", None),
            ("", None),
        ];
        for (message, expected) in cases {
            assert_eq!(pulled(message), expected, "{message}");
        }
    }
}
