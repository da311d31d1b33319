use std::collections::HashSet;

use imgcost::fleet::defaults::COMPRESSION_RATIO;
use imgcost::image::{Digest, Trigger, TriggerSet};
use imgcost::units::{Compressed, CompressionRatio, Unpacked};
use imgcost_image::{InspectedLayer, Inspection, WasteKind, sizes};

use super::align::{Ground, align};
use super::built::{Basis, Built, InVain, Origin, Piece, rebuilt, shipped_steps};
use super::history::{Made, of_history, of_instruction};
use super::times::Times;
use crate::cache::{Plan, Role, Step, StepId};
use crate::read::{Base, Dockerfile, Kind};

/// The image that was built, its layers mapped to the instructions that made them.
///
/// Layers that lie below all that the file made are the base's. A layer that no instruction goes with
/// stays as a piece of its own, rebuilt as often as anything of the file: pieces add up to the image.
pub fn from_layers(
    file: &Dockerfile,
    plan: &Plan,
    times: Times,
    ratio: CompressionRatio,
    found: &Inspection,
) -> Built {
    let steps: Vec<(StepId, &Step)> =
        shipped_steps(file, plan).filter(|(id, _)| may_make_layer(file, *id)).collect();
    let mut built = Built::new(file, plan, Vec::new(), times, ratio);
    built.attached = Compressed(found.attached);
    built.notes.extend(found.notes.iter().cloned());
    let mapped = map(file, &steps, found, &mut built.notes);
    let base = base_layers(file, &steps, found, &mapped);
    let from = file.shipped().first().map(|stage| StepId { stage: *stage, instruction: None });
    let from = from.and_then(|id| Some((id, plan.step(id)?)));
    let often = most_often(&steps);
    let mut below = TriggerSet::NONE;
    let mut known: HashSet<&Digest> = HashSet::new();
    for (place, layer) in found.layers.iter().enumerate() {
        let step = mapped.get(place).copied().flatten().and_then(|at| steps.get(at)).copied();
        let piece = match step.or(from.filter(|_| place < base)) {
            Some((id, step)) => Piece::of_step(id, step, below),
            None => Piece::unmapped(place, often),
        };
        let first = known.insert(&layer.digest);
        let piece = sized(piece, found, place, layer, ratio, first);
        below = below.union(rebuilt(&piece, below));
        built.pieces.push(piece);
    }
    built.pieces.push(config(found));
    note_unmapped(&mut built, found);
    note_without_layer(&mut built, file, &steps);
    let by_ratio = |layer: &InspectedLayer| layer.compressed.is_none() || layer.unpacked.is_none();
    if found.layers.iter().any(by_ratio) {
        let assumed = imgcost::fleet::defaults::Assumption {
            value: ratio.to_string(),
            ..COMPRESSION_RATIO.into()
        };
        built.assume(assumed);
    }
    built
}

/// Whether some builder makes a layer of it: a `WORKDIR` whose folder is there makes one in BuildKit.
fn may_make_layer(file: &Dockerfile, step: StepId) -> bool {
    let found = step.instruction.and_then(|at| file.stages.get(step.stage)?.instructions.get(at));
    found.is_some_and(|found| matches!(found.kind, Kind::Run(_) | Kind::Copy(_) | Kind::Workdir(_)))
}

/// For each layer the step that made it.
fn map(
    file: &Dockerfile,
    steps: &[(StepId, &Step)],
    found: &Inspection,
    notes: &mut Vec<String>,
) -> Vec<Option<usize>> {
    let layers: Vec<Option<Made>> =
        found.layers.iter().map(|layer| layer.created_by.as_deref().map(of_history)).collect();
    if layers.iter().all(Option::is_none) {
        return by_position(steps.len(), found.layers.len(), notes);
    }
    let said = |(id, _): &(StepId, &Step)| {
        let stage = file.stages.get(id.stage)?;
        Some(of_instruction(file, stage.instructions.get(id.instruction?)?))
    };
    let instructions: Vec<Vec<Made>> =
        steps.iter().map(|step| said(step).unwrap_or_default()).collect();
    let ground = match is_scratch(file) {
        true => Ground::At(0),
        false => boundary(file, found).map_or(Ground::Unknown, Ground::At),
    };
    align(&instructions, &layers, ground)
}

/// Without a history, the layers on top are taken for the last instructions, one each.
fn by_position(steps: usize, layers: usize, notes: &mut Vec<String>) -> Vec<Option<usize>> {
    let mut mapped = vec![None; layers];
    if layers > steps {
        notes.push(format!(
            "there is no history to tell what made each layer: the top {steps} are taken for the file's instructions, in their order"
        ));
        for (step, slot) in mapped.iter_mut().skip(layers - steps).enumerate() {
            *slot = Some(step);
        }
    }
    mapped
}

/// The place of the first layer above an image that a `CMD` or `ENTRYPOINT` closed, where that is the
/// base: those that the file itself closes on the way are passed over.
fn boundary(file: &Dockerfile, found: &Inspection) -> Option<usize> {
    let (mut own, mut closed) = (0, false);
    for stage in file.shipped().into_iter().filter_map(|stage| file.stages.get(stage)) {
        for found in &stage.instructions {
            match found.kind {
                Kind::Cmd(_) | Kind::Entrypoint(_) => closed = true,
                Kind::Run(_) | Kind::Copy(_) => {
                    own += usize::from(closed);
                    closed = false;
                }
                _ => {}
            }
        }
    }
    let layers = found.layers.iter().enumerate().rev();
    let mut starts = layers.filter(|(_, layer)| layer.starts_image).map(|(place, _)| place);
    starts.nth(own)
}

fn is_scratch(file: &Dockerfile) -> bool {
    let bottom = file.shipped().first().and_then(|stage| file.stages.get(*stage));
    bottom.is_some_and(|stage| stage.base == Base::Scratch)
}

/// How many layers at the bottom are the base's: those below everything that the file made. Where an
/// instruction at its beginning has no layer, those that nobody claims may be what it made, and only
/// what lies below a closed image is surely the base's.
fn base_layers(
    file: &Dockerfile,
    steps: &[(StepId, &Step)],
    found: &Inspection,
    mapped: &[Option<usize>],
) -> usize {
    if is_scratch(file) {
        return 0;
    }
    let lowest = mapped.iter().enumerate().find_map(|(place, step)| Some((place, (*step)?)));
    match (boundary(file, found), lowest) {
        (Some(boundary), Some((lowest, step))) => {
            let missing = steps.iter().take(step).any(|(step, _)| brings(file, *step).is_some());
            if missing { boundary.min(lowest) } else { lowest }
        }
        (Some(boundary), None) => boundary,
        (None, Some((lowest, _))) => lowest,
        // A single layer is everything at once: squashed.
        (None, None) => usize::from(found.layers.len() > 1),
    }
}

/// The line of a step that copies or runs something, which makes a layer in nearly every builder.
fn brings(file: &Dockerfile, step: StepId) -> Option<usize> {
    let found = file.stages.get(step.stage)?.instructions.get(step.instruction?)?;
    matches!(found.kind, Kind::Copy(_) | Kind::Run(_)).then_some(found.line)
}

/// What rebuilds whatever of the file changes most often.
fn most_often(steps: &[(StepId, &Step)]) -> Trigger {
    let all = steps.iter().fold(TriggerSet::NONE, |all, (_, step)| all.union(step.reruns));
    let often = [Trigger::Deploy, Trigger::DependencyUpdate];
    often.into_iter().find(|own| all.contains(*own)).unwrap_or(Trigger::BaseRefresh)
}

fn sized(
    piece: Piece,
    found: &Inspection,
    place: usize,
    layer: &InspectedLayer,
    ratio: CompressionRatio,
    first: bool,
) -> Piece {
    let sizes = sizes(found, layer, ratio).ok();
    Piece {
        // A layer that stands there twice is sent and stored once, and unpacked twice.
        compressed: sizes.map(|sizes| if first { sizes.compressed } else { Compressed(0) }),
        unpacked: sizes.map(|sizes| sizes.unpacked),
        digest: first.then(|| layer.digest.clone()),
        basis: if sizes.is_some() { Basis::Layer } else { Basis::Unknown },
        in_vain: in_vain(found, place),
        ..piece
    }
}

fn in_vain(found: &Inspection, place: usize) -> Option<InVain> {
    let waste = found.waste.as_ref()?;
    let needless = *waste.needless_by_layer.get(place)?;
    let named = waste
        .offenders
        .iter()
        .filter(|offender| offender.layer == place && offender.kind == WasteKind::DevDependencies);
    let development = named.map(|offender| offender.bytes).fold(0, u64::saturating_add);
    let development = development.min(needless);
    Some(InVain {
        hidden: *waste.hidden_by_layer.get(place)?,
        cache: needless - development,
        development,
    })
}

fn config(found: &Inspection) -> Piece {
    Piece {
        origin: Origin::Config,
        role: Role::Metadata,
        compressed: Some(Compressed(found.config.size)),
        unpacked: Some(Unpacked(found.config.size)),
        digest: Some(found.config.digest.clone()),
        trigger: Trigger::Deploy,
        linked: false,
        basis: Basis::Layer,
        in_vain: None,
    }
}

fn note_unmapped(built: &mut Built, found: &Inspection) {
    let is_unmapped = |piece: &&Piece| matches!(piece.origin, Origin::Unmapped(_));
    let unmapped: Vec<&Piece> = built.pieces.iter().filter(is_unmapped).collect();
    if unmapped.is_empty() {
        return;
    }
    let bytes: Option<u64> = unmapped.iter().map(|piece| Some(piece.compressed?.0)).sum();
    let size = bytes.map_or("of unknown size".into(), imgcost::units::format_bytes);
    let (count, all) = (unmapped.len(), found.layers.len());
    built.notes.push(format!(
        "{count} of {all} layers ({size}) go with no instruction of the file: was it built from this one?"
    ));
}

/// Instructions that made no layer, where several that copy or run are among them: then layers hold
/// more than the instruction that they are named after.
fn note_without_layer(built: &mut Built, file: &Dockerfile, steps: &[(StepId, &Step)]) {
    let made: HashSet<&Origin> = built.pieces.iter().map(|piece| &piece.origin).collect();
    let has_layer = |step: &StepId| made.contains(&Origin::Step(*step));
    let without = steps.iter().map(|(step, _)| step).filter(|step| !has_layer(step));
    let lines: Vec<String> =
        without.filter_map(|step| brings(file, *step)).map(|line| line.to_string()).collect();
    if lines.len() > 1 {
        built.notes.push(format!(
            "lines {} made no layer of their own: what they brought is in another's, as Buildah without --layers and squashing have it",
            lines.join(", ")
        ));
    }
}
