use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};
use imgcost_image::{Platform, Reference};

use super::value::{bytes, platform, ratio, reference};
use super::whatif::Scene;

#[derive(Debug, Subcommand)]
pub(crate) enum ImageCommand {
    /// The layers of images: both sizes, what made them, who shares them, what they ship in vain.
    Inspect(Box<Inspect>),
    /// What a node fetches that pulls these images in this order.
    Pulls {
        /// Such as oci:build:v1 or registry://ghcr.io/shop/app:1.2.
        #[arg(required = true, value_name = "REF", value_parser = reference)]
        references: Vec<Reference>,
        /// Unpacked bytes per compressed byte, for docker archives [default: 2.7].
        #[arg(long, value_name = "RATIO", env = "IMGCOST_RATIO", value_parser = ratio)]
        ratio: Option<String>,
        #[command(flatten)]
        images: ImageArgs,
    },
    /// How versions of one image really changed, as a fleet file has it.
    Churn {
        /// The versions, oldest first; or a repository of a registry, whose tags are taken by time.
        #[arg(value_name = "REF", value_parser = reference, required_unless_present = "history")]
        references: Vec<Reference>,
        /// A CSV of versions instead: created, layer-digest and compressed-bytes, perhaps repo and tag.
        #[arg(long, value_name = "FILE", conflicts_with = "references")]
        history: Option<PathBuf>,
        /// Only these images of the history (repo:tag); several that follow each other are one.
        #[arg(long, value_name = "NAME", requires = "history")]
        image: Vec<String>,
        /// The most tags that a repository may have: each is read, at two or three requests.
        #[arg(long, value_name = "COUNT", default_value_t = 500, value_parser = clap::value_parser!(u32).range(2..=10_000))]
        limit: u32,
        /// Unpacked bytes per compressed byte, for docker archives [default: 2.7].
        #[arg(long, value_name = "RATIO", env = "IMGCOST_RATIO", value_parser = ratio)]
        ratio: Option<String>,
        #[command(flatten)]
        images: ImageArgs,
    },
}

/// Images to be looked into, and the scene in which their waste is priced.
#[derive(Debug, Clone, Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Inspect {
    /// Such as oci:build:v1, docker-archive:app.tar or registry://ghcr.io/shop/app:1.2.
    #[arg(required = true, value_name = "REF", value_parser = reference)]
    pub(crate) references: Vec<Reference>,
    #[command(flatten)]
    pub(crate) images: ImageArgs,
    #[command(flatten)]
    pub(crate) scene: Scene,
}

/// How real images are read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Images")]
pub(crate) struct ImageArgs {
    /// The platform to take from an image of several [default: linux/amd64].
    #[arg(long, value_name = "OS/ARCH", env = "IMGCOST_PLATFORM", value_parser = platform)]
    pub(crate) platform: Option<Platform>,
    /// Fetch the layers of registry images too: their unpacked sizes and waste.
    #[arg(long, env = "IMGCOST_UNPACKED", value_parser = FalseyValueParser::new())]
    pub(crate) unpacked: bool,
    /// Read every byte of docker archives too and check the digests of their layers; without it only
    /// the headers of layers that are stored unpacked are read.
    #[arg(long, env = "IMGCOST_VERIFY", value_parser = FalseyValueParser::new())]
    pub(crate) verify: bool,
    /// Stop if the layers of an image unpack to more than this [default: 64GiB].
    #[arg(long, value_name = "SIZE", env = "IMGCOST_MAX_UNPACKED", value_parser = bytes)]
    pub(crate) max_unpacked: Option<u64>,
    /// Talk to registries without TLS.
    #[arg(long, env = "IMGCOST_PLAIN_HTTP", value_parser = FalseyValueParser::new())]
    pub(crate) plain_http: bool,
}
