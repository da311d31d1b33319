//! Lines and groups of a result, added up.

use std::collections::BTreeMap;

use imgcost::demand::{Component, Kind};
use imgcost::estimate::Figures;
use imgcost::fleet::Side;
use imgcost::units::Money;

use super::document::{FiguresDoc, GroupDoc, LineDoc};

/// What is wrong, and the key or value in the document that it is about.
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) word: String,
}

fn wrong(what: impl Into<String>, word: &str) -> Wrong {
    Wrong { what: what.into(), word: word.to_owned() }
}

/// The lines of one side, added up.
pub(super) struct Lines {
    pub(super) components: BTreeMap<Component, (Kind, Money)>,
    pub(super) services: Option<BTreeMap<String, Money>>,
}

impl Lines {
    /// None where there are no lines: they were not asked for.
    pub(super) fn of(lines: &[LineDoc<'_>], side: Side) -> Result<Option<Self>, Wrong> {
        let mut components: BTreeMap<Component, (Kind, Money)> = BTreeMap::new();
        let mut services = Some(BTreeMap::new());
        let mut any = false;
        for line in lines {
            let Some(line_side) =
                [Side::Before, Side::After].into_iter().find(|s| s.name() == line.side)
            else {
                return Err(wrong(format!("`{}` is not a side", line.side), &line.side));
            };
            let named = |component: &Component| component.name() == line.component;
            let Some(component) = Component::ALL.into_iter().find(named) else {
                let what = format!("`{}` is not a component", line.component);
                return Err(wrong(what, &line.component));
            };
            let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == line.kind) else {
                return Err(wrong(format!("`{}` is not a kind of cost", line.kind), &line.kind));
            };
            if line_side != side {
                continue;
            }
            any = true;
            let Some(amount) = line.amount else {
                let what = format!("a line of `{}` has no amount", line.component);
                return Err(wrong(what, "amount"));
            };
            let (first, sum) = components.entry(component).or_insert((kind, Money::ZERO));
            if *first != kind {
                let what = format!("lines of `{}` are of two kinds", line.component);
                return Err(wrong(what, &line.component));
            }
            *sum = *sum + amount.0;
            match (&line.service, &mut services) {
                (Some(name), Some(services)) => {
                    let billed = if kind == Kind::Billed { amount.0 } else { Money::ZERO };
                    // Looked up first: names repeat on every line.
                    match services.get_mut(name.as_ref()) {
                        Some(sum) => *sum = *sum + billed,
                        None => drop(services.insert(name.to_string(), billed)),
                    }
                }
                _ => services = None,
            }
        }
        Ok(any.then_some(Self { components, services }))
    }

    pub(super) fn sum(&self, kind: Kind) -> Money {
        self.components.values().filter(|(of, _)| *of == kind).map(|(_, amount)| *amount).sum()
    }
}

pub(super) type Groups = (Vec<String>, BTreeMap<Vec<String>, Figures>);

/// The labels grouped by, sorted, and the figures by their values.
pub(super) fn groups(found: Vec<GroupDoc>, side: Side) -> Result<Groups, Wrong> {
    let Some(first) = found.first() else { return Ok(Groups::default()) };
    let labels: Vec<String> = first.by.keys().cloned().collect();
    let mut groups = BTreeMap::new();
    for group in found {
        if !group.by.keys().eq(&labels) {
            return Err(wrong("groups are not by the same labels", "groups"));
        }
        let figures: Option<FiguresDoc> = match side {
            Side::Before => group.before,
            Side::After => group.after,
        };
        let Some(figures) = figures else {
            return Err(wrong(format!("a group has no side `{}`", side.name()), "groups"));
        };
        let values: Vec<String> = group.by.into_values().collect();
        if groups.insert(values, Figures::from(figures)).is_some() {
            return Err(wrong("a group is there twice", "groups"));
        }
    }
    Ok((labels, groups))
}
