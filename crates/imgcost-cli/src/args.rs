//! The command line, as `--help` shows it.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::FalseyValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use imgcost::fleet::{self, Cloud, RegistryProvider};
use imgcost::units::{self, CompressionRatio, ParseError, PerMonth, Share, Span};
use imgcost_image::{ImageError, Platform, Reference};

/// What container images cost per deploy and per month, and what slimming them saves.
#[derive(Debug, Parser)]
#[command(name = "imgcost", version, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 fine, 1 bad input or a failure, 2 wrong usage, 3 a gate was breached, \
                        4 unpriced or stale prices under --strict."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Flags that every command understands.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// How results are written.
    #[arg(long, value_enum, default_value_t = Format::Text, global = true, env = "IMGCOST_FORMAT")]
    pub(crate) format: Format,
    /// Write results to this file instead of standard output; it appears whole or not at all.
    #[arg(short, long, value_name = "FILE", global = true, env = "IMGCOST_OUT_FILE")]
    pub(crate) out_file: Option<PathBuf>,
    /// Take the prices in force on this day, such as 2025-12-31 [default: today].
    #[arg(long, value_name = "DATE", global = true, env = "IMGCOST_AS_OF", value_parser = parse_date)]
    pub(crate) as_of: Option<NaiveDate>,
    /// A price file whose rows win over the built-in ones; may be repeated, the last wins.
    #[arg(
        long = "prices",
        value_name = "FILE",
        global = true,
        env = "IMGCOST_PRICES",
        value_delimiter = ','
    )]
    pub(crate) overlays: Vec<PathBuf>,
    /// A contract discount on a price or a family of prices, such as aws.nat=12%; may be repeated.
    #[arg(
        long,
        value_name = "METER=PERCENT",
        global = true,
        env = "IMGCOST_DISCOUNT",
        value_delimiter = ','
    )]
    pub(crate) discount: Vec<String>,
    /// Deduct the free allowances that accounts have.
    #[arg(long, global = true, env = "IMGCOST_FREE", value_parser = FalseyValueParser::new())]
    pub(crate) free: bool,
    /// Group by a label, by cluster, registry or service; may be repeated to group by both together.
    #[arg(
        long,
        value_name = "LABEL",
        global = true,
        env = "IMGCOST_GROUP_BY",
        value_delimiter = ','
    )]
    pub(crate) group_by: Vec<String>,
    /// Which lines JSON and CSV list: one per service, one per component, or none
    /// [default: per service, up to 10,000 services].
    #[arg(long, value_enum, global = true, env = "IMGCOST_LINES")]
    pub(crate) lines: Option<Lines>,
    /// Exit with code 4 if anything is unpriced or a price has not been checked for a year.
    #[arg(long, global = true, env = "IMGCOST_STRICT", value_parser = FalseyValueParser::new())]
    pub(crate) strict: bool,
    /// When to colour text.
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, env = "IMGCOST_COLOR")]
    pub(crate) color: Color,
    /// Say nothing but the result: no progress, no warnings on standard error.
    #[arg(short, long, global = true, env = "IMGCOST_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
    /// Say more: which files were read, and how long it took.
    #[arg(short, long, global = true, env = "IMGCOST_VERBOSE", value_parser = FalseyValueParser::new())]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lines {
    Service,
    Component,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SideArg {
    Before,
    After,
}

impl From<SideArg> for imgcost::fleet::Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::Before => Self::Before,
            SideArg::After => Self::After,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What if one service had a smaller image? Two sizes in, savings out; no file needed.
    Whatif(Box<Whatif>),
    /// What a fleet costs.
    Estimate {
        /// The fleet file.
        fleet: PathBuf,
        /// Which images: as they are, or as they would be.
        #[arg(long, value_enum, default_value_t = SideArg::Before)]
        side: SideArg,
        #[command(flatten)]
        images: ImageArgs,
    },
    /// Before against after, or one fleet file against another.
    Compare {
        /// The fleet file.
        fleet: PathBuf,
        /// Another fleet file: the first one's side against this one's.
        other: Option<PathBuf>,
        /// Which images of two files are compared.
        #[arg(long, value_enum, default_value_t = SideArg::Before, requires = "other")]
        side: SideArg,
        #[command(flatten)]
        images: ImageArgs,
    },
    /// Every line as a derivation: formula, numbers, price row with source and date.
    Explain {
        /// The fleet file.
        fleet: PathBuf,
        /// Only this service.
        #[arg(long, value_name = "NAME")]
        service: Option<String>,
        /// Only this component, such as warm-pulls.
        #[arg(long, value_name = "COMPONENT")]
        line: Option<String>,
        /// Only this side.
        #[arg(long, value_enum)]
        side: Option<SideArg>,
        #[command(flatten)]
        images: ImageArgs,
    },
    /// Real images: their layers and waste, what pulls of them move, how they change.
    Image {
        #[command(subcommand)]
        command: ImageCommand,
    },
    /// A fleet file from what you already have: kubectl output, registry listings, logs.
    Inventory {
        /// What the files are.
        #[arg(value_enum)]
        source: Source,
        /// The files; - is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// The price book: what is known, where, since when, and who says so.
    Prices {
        #[command(subcommand)]
        command: PricesCommand,
    },
    /// A commented fleet file that works as it stands.
    Init,
    /// Shell completions.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PricesCommand {
    /// The price ids, or those that begin with a prefix.
    List {
        /// Such as aws.nat.
        prefix: Option<String>,
    },
    /// Every row of a price, superseded ones too.
    Show {
        /// Such as aws.ecr.storage.
        id: String,
        /// Only this region.
        #[arg(long)]
        region: Option<String>,
    },
    /// What a quantity costs.
    Quote {
        /// Such as aws.ecr.storage.
        id: String,
        /// Such as us-east-1; not needed for a price that is the same everywhere.
        #[arg(long)]
        region: Option<String>,
        /// The destination, for transfers between regions.
        #[arg(long)]
        to: Option<String>,
        /// Such as "50 GiB-month", "1000 GB for 5d" or "730 hour".
        #[arg(long)]
        quantity: String,
        /// How many hours the month has, where the quantity is given by the hour.
        #[arg(long, value_name = "HOURS")]
        month_hours: Option<u32>,
    },
    /// Whether price files are well-formed: provenance, dates, tiers, units, overlaps.
    Check {
        /// The files; without any, the built-in ones.
        files: Vec<PathBuf>,
        /// Hold the files to the rules of built-in ones: named after their ids, with http sources.
        #[arg(long, requires = "files")]
        built_in: bool,
    },
}

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
        /// The most versions to read from a repository, newest first.
        #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..=10_000))]
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

/// What an inventory is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Source {
    /// kubectl get nodes,pods,deployments,replicasets,statefulsets,daemonsets,events -A -o json
    Kubernetes,
    /// aws ecr describe-images --output json
    Ecr,
    /// gcloud artifacts docker images list --include-tags --format=json
    ArtifactRegistry,
    /// az acr manifest list-metadata
    Acr,
    /// GET /api/v2.0/projects/PROJECT/repositories/REPOSITORY/artifacts
    Harbor,
    /// The access log of a distribution registry.
    RegistryLog,
    /// CloudTrail records of ECR.
    Cloudtrail,
    /// docker image ls, history, inspect or system df as JSON, or dive's JSON.
    Docker,
    /// A list of services.
    Csv,
}

/// The what-if: flags are the fields of a fleet file, by the same names.
#[derive(Debug, Clone, Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Whatif {
    /// The image as it is: a size such as 1.2GB, as `docker images` prints it, or an image such as
    /// docker-archive:app.tar, oci:build or registry://ghcr.io/shop/app:1.2.
    #[arg(value_parser = image)]
    pub(crate) before: String,
    /// The image as it would be.
    #[arg(value_parser = image)]
    pub(crate) after: String,
    /// The sizes given are registry sizes (compressed).
    #[arg(long)]
    pub(crate) compressed: bool,
    /// How the image before splits into layers [default: single-stage].
    #[arg(long, value_name = "PROFILE", value_parser = ["single-stage", "multi-stage"])]
    pub(crate) profile_before: Option<String>,
    /// How the image after splits into layers [default: multi-stage].
    #[arg(long, value_name = "PROFILE", value_parser = ["single-stage", "multi-stage"])]
    pub(crate) profile_after: Option<String>,
    /// So many services like this one.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) services: u32,
    #[command(flatten)]
    pub(crate) scene: Scene,
    #[command(flatten)]
    pub(crate) images: ImageArgs,
}

/// The scene that one service is priced in: flags are the fields of a fleet file, by the same names.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Scene")]
pub(crate) struct Scene {
    /// Unpacked bytes per compressed byte [default: 2.7].
    #[arg(long, alias = "compression-ratio", value_name = "RATIO", value_parser = ratio)]
    pub(crate) ratio: Option<String>,
    /// Nodes of the cluster [default: 20].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) nodes: Option<u32>,
    /// Mean life of a node, such as 24h or 30d, or static [default: 720h].
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    pub(crate) node_lifetime: Option<String>,
    /// Replicas, if the service does not run on every node.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) replicas: Option<u32>,
    /// How replicas spread: even, random or daemonset [default: even].
    #[arg(long, requires = "replicas", value_parser = ["even", "random", "daemonset"])]
    pub(crate) spread: Option<String>,
    /// Pulls, such as 200/month, if that is all you know.
    #[arg(long, value_name = "RATE", conflicts_with = "replicas", value_parser = rate)]
    pub(crate) pulls: Option<String>,
    /// Share of those pulls' bytes that a cache already has [default: 0%].
    #[arg(long, value_name = "PERCENT", requires = "pulls", value_parser = share)]
    pub(crate) cached_share: Option<String>,
    /// Deploys, such as 60/month, 2/day or 10/week [default: 60/month].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) deploys: Option<String>,
    /// Builds [default: as many as deploys].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) builds: Option<String>,
    /// Tags pushed [default: as many as deploys].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) pushes: Option<String>,
    /// Share of builds that find no layer cache [default: 0%].
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    pub(crate) cache_miss: Option<String>,
    /// Deploys that carry a new base image [default: 2/month].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) base_refreshes: Option<String>,
    /// Deploys that carry a changed lock file [default: 4/month].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) dependency_updates: Option<String>,
    /// Time of a dependency install in a build [default: 60s].
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) install_time: Option<String>,
    /// Build machine, such as github-linux-2core [default], or none.
    #[arg(long, value_name = "NAME", value_parser = runner)]
    pub(crate) runner: Option<String>,
    /// Registry, such as aws-ecr [default], gcp-artifact-registry, azure-acr or github-ghcr.
    #[arg(long, value_name = "NAME", value_parser = registry)]
    pub(crate) registry: Option<String>,
    /// Plan of a registry that sells plans.
    #[arg(long)]
    pub(crate) plan: Option<String>,
    /// Region of registry and nodes [default: us-east-1, or the like of another cloud].
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Cloud of the nodes [default: that of the registry].
    #[arg(long, value_name = "NAME", value_parser = cloud)]
    pub(crate) cloud: Option<String>,
    /// Way of the bytes: direct, nat [default], s3-gateway, interface-endpoint, cross-az,
    /// cross-region=REGION (nodes in that region) or internet; with shares: nat:60%,direct:40%.
    #[arg(long, value_name = "PATH", value_delimiter = ',', value_parser = path)]
    pub(crate) path: Vec<String>,
    /// What pulls from another AWS region are charged: source [default], both-sides or internet.
    #[arg(long, value_name = "RATE", value_parser = ["source", "both-sides", "internet"])]
    pub(crate) cross_region_rate: Option<String>,
    /// Tags that the registry keeps [default: 30].
    #[arg(long, value_name = "TAGS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) keep: Option<u32>,
    /// Age up to which the registry keeps tags, such as 90d.
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) max_age: Option<String>,
    /// Price of storage in $ per GB (10^9 bytes) and month, instead of the registry's.
    #[arg(long, value_name = "RATE", value_parser = price)]
    pub(crate) storage_price: Option<String>,
    /// Price of pulled bytes in $ per GB (10^9 bytes), instead of those on the path.
    #[arg(long, value_name = "RATE", value_parser = price)]
    pub(crate) egress_price: Option<String>,
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
    /// Do not check the digests of layers in docker archives: reads their headers only, many times
    /// faster.
    #[arg(long, env = "IMGCOST_NO_VERIFY", value_parser = FalseyValueParser::new())]
    pub(crate) no_verify: bool,
    /// Stop if the layers of an image unpack to more than this [default: 64GiB].
    #[arg(long, value_name = "SIZE", env = "IMGCOST_MAX_UNPACKED", value_parser = bytes)]
    pub(crate) max_unpacked: Option<u64>,
    /// Talk to registries without TLS.
    #[arg(long, env = "IMGCOST_PLAIN_HTTP", value_parser = FalseyValueParser::new())]
    pub(crate) plain_http: bool,
}

/// The command line, with every flag of a scene mirrored by the environment, as global flags are.
pub(crate) fn command() -> clap::Command {
    let mirrored = |command: clap::Command| {
        command.mut_args(|arg| match arg.get_long() {
            Some(long) if arg.get_env().is_none() => {
                let name = format!("IMGCOST_{}", long.to_uppercase().replace('-', "_"));
                arg.env(name)
            }
            _ => arg,
        })
    };
    Cli::command()
        .mut_subcommand("whatif", mirrored)
        .mut_subcommand("image", |image| image.mut_subcommand("inspect", mirrored))
}

/// A check that keeps the text: it goes into a fleet file as it was written.
type Checked = Result<String, String>;

fn checked<T>(text: &str, parsed: Result<T, ParseError>) -> Checked {
    parsed.map(|_| text.to_owned()).map_err(|error| format!("{}; {}", error.problem, error.help))
}

fn image(text: &str) -> Checked {
    if Reference::is_meant(text) {
        return match Reference::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(told(&error)),
        };
    }
    checked(text, units::parse_bytes(text))
}

fn reference(text: &str) -> Result<Reference, String> {
    Reference::parse(text).map_err(|error| told(&error))
}

fn told(error: &ImageError) -> String {
    let help = error.help.as_deref().map_or(String::new(), |help| format!("; {help}"));
    format!("{}{help}", error.problem)
}

fn platform(text: &str) -> Result<Platform, String> {
    Platform::parse(text)
        .ok_or_else(|| "write a platform such as linux/amd64 or linux/arm64/v8".into())
}

fn bytes(text: &str) -> Result<u64, String> {
    units::parse_bytes(text).map_err(|error| format!("{}; {}", error.problem, error.help))
}

fn rate(text: &str) -> Checked {
    checked(text, PerMonth::parse(text))
}

fn share(text: &str) -> Checked {
    checked(text, Share::parse(text))
}

fn span(text: &str) -> Checked {
    checked(text, Span::parse(text))
}

fn lifetime(text: &str) -> Checked {
    if text == "static" { Ok(text.to_owned()) } else { span(text) }
}

fn price(text: &str) -> Checked {
    checked(text, units::parse_decimal(text))
}

fn ratio(text: &str) -> Checked {
    checked(text, units::parse_decimal(text).and_then(CompressionRatio::new))
}

/// One of a list of names, with the others in the error.
fn one_of<'n>(text: &str, known: bool, mut names: impl Iterator<Item = &'n str>) -> Checked {
    if known {
        return Ok(text.to_owned());
    }
    let first = names.next().unwrap_or_default().to_owned();
    Err(format!("known names are {}", names.fold(first, |list, name| list + ", " + name)))
}

fn registry(text: &str) -> Checked {
    let names = RegistryProvider::all().iter().map(|provider| provider.name);
    one_of(text, RegistryProvider::named(text).is_some(), names)
}

fn cloud(text: &str) -> Checked {
    one_of(text, Cloud::named(text).is_some(), Cloud::all().iter().map(|cloud| cloud.name))
}

fn runner(text: &str) -> Checked {
    let known = text == "none" || fleet::runner_price(text).is_some();
    one_of(text, known, fleet::runner_families())
}

fn path(text: &str) -> Checked {
    let (way, part) = text.split_once(':').map_or((text, None), |(way, part)| (way, Some(part)));
    // `cross-region:us-east-1` and `cross-region=us-east-1` name a region, perhaps with a share after it.
    let (way, part) = match (way, part) {
        ("cross-region", Some(rest)) => {
            ("cross-region=", rest.split_once(':').map(|(_, part)| part))
        }
        other => other,
    };
    if let Some(part) = part {
        share(part)?;
    }
    let ways = ["direct", "nat", "s3-gateway", "interface-endpoint", "cross-az", "internet"];
    let known = ways.contains(&way) || way.starts_with("cross-region=");
    one_of(text, known, ways.into_iter().chain(["cross-region=REGION"]))
}

fn parse_date(text: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "write a date such as 2026-01-31".to_owned())?;
    let year = chrono::Datelike::year(&day);
    if (2000..2100).contains(&year) {
        Ok(day)
    } else {
        Err("no prices are known for that year".into())
    }
}
