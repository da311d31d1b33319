//! What only building needs: `single-stage-build`, `build-tools-in-final`.

use super::info::{BUILD_TOOLS, SINGLE_STAGE_BUILD};
use super::install::short;
use super::purged::without_tools;
use super::seen::{At, Seen};
use super::stages::in_stages;
use super::{Finding, Fix};
use crate::cache::StepId;
use crate::ecosystem::{Act, is_build_tool, package_name};
use crate::read::{Base, CopyFrom, Kind};

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    found.extend(single_stage(seen));
    let shipped = seen.shipped();
    for (place, at) in shipped.iter().enumerate() {
        tools(seen, at, shipped.get(place + 1..).unwrap_or_default(), found);
    }
}

fn single_stage(seen: &Seen<'_>) -> Option<Finding> {
    let shipped = seen.shipped();
    let builds = |at: &&At<'_>| at.done.acts.iter().any(|(_, act)| matches!(act, Act::Build(_)));
    let build = shipped.iter().find(builds)?;
    let manager = build.done.acts.iter().find_map(|(_, act)| match act {
        Act::Build(manager) => Some(*manager),
        _ => None,
    });
    let installs: Vec<StepId> = shipped
        .iter()
        .filter(|at| !at.done.installs.is_empty() && !builds(at))
        .map(|at| at.id)
        .collect();
    let build_only: Vec<StepId> =
        shipped.iter().filter(|at| builds(at) || is_source(at)).map(|at| at.id).collect();
    let from = StepId { stage: build.id.stage, instruction: None };
    let stage = seen.file.stages.get(build.id.stage)?;
    let message = format!(
        "`{}` of line {} runs in the image that ships",
        short(&seen.text(build)),
        build.instruction.line
    );
    let help = in_stages(seen, stage, build, manager);
    let fix = Fix::Stages { from, installs, build_only, manager };
    Some(seen.finding(&SINGLE_STAGE_BUILD, (from, stage.span.clone()), message, help, fix))
}

/// Whether a step brings sources: files of the context that are no lists.
fn is_source(at: &At<'_>) -> bool {
    let Kind::Copy(copy) = &at.instruction.kind else { return false };
    copy.from == CopyFrom::Context
        && copy.sources.iter().any(|source| match source {
            crate::read::Source::Path(path) => crate::ecosystem::names_packages(path).is_none(),
            _ => false,
        })
}

fn tools(seen: &Seen<'_>, at: &At<'_>, later: &[At<'_>], found: &mut Vec<Finding>) {
    for (place, act) in &at.done.acts {
        // More than these are not told; the rest need not be looked at.
        if found.iter().rev().take_while(|other| other.rule == BUILD_TOOLS.id).count()
            > super::MOST_OF_A_RULE
        {
            return;
        }
        let Act::Add { manager, packages, virtual_name } = act else { continue };
        let compiles = packages.iter().any(|package| is_build_tool(*manager, package));
        let runs_python =
            matches!(&seen.root().1.base, Base::Image(name) if name.short() == "python");
        // node-gyp needs Python beside a compiler.
        let with_compiler = |package: &String| {
            compiles && !runs_python && package_name(*manager, package) == "python3"
        };
        let is_tool =
            |package: &&String| is_build_tool(*manager, package) || with_compiler(package);
        let named: Vec<String> = packages.iter().filter(is_tool).cloned().collect();
        if named.is_empty() {
            continue;
        }
        let removed = |step: &At<'_>, from: usize, package: &str| {
            step.done.acts.iter().filter(|(other, _)| *other >= from).any(|(_, act)| match act {
                Act::Remove { manager: by, packages } => {
                    by == manager
                        && packages.iter().any(|gone| {
                            package_name(*by, gone) == package_name(*manager, package)
                                || Some(gone) == virtual_name.as_ref()
                        })
                }
                _ => false,
            })
        };
        // A step that removes some of them and then all that nothing needs has done what it can.
        let mut named = named;
        named.retain(|package| {
            !removed(at, *place, package) && !later.iter().any(|step| removed(step, 0, package))
        });
        if named.is_empty() {
            continue;
        }
        let words: Vec<&str> = named.iter().map(String::as_str).collect();
        let span = seen.word(&at.instruction.span, words.first().copied().unwrap_or_default());
        let message = format!(
            "{} {} only needed for building",
            words.join(", "),
            if words.len() == 1 { "is" } else { "are" }
        );
        let help = without_tools(seen, at, (*place, *manager), &named, later);
        let whole_layer = named.len() == packages.len()
            && at.done.acts.iter().all(|(_, other)| {
                other == act || matches!(other, Act::Update(_) | Act::CleanCache(_))
            });
        let fix =
            Fix::NoTools { step: at.id, manager: *manager, packages: named.clone(), whole_layer };
        found.push(seen.finding(&BUILD_TOOLS, (at.id, span), message, help, fix));
    }
}
