use crate::fleet::{BuildTime, Service, Side, StepTimes};
use crate::image::{Image, Trigger};
use crate::units::{Measure, Overflow, Quantity, Ratio, Share};

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

/// How long the builds of a service take on a side.
pub(super) fn build_time(service: &Service, side: Side) -> BuildTime {
    service.build.as_ref().map_or(BuildTime::Installs, |build| build.time(side))
}

/// Minutes that builds take. Where nothing is known only installs count. Where the full time of a
/// job is known it counts, and builds without a cache add an install. Where the time of the steps is
/// known it counts; steps are not the whole job, so that only jobs are rounded.
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
    let job = match build_time(service, side) {
        BuildTime::Job(job) => job.as_seconds(),
        BuildTime::Installs => {
            let exact = in_minutes(installs, install)?;
            return Ok(Minutes { exact, whole: exact });
        }
        BuildTime::Steps(times) => {
            let seconds = step_seconds(times, schedule, service.cache_miss)?;
            let exact = in_minutes(seconds, 1)?;
            return Ok(Minutes { exact, whole: exact });
        }
    };
    let hits = schedule.builds.sub(missed)?;
    let exact = in_minutes(schedule.builds, job)?.add(in_minutes(missed, install)?)?;
    let up = |seconds: u64| seconds.div_ceil(60) * 60;
    let whole = in_minutes(hits, up(job))?.add(in_minutes(missed, up(job + install))?)?;
    Ok(Minutes { exact, whole })
}

/// The times of the kinds of builds, in the order of [`Schedule::builds_by_kind`].
pub(super) const fn by_kind(times: StepTimes) -> [u64; 3] {
    [times.base, times.dependency, times.source]
}

/// Seconds a month that the steps of all builds take; of each kind of builds the share `miss` finds
/// no cache:
///
/// `sum over kinds of builds x ((1 - miss) x time of that kind + miss x time without cache)`
///
/// # Errors
/// [`Overflow`] when rates are too large or too finely divided.
pub fn step_seconds(times: StepTimes, schedule: &Schedule, miss: Share) -> Result<Ratio, Overflow> {
    let whole = |millis: u64| Ratio::new(i128::from(millis), 1000);
    let without = miss.get().mul(whole(times.cold)?)?;
    let mut sum = Ratio::ZERO;
    for (builds, warm) in schedule.builds_by_kind.iter().zip(by_kind(times)) {
        let mean = miss.rest().get().mul(whole(warm)?)?.add(without)?;
        sum = sum.add(builds.mul(mean)?)?;
    }
    Ok(sum)
}
