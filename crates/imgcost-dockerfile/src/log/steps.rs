use super::names::{Name, Pattern};
use crate::cache::StepId;
use crate::read::{Base, Dockerfile, Kind, Stage};

/// Images bring `ONBUILD` instructions that a file does not show, and that move the numbers of its
/// own: by no more than this.
const MOVED: usize = 64;

/// The steps of a file, in the order in which BuildKit numbers them.
pub(super) struct Steps<'f> {
    file: &'f Dockerfile,
    stages: Vec<Vec<(StepId, Option<Pattern>)>>,
}

impl<'f> Steps<'f> {
    pub(super) fn of(file: &'f Dockerfile) -> Self {
        let stages = file.stages.iter().enumerate();
        Self { file, stages: stages.map(|(at, stage)| numbered(file, at, stage)).collect() }
    }

    /// The step that a log calls so, or why there is none.
    pub(super) fn find(&self, name: &Name<'_>) -> Result<StepId, &'static str> {
        let stage = self.stage(name.stage).ok_or("the Dockerfile has no such stage")?;
        let is_from = name.command.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("FROM "));
        if is_from {
            return Ok(StepId { stage, instruction: None });
        }
        let steps = self.stages.get(stage).map_or(&[][..], Vec::as_slice);
        let place = name.number.saturating_sub(1);
        let is_called = |step: &&(StepId, Option<Pattern>)| {
            step.1.as_ref().is_some_and(|pattern| pattern.matches(name.command))
        };
        if let Some((id, _)) = steps.get(place).filter(is_called) {
            return Ok(*id);
        }
        let start = place.saturating_sub(MOVED).min(steps.len());
        let end = place.saturating_add(MOVED).min(steps.len());
        let mut near = steps.get(start..end).unwrap_or_default().iter().filter(is_called);
        match (near.next(), near.next()) {
            (Some((id, _)), None) => Ok(*id),
            (Some(_), Some(_)) => Err("several instructions of the Dockerfile read like it"),
            _ => Err("the Dockerfile has no such instruction"),
        }
    }

    fn stage(&self, name: Option<&str>) -> Option<usize> {
        let stages = &self.file.stages;
        let Some(name) = name else { return (stages.len() == 1).then_some(0) };
        let numbered = || name.strip_prefix("stage-")?.parse().ok();
        let named = stages.iter().rposition(|stage| stage.is_named(name));
        named.or_else(numbered).filter(|at| *at < stages.len())
    }
}

/// `FROM` of an image is the first; what makes no layer has no number.
fn numbered(file: &Dockerfile, at: usize, stage: &Stage) -> Vec<(StepId, Option<Pattern>)> {
    let is_image = matches!(stage.base, Base::Image(_) | Base::Unknown(_));
    let from = is_image.then_some((StepId { stage: at, instruction: None }, None));
    let own = stage.instructions.iter().enumerate();
    let own = own.filter(|(_, found)| match &found.kind {
        // BuildKit counts it in the total, and gives it no number.
        Kind::Workdir(path) => path != "/",
        kind => matches!(kind, Kind::Run(_) | Kind::Copy(_)),
    });
    let own = own.map(|(place, found)| {
        let id = StepId { stage: at, instruction: Some(place) };
        (id, Some(Pattern::of(found, file)))
    });
    from.into_iter().chain(own).collect()
}
