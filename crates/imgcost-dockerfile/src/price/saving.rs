use std::collections::BTreeSet;

use imgcost::estimate::{Estimate, Figures, ScenarioError, Warning};
use imgcost::units::{Money, Ratio};

use super::setting::{Midst, Setting};
use crate::image::{Built, Evidence, Origin, Piece, apply, step_times};
use crate::read::Dockerfile;
use crate::rules::Finding;

/// What a better file saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saving {
    /// What is billed less a month; `None` if nobody knows how many bytes it would be.
    pub monthly_billed: Option<Money>,
    /// The part of that which rollouts and builds cause, by deploys of the service; `None` without any.
    pub per_deploy: Option<Money>,
    /// Seconds less of an average build; `None` if that is not known.
    pub build_seconds: Option<Ratio>,
    /// Whether everything was counted: every line has a price, every size that changes is known.
    pub complete: bool,
}

/// What findings save: each alone, and all at once. Single savings overlap, so that they add up to
/// more or less than all of them together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Savings {
    /// One for each finding, in their order.
    pub each: Vec<Saving>,
    /// Everything better at once.
    pub together: Saving,
    /// What should be known of the prices: which are missing, which are stale.
    pub warnings: Vec<Warning>,
}

impl Saving {
    /// Nothing, and that is known.
    pub const NOTHING: Self = Self {
        monthly_billed: Some(Money::ZERO),
        per_deploy: Some(Money::ZERO),
        build_seconds: Some(Ratio::ZERO),
        complete: true,
    };
    /// Nobody knows.
    pub const UNKNOWN: Self =
        Self { monthly_billed: None, per_deploy: None, build_seconds: None, complete: false };
}

/// What each finding would save, and all of them together.
///
/// # Errors
/// [`ScenarioError`] when a path does not exist or numbers are too large.
pub fn savings(
    setting: Setting<'_>,
    file: &Dockerfile,
    built: &Built,
    findings: &[Finding],
    evidence: &Evidence,
) -> Result<Savings, ScenarioError> {
    let Some(midst) = setting.midst()? else {
        let each = vec![Saving::UNKNOWN; findings.len()];
        return Ok(Savings { each, together: Saving::UNKNOWN, warnings: Vec::new() });
    };
    let mut each = Vec::with_capacity(findings.len());
    let (mut all, mut known) = (built.clone(), built.clone());
    for finding in findings {
        let alone = match apply(&finding.fix, built, file, evidence) {
            Some(better) => saving(&midst, (file, built), (file, &better))?,
            None => Saving::UNKNOWN,
        };
        let further =
            |so_far: &mut Built, applies: bool| match apply(&finding.fix, so_far, file, evidence)
                .filter(|_| applies)
            {
                Some(better) => *so_far = better,
                None => so_far.at_least = true,
            };
        further(&mut all, true);
        further(&mut known, alone.monthly_billed.is_some());
        each.push(alone);
    }
    let mut together = saving(&midst, (file, built), (file, &all))?;
    if together.monthly_billed.is_none() {
        // One that nobody can tell does not hide what the others save.
        let seconds = together.build_seconds;
        together = saving(&midst, (file, built), (file, &known))?;
        together.build_seconds = seconds;
    }
    let times = step_times(file, &built.plan, &built.times);
    let warnings = midst.warnings(&midst.with(built.image_without(|_| false), times)?);
    Ok(Savings { each, together, warnings })
}

/// What the second file saves against the first.
pub(super) fn saving(
    midst: &Midst<'_>,
    (file, built): (&Dockerfile, &Built),
    (other_file, better): (&Dockerfile, &Built),
) -> Result<Saving, ScenarioError> {
    let times = step_times(file, &built.plan, &built.times);
    let better_times = step_times(other_file, &better.plan, &better.times);
    let seconds = |times| midst.mean_build(times);
    let build_seconds = match (seconds(times)?, seconds(better_times)?) {
        (Some(before), Some(after)) => Some(before.sub(after)?),
        _ => None,
    };
    if built.pieces == better.pieces && times == better_times {
        return Ok(Saving { build_seconds, complete: !better.at_least, ..Saving::NOTHING });
    }
    // Steps of two files have nothing to do with each other.
    let unknown = match std::ptr::eq(file, other_file) {
        true => unchanged(built, better),
        false => built.image().and(better.image()).map(|_| Default::default()),
    };
    let Some((same, same_there)) = unknown else {
        return Ok(Saving { build_seconds, ..Saving::UNKNOWN });
    };
    let before = midst.with(built.image_without(|at| same.contains(&at)), times)?;
    let after = midst.with(better.image_without(|at| same_there.contains(&at)), better_times)?;
    let deploys = midst.service().deploys.get();
    let figures = |side: &Estimate| Figures::of(side.lines(), deploys);
    let less = figures(&before).minus(figures(&after));
    Ok(Saving {
        monthly_billed: Some(less.monthly.billed),
        per_deploy: (!deploys.is_zero()).then_some(less.per_deploy.billed),
        build_seconds,
        complete: midst.is_complete(&before)
            && midst.is_complete(&after)
            && same.is_empty()
            && !better.at_least,
    })
}

/// The pieces of unknown size on both sides that the change leaves as they are: left out of both,
/// they change nothing about the difference. `None` if the change is about one of unknown size.
fn unchanged(built: &Built, better: &Built) -> Option<(BTreeSet<usize>, BTreeSet<usize>)> {
    let unknown = |built: &Built| -> BTreeSet<usize> {
        let pieces = built.pieces.iter().enumerate();
        let unknown =
            pieces.filter(|(_, piece)| piece.compressed.is_none() || piece.unpacked.is_none());
        unknown.map(|(at, _)| at).collect()
    };
    let (here, there) = (unknown(built), unknown(better));
    let (sets, other_sets) = (built.rebuilt_by(), better.rebuilt_by());
    let alike = |a: usize, b: usize| {
        let (one, other) = (built.pieces.get(a)?, better.pieces.get(b)?);
        let same = same_origin(one, other) && sets.get(a)? == other_sets.get(b)?;
        same.then_some(())
    };
    let matched = |a: &usize| there.iter().any(|b| alike(*a, *b).is_some());
    (here.len() == there.len() && here.iter().all(matched)).then_some((here, there))
}

fn same_origin(one: &Piece, other: &Piece) -> bool {
    matches!(one.origin, Origin::Step(_)) && one.origin == other.origin
}
