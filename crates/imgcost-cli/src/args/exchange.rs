use std::path::PathBuf;

use clap::Args;
use imgcost::units::Currency;

/// A second currency that totals are shown in.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Currency")]
pub(crate) struct ExchangeArgs {
    /// Show the totals in this currency too, such as EUR; prices and lines stay in theirs.
    #[arg(long, value_name = "CODE", requires = "rates", value_parser = currency, env = "IMGCOST_CURRENCY")]
    pub(crate) currency: Option<Currency>,
    /// The rates of exchange: a file of the European Central Bank, such as eurofxref-daily.xml or
    /// eurofxref-hist.csv from https://www.ecb.europa.eu/stats/eurofxref/
    #[arg(long, value_name = "FILE", requires = "currency", env = "IMGCOST_RATES")]
    pub(crate) rates: Option<PathBuf>,
}

fn currency(text: &str) -> Result<Currency, String> {
    text.parse().map_err(|_| "write a code of three capital letters, such as EUR".to_owned())
}
