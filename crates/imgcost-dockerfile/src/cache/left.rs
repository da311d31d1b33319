//! Which changes reach the files at a path of a stage: what a copy from there depends upon.

use std::collections::BTreeSet;

use imgcost::image::{Trigger, TriggerSet};

use super::context::Context;
use super::copied::Copied;
use super::place::{Place, is_below};
use super::step::Role;
use crate::read::in_context;

/// What the steps of one stage may have written, and where.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The stage below.
    pub(super) parent: Option<usize>,
    /// Whether an image is below.
    pub(super) on_image: bool,
    /// In the order of the steps.
    pub(super) writes: Vec<Write>,
    /// Folders that the stage sets up itself, so that no image brings what is in them.
    pub(super) own: Vec<String>,
}

/// One thing that a step may have written.
#[derive(Debug)]
pub(super) enum Write {
    /// Something made there, which differs after these changes.
    Made(Place, TriggerSet, Role),
    /// Files of the context.
    FromContext(Copied, Role),
    /// Files of another stage.
    FromStage(usize, Copied),
}

/// What is known of the files at a path.
#[derive(Debug)]
pub(super) struct Found {
    /// The changes after which they differ.
    pub(super) changes: TriggerSet,
    /// What the steps were about that may have written them.
    pub(super) roles: BTreeSet<Role>,
}

impl Found {
    fn add(&mut self, changes: TriggerSet, role: Role) {
        self.changes = self.changes.union(changes);
        self.roles.insert(role);
    }
}

/// Writes that are looked at for one file, for all of its copies together: thousands of copies from
/// a stage of thousands would take hours. Beyond it, everything is taken to change everything.
const MOST: usize = 5_000_000;

/// The traces of the stages read so far.
#[derive(Debug)]
pub(super) struct Traces<'c> {
    context: &'c Context,
    stages: Vec<Trace>,
    looked_at: usize,
}

impl<'c> Traces<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Self { context, stages: Vec::new(), looked_at: 0 }
    }

    pub(super) fn push(&mut self, trace: Trace) {
        self.stages.push(trace);
    }

    /// What is known of the files at a path when a stage is done.
    ///
    /// Each step that may have written them adds its changes. That a later step may have replaced
    /// what an earlier one wrote is left aside, which errs towards rebuilding.
    pub(super) fn left(&mut self, stage: usize, path: &str) -> Found {
        let mut found = Found { changes: TriggerSet::NONE, roles: BTreeSet::new() };
        let first = (stage, tidy(path));
        let mut asked = BTreeSet::from([first.clone()]);
        let mut open = vec![first];
        while let Some((stage, path)) = open.pop() {
            let Some(trace) = self.stages.get(stage) else { continue };
            self.looked_at = self.looked_at.saturating_add(trace.writes.len() + 1);
            if self.looked_at > MOST {
                let everything = Trigger::ALL.map(TriggerSet::of);
                found.changes = everything.into_iter().fold(found.changes, TriggerSet::union);
                return found;
            }
            let mut questions: Vec<(usize, String)> = Vec::new();
            questions.extend(trace.parent.map(|parent| (parent, path.clone())));
            if trace.on_image && !trace.own.iter().any(|own| is_below(&path, own)) {
                found.changes = found.changes.union(TriggerSet::of(Trigger::BaseRefresh));
            }
            for write in &trace.writes {
                match write {
                    Write::Made(place, changes, role) if place.may_hold(&path) => {
                        found.add(*changes, *role);
                    }
                    Write::Made(..) => {}
                    Write::FromContext(copied, role) => {
                        for source in copied.sources_of(&path) {
                            found.add(self.context.changes(&in_context(&source)), *role);
                        }
                    }
                    Write::FromStage(other, copied) => {
                        let sources = copied.sources_of(&path).into_iter();
                        questions.extend(sources.map(|source| (*other, tidy(&source))));
                    }
                }
            }
            for question in questions {
                if asked.insert(question.clone()) {
                    open.push(question);
                }
            }
        }
        found
    }
}

/// A folder's path without the slash at its end.
fn tidy(path: &str) -> String {
    let path = path.trim_end_matches('/');
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
}
