use std::collections::BTreeMap;
use std::mem::take;

use imgcost::fleet::defaults::Assumption;
use imgcost::image::Trigger;

use super::built::{Basis, Built, Origin, Piece};
use super::by_evidence::{
    application, from_evidence, from_evidence_beside, instruction, share_out, sum,
};
use super::evidence::{Development, Evidence};
use super::held::{held, packages_of};
use super::packages::{Installed, environment_of};
use super::shares::part;
use super::times::Times;
use crate::cache::{Plan, Role};
use crate::ecosystem::{Act, Manager, act_in};
use crate::read::{Base, Dockerfile, Kind};

/// The image of a file, where that of another file of the same application is known: both then rest on
/// the same bytes, and their difference is what the files differ by.
///
/// The application carries over, and so do packages that the same manager installs: without those of
/// development in the measured proportion, without a cache by what caches were measured to weigh. Another
/// base weighs what evidence says. What the known size does not tell apart stays unknown.
pub fn from_other(
    file: &Dockerfile,
    plan: &Plan,
    times: Times,
    evidence: &Evidence,
    known: (&Dockerfile, &Built),
) -> Built {
    let mut built = from_evidence_beside(file, plan, times.clone(), evidence, known);
    let (known_file, known_built) = known;
    built.attached = known_built.attached;
    let other = Other {
        name: &known_file.name,
        known_file,
        known: known_built,
        shadow: from_evidence(known_file, &known_built.plan, times, evidence, known_built.ratio),
        evidence,
    };
    let (notes, assumptions) = (take(&mut built.notes), take(&mut built.assumptions));
    other.base(&mut built, file);
    other.packages(&mut built, file);
    other.application(&mut built, file);
    other.rest(&mut built, file);
    let is_known = built.compressed().is_some();
    // What evidence has against the file is told where something of it is still unknown.
    built.notes.splice(0..0, notes.into_iter().filter(|_| !is_known));
    let counts = |name: &str| {
        let measured = evidence.measured(name).is_some();
        !measured || built.pieces.iter().any(|piece| is_made_of(piece, name))
    };
    let same_base = bottom(file) == bottom(known_file);
    let told = |found: &Assumption| match found.name.as_str() {
        "base-image" => !same_base,
        name => counts(name),
    };
    let told: Vec<Assumption> = assumptions.into_iter().filter(told).collect();
    built.assumptions.splice(0..0, told);
    let name = &known_file.name;
    let base = if same_base { "" } else { ", upon its own base" };
    built.assume(Assumption {
        name: "image".into(),
        value: format!(
            "{} is taken to have the application and packages of {name}{base}",
            file.name
        ),
        basis: "assumed".into(),
        source: "both files are for the same application; the size of its own image tells more"
            .into(),
    });
    built
}

fn is_made_of(piece: &Piece, id: &str) -> bool {
    match &piece.basis {
        Basis::Evidence { ids, .. } => ids.iter().any(|own| own == id),
        _ => false,
    }
}

/// The file that is known, its image, and what evidence alone would have made of it.
struct Other<'o> {
    name: &'o str,
    known_file: &'o Dockerfile,
    known: &'o Built,
    shadow: Built,
    evidence: &'o Evidence,
}

impl Other<'_> {
    /// The same base weighs the same; another one can only be set against a base that was measured.
    fn base(&self, built: &mut Built, file: &Dockerfile) {
        let is_base = |piece: &&Piece| piece.role == Role::Base;
        let known: Vec<Piece> = self.known.pieces.iter().filter(is_base).cloned().collect();
        if bottom(file).is_some() && bottom(file) == bottom(self.known_file) {
            let Some(own) = built.pieces.first().map(|piece| piece.origin.clone()) else { return };
            let taken = known.into_iter().map(|piece| Piece { origin: own.clone(), ..piece });
            built.pieces.splice(0..1, taken);
            return;
        }
        if known.iter().any(|piece| matches!(piece.basis, Basis::Share(_))) {
            let name = self.name;
            forget(built, |piece| piece.role == Role::Base);
            built.notes.push(format!(
                "the size of the base is not known: nobody measured that of {name}, to take it from the size that was given"
            ));
        }
    }

    fn packages(&self, built: &mut Built, file: &Dockerfile) {
        let is_meant = |piece: &Piece| piece.role == Role::Dependencies;
        let name = self.name;
        let (own, theirs) = (brought_by(file, built), brought_by(self.known_file, self.known));
        if own.is_empty() && theirs.is_empty() {
            return;
        }
        match self.bytes_of_packages(&own, &theirs, (file, built)) {
            Some(bytes) => {
                let basis = Basis::Share(format!("the packages of {name}"));
                share_out(built, is_meant, bytes, &basis);
            }
            None => {
                forget(built, is_meant);
                built.notes.push(format!(
                    "the size of its packages is not known: they are not those of {name}"
                ));
            }
        }
    }

    fn bytes_of_packages(
        &self,
        own: &[Option<Installed>],
        theirs: &[Option<Installed>],
        (file, built): (&Dockerfile, &Built),
    ) -> Option<(u64, u64)> {
        let is_packages = |piece: &&Piece| piece.role == Role::Dependencies;
        let pieces = || self.known.pieces.iter().filter(is_packages);
        let mut bytes = sum(pieces())?;
        let by_evidence = |built: &Built| built.pieces.iter().filter(is_packages).all(is_sized);
        let same_text = texts(file, built) == texts(self.known_file, self.known);
        let measured = by_evidence(built) && by_evidence(&self.shadow);
        if !(same_text || measured) {
            return None;
        }
        let [here, there] = [built, &self.shadow].map(beside_packages);
        for id in there.iter().filter(|(kind, _)| !here.contains_key(*kind)).map(|(_, id)| id) {
            let read = pieces().map(|piece| piece.in_vain).collect::<Option<Vec<_>>>();
            let (wire, disk) = match read.filter(|_| is_cache(id)) {
                Some(read) => {
                    let cache = read.iter().map(|in_vain| in_vain.cache).sum::<u64>();
                    (part(bytes.0, cache, bytes.1), cache)
                }
                None => {
                    let row = self.evidence.measured(id)?;
                    (row.compressed, row.unpacked)
                }
            };
            bytes = (bytes.0.checked_sub(wire)?, bytes.1.checked_sub(disk)?);
        }
        bytes = match (own, theirs) {
            ([Some((manager, kind))], [Some((other, other_kind))])
                if manager == other && kind != other_kind =>
            {
                self.of_kind(bytes, *manager, [*other_kind, *kind])?
            }
            _ if own == theirs && own.iter().all(Option::is_some) => bytes,
            _ => return None,
        };
        let more = here.iter().filter(|(kind, _)| !there.contains_key(*kind));
        more.map(|(_, id)| id).try_fold(bytes, |(wire, disk), id| {
            let row = self.evidence.measured(id)?;
            Some((wire.checked_add(row.compressed)?, disk.checked_add(row.unpacked)?))
        })
    }

    /// Packages with or without those of development: as was found in the layers, or in proportion.
    fn of_kind(
        &self,
        (wire, disk): (u64, u64),
        manager: Manager,
        [was, is]: [Development; 2],
    ) -> Option<(u64, u64)> {
        let pieces = self.known.pieces.iter().filter(|piece| piece.role == Role::Dependencies);
        let read = pieces.map(|piece| piece.in_vain).collect::<Option<Vec<_>>>();
        if let (Development::LeftOut, Some(read)) = (is, read) {
            let less = read.iter().map(|in_vain| in_vain.development).sum::<u64>();
            let rest = disk.checked_sub(less)?;
            return Some((part(wire, rest, disk), rest));
        }
        let [was, is] = [was, is].map(|kind| self.evidence.packages(manager, kind));
        let (was, is) = (was?, is?);
        Some((part(wire, is.compressed, was.compressed), part(disk, is.unpacked, was.unpacked)))
    }

    /// The application carries over, unless the size that is known has more in it that the file leaves
    /// out: what a compiler left beside its program, packages that no step brings.
    fn application(&self, built: &mut Built, file: &Dockerfile) {
        let is_meant = |piece: &Piece| matches!(piece.role, Role::Application | Role::Build);
        let has = |built: &Built, role| built.pieces.iter().any(|piece| piece.role == role);
        let bring_packages = [built, self.known].map(|built| has(built, Role::Dependencies));
        let bytes = application(self.known)
            .filter(|_| built.pieces.iter().any(is_meant))
            .filter(|_| bring_packages[0] == bring_packages[1])
            .filter(|_| compiled(file, built) == compiled(self.known_file, self.known));
        match bytes {
            Some(bytes) => {
                let basis = Basis::Share(format!("the application of {}", self.name));
                share_out(built, is_meant, bytes, &basis);
            }
            None if built.pieces.iter().any(is_meant) || application(self.known).is_some() => {
                let place = built.pieces.len();
                forget(built, is_meant);
                if !built.pieces.iter().any(is_meant) {
                    built.pieces.push(Piece::unmapped(place, Trigger::Deploy));
                }
                built.notes.push(format!(
                    "the size of the application is not known: that of {} has more in it than the application",
                    self.name
                ));
            }
            None => {}
        }
    }

    /// Everything else: the same instruction leaves the same; layers that no instruction made, and the
    /// configuration, are there again. What only the known file has is in its size, and nobody knows where.
    fn rest(&self, built: &mut Built, file: &Dockerfile) {
        let is_meant = |piece: &Piece| {
            matches!(piece.role, Role::System | Role::Setup | Role::Manifest)
                && matches!(piece.origin, Origin::Step(_))
        };
        let mut left: Vec<&Piece> =
            self.known.pieces.iter().filter(|piece| is_meant(piece)).collect();
        for piece in built.pieces.iter_mut().filter(|piece| is_meant(piece)) {
            let own = text(file, &piece.origin);
            let same =
                |other: &&Piece| own.is_some() && text(self.known_file, &other.origin) == own;
            if let Some(at) = left.iter().position(same) {
                let Piece { compressed, unpacked, basis, .. } = left.remove(at).clone();
                *piece = Piece { compressed, unpacked, basis, ..piece.clone() };
            }
        }
        let heavy = |piece: &&Piece| {
            let shadow = self.shadow.pieces.iter().find(|other| other.origin == piece.origin);
            piece.basis == Basis::Slight && shadow.is_some_and(|found| found.basis != Basis::Slight)
        };
        if let Some(line) = left
            .into_iter()
            .find(heavy)
            .and_then(|piece| Some(instruction(self.known_file, &piece.origin)?.line))
        {
            forget(built, |piece| matches!(piece.role, Role::Application | Role::Dependencies));
            built.notes.push(format!(
                "its size is not known: how much of that of {} line {line} of it brings, nobody knows",
                self.name
            ));
        }
        let others =
            self.known.pieces.iter().filter(|piece| !matches!(piece.origin, Origin::Step(_)));
        built.pieces.extend(others.map(|piece| Piece { digest: None, ..piece.clone() }));
        built.retrigger();
    }
}

/// What is at the bottom of the image.
fn bottom(file: &Dockerfile) -> Option<&Base> {
    Some(&file.stages.get(*file.shipped().first()?)?.base)
}

/// Nobody knows the sizes of these pieces.
fn forget(built: &mut Built, is_meant: impl Fn(&Piece) -> bool) {
    for piece in built.pieces.iter_mut().filter(|piece| is_meant(piece)) {
        *piece = Piece {
            compressed: None,
            unpacked: None,
            digest: None,
            basis: Basis::Unknown,
            in_vain: None,
            ..piece.clone()
        };
    }
}

/// The instruction as it stands.
fn text<'f>(file: &'f Dockerfile, origin: &Origin) -> Option<&'f str> {
    file.text.get(instruction(file, origin)?.span.clone())
}

/// What packages the image has, step by step.
fn brought_by(file: &Dockerfile, built: &Built) -> Vec<Option<Installed>> {
    let held = held(file);
    let mut steps: Vec<Origin> = built
        .pieces
        .iter()
        .filter(|piece| piece.role == Role::Dependencies)
        .map(|piece| piece.origin.clone())
        .collect();
    // An image may have several layers of one step.
    steps.dedup();
    let brought = |origin: &Origin| match origin {
        Origin::Step(step) => packages_of(file, *step, &held),
        _ => None,
    };
    steps.iter().map(brought).collect()
}

/// What evidence finds beside packages, caches above all, by its kind: the cache of production's packages
/// is the cache.
fn beside_packages(built: &Built) -> BTreeMap<String, String> {
    let packages = built.pieces.iter().filter(|piece| piece.role == Role::Dependencies);
    let ids = packages.flat_map(|piece| match &piece.basis {
        Basis::Evidence { ids, .. } => ids.clone(),
        _ => Vec::new(),
    });
    let beside = ids.filter(|id| !id.ends_with(".dependencies") && !id.ends_with(".production"));
    beside.map(|id| (id.trim_end_matches("-production").to_owned(), id)).collect()
}

fn is_cache(id: &str) -> bool {
    [".cache", ".lists", ".registry"].iter().any(|kind| id.contains(kind))
}

fn is_sized(piece: &Piece) -> bool {
    piece.compressed.is_some() && piece.unpacked.is_some()
}

/// The instructions that bring packages, as they stand.
fn texts<'f>(file: &'f Dockerfile, built: &Built) -> Vec<Option<&'f str>> {
    let packages = built.pieces.iter().filter(|piece| piece.role == Role::Dependencies);
    let mut texts: Vec<_> = packages.map(|piece| text(file, &piece.origin)).collect();
    texts.dedup();
    texts
}

/// Compilers whose folders the image has beside what they made; what bundlers write beside sources is
/// about as much as the sources.
fn compiled(file: &Dockerfile, built: &Built) -> Vec<Option<Manager>> {
    let bundles = [Manager::Npm, Manager::Yarn, Manager::Pnpm, Manager::Bun];
    let builds = built.pieces.iter().filter(|piece| piece.role == Role::Build);
    let by = |piece: &Piece| {
        let Origin::Step(step) = piece.origin else { return None };
        let Kind::Run(run) = &instruction(file, &piece.origin)?.kind else { return None };
        let environment = environment_of(file, step);
        run.commands.iter().find_map(|command| match act_in(command, &environment) {
            Some(Act::Build(manager)) => Some(manager),
            _ => None,
        })
    };
    let managers = builds.map(by);
    managers.filter(|by| !by.is_some_and(|manager| bundles.contains(&manager))).collect()
}
