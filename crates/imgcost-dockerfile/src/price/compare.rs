use imgcost::estimate::ScenarioError;
use imgcost::units::{Compressed, Money, Unpacked};

use super::cost::{Cost, cost_in};
use super::saving::{Saving, saving};
use super::setting::Setting;
use crate::image::{Built, step_times};
use crate::read::Dockerfile;

/// One Dockerfile against another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What the first one costs.
    pub before: Cost,
    /// What the second one costs.
    pub after: Cost,
    /// What is saved; negative where the second one costs more.
    pub saving: Saving,
    /// Bytes on the wire, before and after; `None` if they are not known.
    pub compressed: [Option<Compressed>; 2],
    /// Bytes on disk, before and after.
    pub unpacked: [Option<Unpacked>; 2],
    /// What `size x pulls x price` would promise a month; `None` if a size or the price is not known.
    pub naive: Option<Money>,
}

/// What the second file saves against the first, each with the image that it makes; `None` if the
/// setting has no such service.
///
/// # Errors
/// [`ScenarioError`] when a path does not exist or numbers are too large.
pub fn compare(
    setting: Setting<'_>,
    old: (&Dockerfile, &Built),
    new: (&Dockerfile, &Built),
) -> Result<Option<Change>, ScenarioError> {
    let Some(midst) = setting.midst()? else { return Ok(None) };
    let naive = |(file, built): (&Dockerfile, &Built)| {
        let Some(image) = built.image() else { return Ok(None) };
        let times = step_times(file, &built.plan, &built.times);
        Ok::<_, ScenarioError>(midst.with(image, times)?.naive())
    };
    let naive = match (naive(old)?, naive(new)?) {
        (Some(before), Some(after)) => Some(before - after),
        _ => None,
    };
    Ok(Some(Change {
        naive,
        before: cost_in(&midst, old.0, old.1)?,
        after: cost_in(&midst, new.0, new.1)?,
        saving: saving(&midst, old, new)?,
        compressed: [old.1.compressed(), new.1.compressed()],
        unpacked: [old.1.unpacked(), new.1.unpacked()],
    }))
}
