//! Costs of two small Dockerfiles. The amounts are made up so that sums are easy to check by eye.

use imgcost::demand::{Component, Kind};
use imgcost::fleet::StepTimes;
use imgcost::image::{Trigger, TriggerSet};
use imgcost::units::{Compressed, Ratio, Unpacked};
use imgcost_dockerfile::cache::{Plan, Role, StagePlan, Step, StepId};
use imgcost_dockerfile::image::Origin;
use imgcost_dockerfile::price::{Change, Cost, Part, Row};
use imgcost_dockerfile::{Dockerfile, ReadOptions, read};

use super::findings::saving;
use crate::fixture::money;

pub const OLD: &str = "FROM node:20\nCOPY . .\nRUN npm install --prefer-offline --no-audit --no-fund\nCMD [\"node\", \"a.js\"]\n";
pub const NEW: &str =
    "FROM node:20-alpine\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY . .\n";

pub fn dockerfile(name: &str, text: &str) -> Dockerfile {
    read(name, text, &ReadOptions::default()).unwrap()
}

/// One stage of instructions of these roles, each with the change that happens most to it.
pub fn plan(roles: &[(Role, Trigger)]) -> Plan {
    let step = |(role, trigger): &(Role, Trigger)| {
        let all = [Trigger::BaseRefresh, Trigger::DependencyUpdate, Trigger::Deploy];
        let until = all.iter().position(|change| change == trigger).unwrap();
        let sets = all.iter().take(until + 1).map(|change| TriggerSet::of(*change));
        let set = sets.fold(TriggerSet::NONE, TriggerSet::union);
        let makes_layer = *role != Role::Metadata;
        Step {
            inputs: set,
            arguments: TriggerSet::NONE,
            reruns: set,
            output: set,
            role: *role,
            makes_layer,
            linked: false,
        }
    };
    let from = step(&(Role::Base, Trigger::BaseRefresh));
    let steps = roles.iter().map(step).collect();
    Plan { stages: vec![StagePlan { from, steps, needed: true }] }
}

pub fn old_plan() -> Plan {
    plan(&[
        (Role::Application, Trigger::Deploy),
        (Role::Dependencies, Trigger::Deploy),
        (Role::Metadata, Trigger::Deploy),
    ])
}

pub fn new_plan() -> Plan {
    plan(&[
        (Role::Manifest, Trigger::DependencyUpdate),
        (Role::Dependencies, Trigger::DependencyUpdate),
        (Role::Application, Trigger::Deploy),
    ])
}

pub fn part(component: Component, kind: Kind, amount: &str) -> Part {
    Part { component, path: None, kind, amount: money(amount) }
}

fn billed(component: Component, amount: &str) -> Part {
    part(component, Kind::Billed, amount)
}

pub fn row(at: Option<usize>, sizes: Option<[u64; 2]>, parts: Vec<Part>) -> Row {
    let [compressed, unpacked] = [0, 1].map(|kind: usize| sizes.map(|sizes| sizes[kind]));
    Row {
        origin: Origin::Step(StepId { stage: 0, instruction: at }),
        compressed: compressed.map(Compressed),
        unpacked: unpacked.map(Unpacked),
        versions: sizes.filter(|sizes| sizes[0] > 0).map(|_| Ratio::new(60, 1).unwrap()),
        build_seconds: Some(Ratio::ZERO),
        parts,
    }
}

/// 3.00 + 0.50 + 0.25 + 0.10 = 3.85 a month; a disk of 9 beside it.
pub fn old() -> Cost {
    use Component::{BuildMinutes, ColdPulls, NodeDisk, RegistryPlan, RegistryStorage, WarmPulls};
    let install = vec![billed(WarmPulls, "0.30"), billed(BuildMinutes, "0.20")];
    let sources = vec![billed(WarmPulls, "0.25")];
    let base = vec![
        billed(RegistryStorage, "1.00"),
        billed(ColdPulls, "2.00"),
        part(NodeDisk, Kind::Capacity, "9"),
    ];
    let install = Row {
        build_seconds: Some(Ratio::new(81, 2).unwrap()),
        ..row(Some(1), Some([90_000_000, 250_000_000]), install)
    };
    Cost {
        fixed: vec![billed(RegistryPlan, "0.10")],
        rows: vec![
            row(None, Some([400_000_000, 1_100_000_000]), base),
            row(Some(0), Some([2_000_000, 5_000_000]), sources),
            install,
            row(Some(2), Some([0, 0]), vec![]),
        ],
        total: vec![
            billed(RegistryStorage, "1.00"),
            billed(WarmPulls, "0.55"),
            billed(ColdPulls, "2.00"),
            billed(BuildMinutes, "0.20"),
            billed(RegistryPlan, "0.10"),
            part(NodeDisk, Kind::Capacity, "9"),
        ],
        times: StepTimes { source: 40_500, dependency: 40_500, base: 40_500, cold: 40_500 },
        build_seconds: Some(Ratio::new(81, 2).unwrap()),
        complete: true,
        warnings: Vec::new(),
    }
}

/// 0.40 + 0.20 + 0.10 = 0.70 a month.
pub fn new() -> Cost {
    use Component::{ColdPulls, RegistryPlan, WarmPulls};
    Cost {
        fixed: vec![billed(RegistryPlan, "0.10")],
        rows: vec![
            row(None, Some([45_000_000, 130_000_000]), vec![billed(ColdPulls, "0.40")]),
            row(Some(0), Some([0, 0]), vec![]),
            row(Some(1), Some([15_000_000, 45_000_000]), vec![billed(WarmPulls, "0.20")]),
            row(Some(2), Some([2_000_000, 5_000_000]), vec![]),
        ],
        total: vec![
            billed(WarmPulls, "0.20"),
            billed(ColdPulls, "0.40"),
            billed(RegistryPlan, "0.10"),
        ],
        times: StepTimes { source: 0, dependency: 12_000, base: 12_000, cold: 12_000 },
        build_seconds: Some(Ratio::ONE),
        complete: true,
        warnings: Vec::new(),
    }
}

/// 3.85 - 0.70 = 3.15 a month.
pub fn change() -> Change {
    Change {
        before: old(),
        after: new(),
        saving: saving(Some("3.15"), Some("0.05"), Some("39.5")),
        compressed: [Some(Compressed(492_000_000)), Some(Compressed(62_000_000))],
        unpacked: [Some(Unpacked(1_355_000_000)), Some(Unpacked(180_000_000))],
        naive: Some(money("51.3")),
    }
}
