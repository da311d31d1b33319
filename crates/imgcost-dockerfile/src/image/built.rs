use std::collections::BTreeSet;

use imgcost::fleet::defaults::Assumption;
use imgcost::image::{Digest, Image, Layer, Trigger, TriggerSet};
use imgcost::units::{Compressed, CompressionRatio, Unpacked};

use super::change::Done;
use super::times::Times;
use crate::cache::{Plan, Role, Step, StepId, commit_arguments};
use crate::read::Dockerfile;

/// What a Dockerfile makes: an image in pieces, and builds that take their time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// What each change rebuilds.
    pub plan: Plan,
    /// What is in the image, base first.
    pub pieces: Vec<Piece>,
    /// What the registry stores beside each version and no node pulls.
    pub attached: Compressed,
    /// How long steps take.
    pub times: Times,
    /// Unpacked bytes per compressed byte, where only one of them is known.
    pub ratio: CompressionRatio,
    /// What is odd about it and worth telling.
    pub notes: Vec<String>,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// Whether a change brought more than could be computed: its saving is at least what it says.
    pub at_least: bool,
    /// Whether there is more in the image than was counted: what it costs is at least what it says.
    pub partial: bool,
    /// What was already made better, so that nothing is saved twice.
    pub(super) done: BTreeSet<Done>,
}

/// A part of the image that one instruction made: one of its layers, or what it is taken to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What made it.
    pub origin: Origin,
    /// What it is about.
    pub role: Role,
    /// Bytes on the wire, if known.
    pub compressed: Option<Compressed>,
    /// Bytes on disk, if known.
    pub unpacked: Option<Unpacked>,
    /// Its digest, if it is a layer that exists.
    pub digest: Option<Digest>,
    /// What makes its own content change.
    pub trigger: Trigger,
    /// Whether changes below leave it alone.
    pub linked: bool,
    /// What its sizes rest on.
    pub basis: Basis,
    /// Bytes that it ships in vain, where the layer was read.
    pub in_vain: Option<InVain>,
}

/// What made a piece of an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// An instruction; all layers of the base image are its `FROM`'s.
    Step(StepId),
    /// The builder: the image's configuration, which every pull moves too.
    Config,
    /// A layer that no instruction of the file goes with: its place among the image's layers, from 0.
    Unmapped(usize),
}

/// What sizes rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// A layer of the real image.
    Layer,
    /// What was measured elsewhere.
    Evidence {
        /// The rows.
        ids: Vec<String>,
        /// Where they come from.
        source: String,
    },
    /// A share of a size that was given, or of the base.
    Share(String),
    /// Nothing to speak of: a folder, a user, a short text; taken as 0 bytes.
    Slight,
    /// What a change to the file would leave.
    Changed,
    /// Nobody knows.
    Unknown,
}

/// Unpacked bytes of a layer that are shipped in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InVain {
    /// Overwritten or deleted by later layers.
    pub hidden: u64,
    /// Caches of package managers.
    pub cache: u64,
    /// Packages that only development needs.
    pub development: u64,
}

impl Built {
    /// The image for the model; `None` if the size of a piece is not known.
    pub fn image(&self) -> Option<Image> {
        let layers = self.pieces.iter().map(Piece::layer).collect::<Option<Vec<_>>>()?;
        Some(Image { layers, attached: self.attached })
    }

    /// The image without the pieces that `left_out` names and those that nobody knows the size of.
    pub(crate) fn image_without(&self, left_out: impl Fn(usize) -> bool) -> Image {
        let pieces = self.pieces.iter().enumerate().filter(|(at, _)| !left_out(*at));
        let layers = pieces.filter_map(|(_, piece)| piece.layer()).collect();
        Image { layers, attached: self.attached }
    }

    /// Everything that rebuilds each piece, base first: its own trigger and those of what lies below.
    pub fn rebuilt_by(&self) -> Vec<TriggerSet> {
        let layer = |piece: &Piece| piece.layer_of(Compressed(0), Unpacked(0));
        let image = Image::of(self.pieces.iter().map(layer).collect());
        image.cascade().map(|(_, set)| set).collect()
    }

    /// Bytes on the wire; `None` if those of a piece are not known.
    pub fn compressed(&self) -> Option<Compressed> {
        let sizes = self.pieces.iter().map(|piece| piece.compressed);
        sizes.into_iter().try_fold(0_u64, |sum, size| sum.checked_add(size?.0)).map(Compressed)
    }

    /// Bytes on disk; `None` if those of a piece are not known.
    pub fn unpacked(&self) -> Option<Unpacked> {
        let sizes = self.pieces.iter().map(|piece| piece.unpacked);
        sizes.into_iter().try_fold(0_u64, |sum, size| sum.checked_add(size?.0)).map(Unpacked)
    }

    /// Gives every piece the trigger that it has where it stands now.
    pub(super) fn retrigger(&mut self) {
        let mut below = TriggerSet::NONE;
        for piece in &mut self.pieces {
            *piece = piece.clone().retriggered(&self.plan, below);
            below = below.union(rebuilt(piece, below));
        }
    }

    /// Places of the pieces that a step made.
    pub(super) fn places(&self, step: StepId) -> Vec<usize> {
        let made = |piece: &Piece| piece.origin == Origin::Step(step);
        let pieces = self.pieces.iter().enumerate().filter(|(_, piece)| made(piece));
        pieces.map(|(at, _)| at).collect()
    }

    /// An image of these pieces of which nothing else is known yet.
    pub(super) fn new(
        file: &Dockerfile,
        plan: &Plan,
        pieces: Vec<Piece>,
        times: Times,
        ratio: CompressionRatio,
    ) -> Self {
        Self {
            plan: plan.clone(),
            pieces,
            attached: Compressed(0),
            assumptions: times.assumption().into_iter().chain(commits(file, plan)).collect(),
            times,
            ratio,
            notes: Vec::new(),
            at_least: false,
            partial: false,
            done: BTreeSet::new(),
        }
    }

    pub(super) fn assume(&mut self, assumption: Assumption) {
        if !self.assumptions.contains(&assumption) {
            self.assumptions.push(assumption);
        }
    }
}

/// That build arguments change with each commit, which their names tell.
fn commits(file: &Dockerfile, plan: &Plan) -> Option<Assumption> {
    let is_needed = |stage: usize| plan.stages.get(stage).is_some_and(|stage| stage.needed);
    let found = commit_arguments(file).into_iter().filter(|found| is_needed(found.step.stage));
    let names: BTreeSet<String> = found.map(|found| found.name).collect();
    let verb = if names.len() == 1 { "changes" } else { "change" };
    let names: Vec<String> = names.into_iter().collect();
    (!names.is_empty()).then(|| Assumption {
        name: "build-arguments".into(),
        value: format!("{} {verb} with each commit", names.join(", ")),
        basis: "by name".into(),
        source: "BuildKit compares the values of all arguments that a RUN sees".into(),
    })
}

impl Piece {
    /// A piece without sizes, as its step has it; `below` is what rebuilds the pieces under it.
    ///
    /// A step that a change reruns, though neither its role nor anything below tells, ships again
    /// with that change: packages copied from a stage that installs after `COPY . .`.
    pub(super) fn of_step(id: StepId, step: &Step, below: TriggerSet) -> Self {
        let own = step.trigger();
        let told = below.contains(Trigger::Deploy) && !step.linked;
        let trigger = match step.reruns.contains(Trigger::Deploy) && !told {
            true => Trigger::Deploy,
            false => own,
        };
        Self {
            origin: Origin::Step(id),
            role: step.role,
            compressed: None,
            unpacked: None,
            digest: None,
            trigger,
            linked: step.linked,
            basis: Basis::Unknown,
            in_vain: None,
        }
    }

    /// A layer that no instruction of the file goes with.
    pub(super) fn unmapped(place: usize, trigger: Trigger) -> Self {
        Self {
            origin: Origin::Unmapped(place),
            role: Role::Setup,
            compressed: None,
            unpacked: None,
            digest: None,
            trigger,
            linked: false,
            basis: Basis::Unknown,
            in_vain: None,
        }
    }

    /// The piece with the trigger that its step has in this plan, upon what lies below.
    pub(super) fn retriggered(self, plan: &Plan, below: TriggerSet) -> Self {
        let step = match self.origin {
            Origin::Step(id) => plan.step(id).map(|step| (id, step)),
            _ => None,
        };
        match step {
            Some((id, step)) => {
                let Self { trigger, linked, .. } = Self::of_step(id, step, below);
                Self { trigger, linked, ..self }
            }
            None => self,
        }
    }

    pub(super) fn sized(self, compressed: u64, unpacked: u64, basis: Basis) -> Self {
        let (compressed, unpacked) = (Some(Compressed(compressed)), Some(Unpacked(unpacked)));
        Self { compressed, unpacked, basis, ..self }
    }

    /// The piece, of which nobody knows the size.
    pub(super) fn without_size(self) -> Self {
        Self { compressed: None, unpacked: None, basis: Basis::Unknown, ..self }
    }

    fn layer(&self) -> Option<Layer> {
        Some(self.layer_of(self.compressed?, self.unpacked?))
    }

    fn layer_of(&self, compressed: Compressed, unpacked: Unpacked) -> Layer {
        let Self { digest, trigger, linked, .. } = self;
        Layer { compressed, unpacked, digest: digest.clone(), trigger: *trigger, linked: *linked }
    }
}

/// The steps of the final image, base first: the `FROM` at the bottom, then the instructions of every
/// stage that the target starts from.
pub(super) fn shipped_steps<'p>(
    file: &Dockerfile,
    plan: &'p Plan,
) -> impl Iterator<Item = (StepId, &'p Step)> {
    let chain = file.shipped();
    let bottom = chain.first().copied();
    let steps = chain.into_iter().flat_map(move |stage| {
        let from = StepId { stage, instruction: None };
        let count = plan.stages.get(stage).map_or(0, |found| found.steps.len());
        let steps = (0..count).map(move |at| StepId { stage, instruction: Some(at) });
        (Some(stage) == bottom).then_some(from).into_iter().chain(steps)
    });
    steps.filter_map(|id| Some((id, plan.step(id)?)))
}

/// The pieces of the final image, base first, without sizes.
pub(super) fn unsized_pieces(file: &Dockerfile, plan: &Plan) -> Vec<Piece> {
    let mut below = TriggerSet::NONE;
    let piece = |(id, step): (StepId, &Step)| {
        let piece = Piece::of_step(id, step, below);
        below = below.union(rebuilt(&piece, below));
        piece
    };
    let makes_layer = |(id, step): &(StepId, &Step)| id.instruction.is_none() || step.makes_layer;
    shipped_steps(file, plan).filter(makes_layer).map(piece).collect()
}

/// What rebuilds a piece upon others.
pub(super) fn rebuilt(piece: &Piece, below: TriggerSet) -> TriggerSet {
    let own = TriggerSet::of(piece.trigger);
    if piece.linked { own } else { own.union(below) }
}
