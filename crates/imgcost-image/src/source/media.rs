//! What media types say.

use crate::inspection::Codec;

const CONFIGS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];
const INDEXES: [&str; 2] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];
const MANIFESTS: [&str; 2] = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];
const LAYERS: [&str; 2] =
    ["application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs."];

/// What BuildKit's attestations (SBOM, provenance) are made of.
pub(super) const IN_TOTO: &str = "application/vnd.in-toto+json";
/// What newer ones call themselves.
pub(super) const ATTESTATION: &str = "application/vnd.docker.attestation.manifest.v1+json";

pub(super) fn is_config(media_type: &str) -> bool {
    CONFIGS.contains(&media_type)
}

pub(super) fn is_index(media_type: &str) -> bool {
    INDEXES.contains(&media_type)
}

pub(super) fn is_manifest(media_type: &str) -> bool {
    MANIFESTS.contains(&media_type)
}

/// Docker's first format, which names no sizes.
pub(super) fn is_schema_1(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.docker.distribution.manifest.v1+")
}

/// Whether a layer may not be stored by registries, but is fetched from its maker (Windows).
pub(super) fn is_foreign(media_type: &str) -> bool {
    media_type.contains(".foreign.") || media_type.contains(".nondistributable.")
}

/// How a layer of this media type is compressed.
pub(super) fn codec(media_type: Option<&str>) -> Codec {
    let Some(media_type) = media_type else { return Codec::Unknown };
    if !LAYERS.iter().any(|prefix| media_type.starts_with(prefix)) {
        return Codec::Unknown;
    }
    match media_type.rsplit_once("tar").map(|(_, rest)| rest) {
        Some("") => Codec::Tar,
        Some("+gzip" | ".gzip") => Codec::Gzip,
        Some("+zstd" | ".zstd") => Codec::Zstd,
        _ => Codec::Unknown,
    }
}

/// How bytes are compressed, from the first of them; `None` if not in a way known here.
pub(super) fn sniff(start: &[u8]) -> Option<Codec> {
    match start {
        [0x1f, 0x8b, ..] => Some(Codec::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Codec::Zstd),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_of_both_families_name_the_codec() {
        for (media_type, expected) in [
            ("application/vnd.oci.image.layer.v1.tar", Codec::Tar),
            ("application/vnd.oci.image.layer.v1.tar+gzip", Codec::Gzip),
            ("application/vnd.oci.image.layer.v1.tar+zstd", Codec::Zstd),
            ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", Codec::Gzip),
            ("application/vnd.docker.image.rootfs.diff.tar", Codec::Tar),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip", Codec::Gzip),
            ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Codec::Gzip),
            ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", Codec::Unknown),
            ("application/vnd.cncf.helm.chart.content.v1.tar+gzip", Codec::Unknown),
            ("tar", Codec::Unknown),
        ] {
            assert_eq!(codec(Some(media_type)), expected, "{media_type}");
        }
        assert_eq!(codec(None), Codec::Unknown);
    }
}
