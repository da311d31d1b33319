use crate::fleet::{Service, Side};
use crate::image::{Image, Trigger};
use crate::units::{Measure, Overflow, Quantity, Ratio};

use super::schedule::{Class, Schedule};

/// Build minutes of a month: as they are, and with each job rounded up to a whole minute.
pub(super) struct Minutes {
    pub(super) exact: Quantity,
    pub(super) whole: Quantity,
}

/// Builds that install dependencies, and those of them that do so for want of a cache: of the
/// layers that an install makes, the one that is rebuilt most often decides.
pub(super) fn installs(image: &Image, schedule: &Schedule) -> (Ratio, Ratio) {
    let installing =
        image.cascade().filter(|(layer, _)| layer.trigger == Trigger::DependencyUpdate);
    let often = installing.map(|(layer, set)| schedule.of(Class::new(layer.trigger, set)));
    match often.reduce(|most, other| if other.rebuilt > most.rebuilt { other } else { most }) {
        Some(often) => (often.rebuilt, often.missed),
        None => (Ratio::ZERO, Ratio::ZERO),
    }
}

/// Minutes that builds take. Where the full time of a job is known it counts, and builds without a
/// cache add an install; otherwise only installs count, and nothing is rounded.
pub(super) fn minutes(
    service: &Service,
    side: Side,
    schedule: &Schedule,
) -> Result<Minutes, Overflow> {
    let (installs, missed) = installs(service.image(side), schedule);
    let install = service.install_time.as_seconds();
    let in_minutes = |count: Ratio, seconds: u64| {
        Quantity::fraction(count, i128::from(seconds), 60, Measure::Minutes)
    };
    let job = service.build.as_ref().and_then(|build| build.job(side));
    let Some(job) = job.map(|job| job.as_seconds()) else {
        let exact = in_minutes(installs, install)?;
        return Ok(Minutes { exact, whole: exact });
    };
    let hits = schedule.builds.sub(missed)?;
    let exact = in_minutes(schedule.builds, job)?.add(in_minutes(missed, install)?)?;
    let up = |seconds: u64| seconds.div_ceil(60) * 60;
    let whole = in_minutes(hits, up(job))?.add(in_minutes(missed, up(job + install))?)?;
    Ok(Minutes { exact, whole })
}
