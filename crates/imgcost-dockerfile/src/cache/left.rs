//! Which changes reach the files at a path of a stage: what a copy from there depends upon.

use std::cell::Cell;
use std::collections::BTreeSet;

use imgcost::image::{Trigger, TriggerSet};

use super::copied::Copied;
use super::place::{Place, is_below};
use super::plan::Built;
use super::sources;
use crate::read::{Context, in_context};

/// What the steps of one stage may have written, and where.
#[derive(Debug, Clone, Default)]
pub(super) struct Trace {
    /// The stage below.
    pub(super) parent: Option<usize>,
    /// Whether an image is below.
    pub(super) on_image: bool,
    /// In the order of the steps.
    pub(super) writes: Vec<Write>,
    /// Folders that the stage sets up itself, so that no image brings what is in them.
    pub(super) own: Vec<String>,
    /// Folders that packages were put into, here and in the stages below: what no build writes to.
    pub(super) packages: Vec<String>,
}

/// Folders of packages that are kept in mind for one stage.
const MOST_FOLDERS: usize = 100;

impl Trace {
    /// Notes something that a step made.
    pub(super) fn made(&mut self, place: Place, changes: TriggerSet) {
        for folder in place.package_folders() {
            if self.packages.len() < MOST_FOLDERS && !self.packages.contains(folder) {
                self.packages.push(folder.clone());
            }
        }
        self.writes.push(Write::Made(place, changes));
    }

    fn holds_packages(&self, path: &str) -> bool {
        self.packages.iter().any(|folder| is_below(path, folder))
    }
}

/// One thing that a step may have written.
#[derive(Debug, Clone)]
pub(super) enum Write {
    /// Something made there, which differs after these changes.
    Made(Place, TriggerSet),
    /// Files of the context, which differ as a whole after these changes.
    FromContext(Copied, TriggerSet),
    /// Files of another stage.
    FromStage(usize, Copied),
}

impl Write {
    fn replaces(&self, path: &str) -> bool {
        matches!(self, Self::Made(Place::Replaced(own), _) if is_below(path, own))
    }
}

/// Writes that are looked at for one file, for all of its copies together: thousands of copies from
/// a stage of thousands would take hours. Beyond it, every change is taken to reach everything.
const MOST: usize = 200_000;

/// Follows files through the stages of one Dockerfile.
#[derive(Debug)]
pub(super) struct Search<'c> {
    context: &'c Context,
    looked_at: Cell<usize>,
}

impl<'c> Search<'c> {
    pub(super) const fn new(context: &'c Context) -> Self {
        Self { context, looked_at: Cell::new(0) }
    }

    /// The changes after which what lies at a path of a stage is different.
    ///
    /// Each step that may have written there adds its changes, from the last on that is known to have
    /// replaced all that was there. Of others that may have, nothing is taken for granted,
    /// which errs towards rebuilding.
    pub(super) fn changes_of(&self, path: &str, stage: usize, built: &[Built]) -> TriggerSet {
        let mut changes = TriggerSet::NONE;
        let first = (stage, tidy(path));
        let mut asked = BTreeSet::from([first.clone()]);
        let mut open = vec![first];
        while let Some((stage, path)) = open.pop() {
            let Some(Built { trace, .. }) = built.get(stage) else { continue };
            self.looked_at.set(self.looked_at.get().saturating_add(trace.writes.len() + 1));
            if self.looked_at.get() > MOST {
                return Trigger::ALL
                    .map(TriggerSet::of)
                    .into_iter()
                    .fold(changes, TriggerSet::union);
            }
            let mut questions: Vec<(usize, String)> = Vec::new();
            let replaced = trace.writes.iter().rposition(|write| write.replaces(&path));
            if replaced.is_none() {
                questions.extend(trace.parent.map(|parent| (parent, path.clone())));
                if trace.on_image && !trace.own.iter().any(|own| is_below(&path, own)) {
                    changes = changes.union(TriggerSet::of(Trigger::BaseRefresh));
                }
            }
            for write in trace.writes.iter().skip(replaced.unwrap_or(0)) {
                match write {
                    Write::Made(Place::Built { .. }, _) if trace.holds_packages(&path) => {}
                    Write::Made(place, made) if place.may_hold(&path) => {
                        changes = changes.union(*made);
                    }
                    Write::Made(..) => {}
                    Write::FromContext(copied, whole) => {
                        for source in copied.sources_of(&path) {
                            changes = changes.union(match source == copied.source {
                                true => *whole,
                                false => sources::changes(&in_context(&source), &[], self.context),
                            });
                        }
                    }
                    Write::FromStage(other, copied) => {
                        let sources = copied.sources_of(&path).into_iter();
                        questions.extend(sources.map(|source| (*other, tidy(&source))));
                    }
                }
            }
            open.extend(questions.into_iter().filter(|question| asked.insert(question.clone())));
        }
        changes
    }
}

/// A folder's path without the slash at its end.
fn tidy(path: &str) -> String {
    let path = path.trim_end_matches('/');
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
}
