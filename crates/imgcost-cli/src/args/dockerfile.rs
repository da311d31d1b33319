use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::SideArg;
use super::image::ImageArgs;
use super::value::{build_arg, image};
use super::whatif::Scene;

#[derive(Debug, Subcommand)]
pub(crate) enum DockerfileCommand {
    /// What could be better, and what each of it would save.
    Check(Box<Check>),
    /// What one source line, one dependency or a new base rebuilds.
    Cache(Box<Cache>),
    /// What each instruction costs a month.
    Cost(Box<Cost>),
    /// An old Dockerfile against a new one: findings, bytes, build time and money.
    Compare(Box<CompareDockerfiles>),
    /// A good Dockerfile to start from.
    Init {
        /// The language of the application.
        #[arg(value_parser = ["node", "python", "go", "java", "rust", "dotnet"])]
        language: String,
        /// How the build is divided [default: the best known of the language].
        #[arg(long, value_parser = ["three-stage", "four-stage", "native-modules"])]
        pattern: Option<String>,
        /// Write `Dockerfile` and `.dockerignore` into this folder, which is made if need be; what is there
        /// is left alone.
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
}

/// Dockerfiles to be checked.
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// The Dockerfiles; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Which rules count, and how much: a TOML file with `[rules]` and `fail-on`.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Exit with code 3 if something at least this bad is found [default: never].
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(crate) build: Build,
    #[command(flatten)]
    pub(crate) built: Built,
    #[command(flatten)]
    pub(crate) scope: Scope,
}

/// A Dockerfile whose cache is asked about.
#[derive(Debug, Clone, Args)]
pub(crate) struct Cache {
    /// The Dockerfile; - is standard input.
    pub(crate) file: PathBuf,
    /// A build log, as `docker build --progress=plain` or `--progress=rawjson` prints it: how long steps take.
    #[arg(long, value_name = "FILE")]
    pub(crate) build_log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) build: Build,
}

/// A Dockerfile whose instructions are priced.
#[derive(Debug, Clone, Args)]
pub(crate) struct Cost {
    /// The Dockerfile; - is standard input.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) build: Build,
    #[command(flatten)]
    pub(crate) built: Built,
    #[command(flatten)]
    pub(crate) scope: Scope,
}

/// Two Dockerfiles of one service.
#[derive(Debug, Clone, Args)]
pub(crate) struct CompareDockerfiles {
    /// The Dockerfile as it is.
    pub(crate) old: PathBuf,
    /// The Dockerfile as it would be.
    pub(crate) new: PathBuf,
    /// The image that the old one builds: a size such as 1.2GB, or an image such as docker-archive:app.tar.
    #[arg(long, value_name = "IMAGE", value_parser = image)]
    pub(crate) image_old: Option<String>,
    /// The image that the new one builds.
    #[arg(long, value_name = "IMAGE", value_parser = image)]
    pub(crate) image_new: Option<String>,
    /// A build log of the old one.
    #[arg(long, value_name = "FILE")]
    pub(crate) build_log_old: Option<PathBuf>,
    /// A build log of the new one.
    #[arg(long, value_name = "FILE")]
    pub(crate) build_log_new: Option<PathBuf>,
    /// The sizes given are registry sizes (compressed).
    #[arg(long)]
    pub(crate) compressed: bool,
    #[command(flatten)]
    pub(crate) build: Build,
    #[command(flatten)]
    pub(crate) images: ImageArgs,
    #[command(flatten)]
    pub(crate) scope: Scope,
}

/// How a Dockerfile is built.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Build")]
pub(crate) struct Build {
    /// The build context, for its `.dockerignore` and its files [default: the Dockerfile's folder].
    #[arg(long, value_name = "DIR")]
    pub(crate) context: Option<PathBuf>,
    /// The stage to build [default: the last one].
    #[arg(long, value_name = "STAGE")]
    pub(crate) target: Option<String>,
    /// A build argument; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = build_arg)]
    pub(crate) build_arg: Vec<(String, String)>,
}

/// What was built from it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What it builds")]
pub(crate) struct Built {
    /// The image that it builds: a size such as 1.2GB, or an image such as docker-archive:app.tar
    /// [default: known sizes of base images, measured sizes of packages].
    #[arg(long, value_name = "IMAGE", value_parser = image)]
    pub(crate) image: Option<String>,
    /// The size given is a registry size (compressed).
    #[arg(long)]
    pub(crate) compressed: bool,
    /// A build log, as `docker build --progress=plain` or `--progress=rawjson` prints it: how long steps take.
    #[arg(long, value_name = "FILE")]
    pub(crate) build_log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) images: ImageArgs,
}

/// In which scene it is priced: a service of a fleet file, or a what-if.
#[derive(Debug, Clone, Args)]
pub(crate) struct Scope {
    /// The fleet file whose service is built by this Dockerfile.
    #[arg(long, value_name = "FILE", help_heading = "Scene", requires = "service")]
    pub(crate) fleet: Option<PathBuf>,
    /// The service of the fleet file.
    #[arg(long, value_name = "NAME", help_heading = "Scene", requires = "fleet")]
    pub(crate) service: Option<String>,
    /// Which of the service's images it builds [default: before].
    #[arg(long, value_enum, value_name = "SIDE", help_heading = "Scene", requires = "fleet")]
    pub(crate) side: Option<SideArg>,
    #[command(flatten)]
    pub(crate) scene: Scene,
}

/// From which severity on findings fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}
