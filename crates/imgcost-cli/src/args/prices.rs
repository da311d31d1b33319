//! The price book's commands.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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
    /// Vendors' price lists, to a price file.
    Import(ImportPrices),
    /// What became of prices between two price files.
    Diff {
        /// The old price file; `built-in` for the prices of imgcost.
        old: PathBuf,
        /// The new price file; `built-in` for the prices of imgcost.
        new: PathBuf,
        /// Exit with code 3 if a rate differs by more than this, up or down, such as 5%.
        #[arg(long, value_name = "PERCENT")]
        fail_on_drift: Option<String>,
    },
    /// Which prices nobody has compared with their sources for long.
    Stale {
        /// For how long.
        #[arg(long, value_name = "TIME", default_value = "365d")]
        older_than: String,
    },
}

/// Price lists, and what to take of them.
#[derive(Debug, Args)]
pub(crate) struct ImportPrices {
    /// Whose price list it is.
    #[arg(value_enum)]
    pub(crate) vendor: VendorArg,
    /// The files of the list, pages in their order; - is standard input.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Which SKU is which price: a mapping of your own instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Only this region; may be repeated.
    #[arg(long = "region", value_name = "REGION")]
    pub(crate) regions: Vec<String>,
    /// Only this price; may be repeated.
    #[arg(long = "id", value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Write what there is, even if prices, places or pages are missing.
    #[arg(long)]
    pub(crate) partial: bool,
}

/// Whose price lists are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VendorArg {
    /// An offer file of the AWS Price List, or what `aws pricing get-products` writes.
    Aws,
    /// Pages of the Azure Retail Prices API.
    Azure,
    /// Pages of the Cloud Billing Catalog (services.skus.list).
    Gcp,
}
