//! `imgcost image`: real images, what pulls of them move, how they change.

mod churn;
mod inspect;
mod pulls;

use imgcost::fleet::defaults;
use imgcost::units::{CompressionRatio, parse_decimal};

use crate::args::{Global, ImageCommand};
use crate::exit::Failure;

pub(crate) fn run(command: &ImageCommand, global: &Global) -> Result<(), Failure> {
    match command {
        ImageCommand::Inspect(inspect) => inspect::run(inspect, global),
        ImageCommand::Pulls { references, ratio, images } => {
            pulls::run(references, ratio.as_deref(), images, global)
        }
        ImageCommand::Churn { references, history, image, limit, ratio, images } => {
            let wanted = churn::Wanted {
                references,
                history: history.as_deref(),
                names: image,
                limit: *limit,
                ratio: ratio.as_deref(),
            };
            churn::run(&wanted, images, global)
        }
    }
}

/// The ratio as given, or the default, with its text.
pub(super) fn ratio(given: Option<&str>) -> Result<(CompressionRatio, String), Failure> {
    let text = given.unwrap_or(defaults::COMPRESSION_RATIO.value);
    let ratio = parse_decimal(text).and_then(CompressionRatio::new);
    let ratio = ratio.map_err(|error| Failure::with_help(error.problem, error.help))?;
    Ok((ratio, text.to_owned()))
}
