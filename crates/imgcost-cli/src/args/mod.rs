//! The command line, as `--help` shows it.

mod dockerfile;
mod exchange;
mod gates;
mod image;
mod prices;
mod serve;
mod value;
mod whatif;

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::{FalseyValueParser, PossibleValuesParser};
use clap::{ArgAction, ArgMatches, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::exit::Failure;
pub(crate) use dockerfile::{
    Build, Built, Cache, Check, CompareDockerfiles, Cost, DockerfileCommand, FailOn, Scope,
};
pub(crate) use exchange::ExchangeArgs;
pub(crate) use gates::{BaselineArgs, Gates};
pub(crate) use image::{ImageArgs, ImageCommand, Inspect};
pub(crate) use prices::{ImportPrices, PricesCommand, VendorArg};
pub(crate) use serve::Serve;
use value::parse_date;
pub(crate) use whatif::{Scene, Whatif};

/// What container images cost per deploy and per month, and what slimming them saves.
#[derive(Debug, Parser)]
#[command(name = "imgcost", version, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 fine, 1 bad input or a failure, 2 wrong usage, 3 a gate was breached, \
                        4 unpriced or stale prices under --strict, stale ones under --deny-stale."
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
    /// Exit with code 4 if a price that was used has not been checked for a year.
    #[arg(long, global = true, env = "IMGCOST_DENY_STALE", value_parser = FalseyValueParser::new())]
    pub(crate) deny_stale: bool,
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
    /// One self-contained page; of `whatif`, `estimate` and `compare`.
    Html,
    /// A workbook with live formulas; of whatif, estimate and compare.
    Xlsx,
    /// The rows of a bill (FOCUS 1.2, CSV), marked as an estimate; of the same commands.
    Focus,
    /// The body of a comment on a pull request, within what GitHub takes; of whatif, estimate and compare.
    GithubComment,
    /// Gates as test results; only of `check`.
    Junit,
    /// Findings for code scanning; only of `dockerfile check`.
    Sarif,
    /// Findings as annotations of GitHub Actions; only of `dockerfile check`.
    Github,
}

/// The formats that every result can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    Text,
    Json,
    Csv,
    Markdown,
}

impl Global {
    /// What says the same as saying nothing is left out: a file called `-`, a label named again.
    pub(crate) fn settled(mut self) -> Self {
        self.out_file = self.out_file.filter(|path| path.as_os_str() != "-");
        let mut labels = std::collections::HashSet::new();
        self.group_by.retain(|label| labels.insert(label.clone()));
        self
    }

    /// The format, of those that every result can be written in.
    pub(crate) fn document(&self) -> Result<Document, Failure> {
        match self.format {
            Format::Text => Ok(Document::Text),
            Format::Json => Ok(Document::Json),
            Format::Csv => Ok(Document::Csv),
            Format::Markdown => Ok(Document::Markdown),
            Format::Html | Format::Xlsx | Format::Focus | Format::GithubComment => {
                Err(Failure::usage(
                    "this format is for reports, which `whatif`, `estimate` and `compare` write",
                    "use --format text, json, csv or markdown",
                ))
            }
            Format::Junit => Err(Failure::usage(
                "this format is for gates, which `check` judges",
                "use --format text, json, csv or markdown",
            )),
            Format::Sarif | Format::Github => Err(Failure::usage(
                "this format is for findings, which `dockerfile check` writes",
                "use --format text, json, csv or markdown",
            )),
        }
    }
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
        #[command(flatten)]
        exchange: ExchangeArgs,
    },
    /// Before against after, one fleet file against another, or against the result of an earlier run.
    Compare {
        /// The fleet file.
        fleet: PathBuf,
        /// Another fleet file: the first one's side against this one's.
        #[arg(group = "against")]
        other: Option<PathBuf>,
        #[command(flatten)]
        baseline: BaselineArgs,
        /// Which images of the files are compared, with each other or with the baseline.
        #[arg(long, value_enum, default_value_t = SideArg::Before, requires = "against")]
        side: SideArg,
        #[command(flatten)]
        images: ImageArgs,
        #[command(flatten)]
        exchange: ExchangeArgs,
    },
    /// Whether a fleet keeps to its budgets and limits; exit code 3 if it does not.
    Check {
        /// The fleet file.
        fleet: PathBuf,
        #[command(flatten)]
        gates: Box<Gates>,
        /// Which images: as they are, or as they would be.
        #[arg(long, value_enum, default_value_t = SideArg::Before)]
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
    /// Dockerfiles: what each change rebuilds, what that costs, and what to write instead.
    Dockerfile {
        #[command(subcommand)]
        command: DockerfileCommand,
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
    /// The what-if as a page in your browser, on this machine only.
    Serve(Serve),
    /// A commented fleet file that works as it stands.
    Init {
        /// The fleet file that a what-if is: what follows are the arguments of `imgcost whatif`,
        /// such as --from 1.2GB 180MB --nodes 50.
        #[arg(long, num_args = 1.., allow_hyphen_values = true, value_name = "WHATIF")]
        from: Vec<OsString>,
    },
    /// JSON Schema of files that are read and of JSON that is written.
    Schema {
        /// Of what; without it, what there is.
        #[arg(value_parser = schema_names())]
        of: Option<String>,
    },
    /// Manual pages: that of imgcost, or all of them.
    Man {
        /// Write all pages into this folder, one for each command.
        folder: Option<PathBuf>,
    },
    /// Shell completions.
    Completions {
        /// The shell.
        shell: Shell,
    },
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

/// Two files cannot both be what standard input has.
pub(crate) fn one_from_stdin(matches: &ArgMatches) -> Result<(), Failure> {
    if let Some((_, matches)) = matches.subcommand() {
        return one_from_stdin(matches);
    }
    let read = matches.ids().filter(|id| id.as_str() != "out_file");
    let paths = read.flat_map(|id| matches.try_get_many::<PathBuf>(id.as_str()).ok().flatten());
    match paths.flatten().filter(|path| path.as_os_str() == "-").count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::usage(
            "two files are to be read from standard input, which has only one",
            "give - once, and the other file by its path",
        )),
    }
}

fn schema_names() -> PossibleValuesParser {
    let all = imgcost_read::SCHEMAS.into_iter().chain(imgcost_report::SCHEMAS);
    PossibleValuesParser::new(all.map(|(name, ..)| name))
}

/// The command line, with every flag mirrored by the environment.
pub(crate) fn command() -> clap::Command {
    mirrored(Cli::command())
}

fn mirrored(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|arg| match (arg.get_long(), arg.get_action()) {
        (Some(long), action) if arg.get_env().is_none() => {
            let name = format!("IMGCOST_{}", long.to_uppercase().replace('-', "_"));
            match action {
                ArgAction::SetTrue => arg.env(name).value_parser(FalseyValueParser::new()),
                ArgAction::Set | ArgAction::Append => arg.env(name),
                _ => arg,
            }
        }
        _ => arg,
    });
    command.mut_subcommands(mirrored)
}
