use std::path::PathBuf;

use clap::Args;
use imgcost::gate::LeastSaving;
use imgcost::units::{Money, Percent};

use super::SideArg;
use super::value::{least_saving, money, percent};

/// The result of an earlier run.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineArgs {
    /// The JSON that an earlier estimate, compare or whatif wrote: the fleet is set against it.
    #[arg(long, value_name = "FILE", group = "against")]
    pub(crate) baseline: Option<PathBuf>,
    /// Which side of the baseline counts [default: its only one, or before].
    #[arg(long, value_enum, value_name = "SIDE", requires = "baseline")]
    pub(crate) baseline_side: Option<SideArg>,
}

/// What a fleet is held to. Amounts are in the fleet's currency.
#[derive(Debug, Args)]
pub(crate) struct Gates {
    /// The most that may be billed a month, such as 1000.
    #[arg(long, value_name = "AMOUNT", value_parser = money, env = "IMGCOST_BUDGET")]
    pub(crate) budget: Option<Money>,
    /// The most that may be billed a month for any one value of a label, such as team=200; may be
    /// repeated. cluster, registry and service are labels too.
    #[arg(long, value_name = "LABEL=AMOUNT", value_parser = label_and_amount)]
    pub(crate) budget_per: Vec<(String, Money)>,
    /// By how much the month's bill may grow since the baseline, such as 5%. With
    /// --max-increase-amount it must grow by more than both to be too much.
    #[arg(long, value_name = "PERCENT", value_parser = percent, requires = "baseline", env = "IMGCOST_MAX_INCREASE")]
    pub(crate) max_increase: Option<Percent>,
    /// The same as an amount a month, such as 50.
    #[arg(long, value_name = "AMOUNT", value_parser = money, requires = "baseline", env = "IMGCOST_MAX_INCREASE_AMOUNT")]
    pub(crate) max_increase_amount: Option<Money>,
    /// The least that every service with an `after` must save of its image, in compressed bytes: a
    /// part such as 10%, or a size such as 50MB.
    #[arg(long, value_name = "PERCENT|SIZE", value_parser = least_saving, env = "IMGCOST_MIN_IMAGE_SAVING")]
    pub(crate) min_image_saving: Option<LeastSaving>,
    #[command(flatten)]
    pub(crate) baseline: BaselineArgs,
    /// Append the result as markdown to this file too, such as "$GITHUB_STEP_SUMMARY".
    #[arg(long, value_name = "FILE", env = "IMGCOST_GITHUB_SUMMARY")]
    pub(crate) github_summary: Option<PathBuf>,
}

fn label_and_amount(text: &str) -> Result<(String, Money), String> {
    match text.rsplit_once('=') {
        Some((label, amount)) if !label.is_empty() => Ok((label.to_owned(), money(amount)?)),
        _ => Err("write LABEL=AMOUNT, such as team=200".into()),
    }
}
