//! What a cluster runs on: its nodes' price and disk, or tasks without nodes.

use imgcost::fleet::{Cacheless, Cloud, TaskSize};
use imgcost::price::PriceId;
use imgcost::units::Ratio;
use rust_decimal::Decimal;
use toml::de::DeValue;

use super::cluster::Surroundings;
use crate::assumed::{Assumed, Taken};
use crate::diagnostic::{Flaw, Problems};
use crate::table::Item;
use crate::value::SIZE;

pub(crate) const TASK_KEYS: [&str; 2] = ["vcpus", "memory"];

/// Short names of disks and the prices that they go by.
pub(crate) const DISKS: [(&str, &str); 5] = [
    ("aws.ebs.gp3", "ebs-gp3"),
    ("aws.ebs.gp3", "gp3"),
    ("gcp.pd.balanced", "pd-balanced"),
    ("gcp.pd.ssd", "pd-ssd"),
    ("gcp.pd.standard", "pd-standard"),
];

/// `"ebs-gp3"` and the like, a price id, or `"none"`.
pub(super) fn disk(
    item: Option<Item<'_>>,
    cloud: &Cloud,
    problems: &mut Problems<'_>,
) -> Option<PriceId> {
    let Some(item) = item else { return cloud.disk.map(PriceId::new) };
    let text = item.text(problems)?.trim();
    if text == "none" {
        return None;
    }
    if text.contains('.') {
        return Some(PriceId::new(text));
    }
    let id = crate::table::word(item.key, text, &DISKS).map_err(|mut flaw| {
        flaw.help =
            flaw.help.map(|help| format!("{help}; or a price id such as aws.ebs.gp3, or none"));
        item.flaw(flaw, problems);
    });
    id.ok().map(PriceId::new)
}

/// `"0.096"` an hour, a price id, or `"none"`.
pub(super) fn node_price(
    cluster: &str,
    item: Option<Item<'_>>,
    cloud: &Cloud,
    on_nodes: bool,
    around: &mut Surroundings<'_>,
    problems: &mut Problems<'_>,
) -> Option<PriceId> {
    let Some(item) = item else {
        let node = cloud.node.filter(|_| on_nodes)?;
        around.assumed.take(Taken::NODE_PRICE);
        return Some(PriceId::new(node));
    };
    if let DeValue::String(text) = item.value {
        let text = text.trim();
        if text == "none" {
            return None;
        }
        if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains('.') {
            return Some(PriceId::new(text));
        }
    }
    let rate = item.decimal(problems)?;
    if rate > Decimal::from(1_000_000) {
        let help = "write what a node costs an hour, such as \"0.096\"";
        item.flaw(
            Flaw::new("out-of-range", "no node costs more than 1,000,000 an hour", help),
            problems,
        );
        return None;
    }
    let id = format!("given.node.{cluster}");
    around.given.push((id.clone(), rate));
    Some(PriceId::new(&id))
}

/// `true`, `false`, or the size of a task: `{ vcpus = "1", memory = "2GB" }`.
pub(super) fn cacheless(
    item: &Item<'_>,
    cloud: &Cloud,
    assumed: &mut Assumed,
    problems: &mut Problems<'_>,
) -> Option<Cacheless> {
    if let DeValue::Boolean(flag) = item.value {
        let task = cloud.task.filter(|_| *flag).map(|_| {
            assumed.take(Taken::TASK);
            TaskSize { vcpus: Ratio::ONE, memory_gb: Ratio::whole(2) }
        });
        return flag.then_some(Cacheless { task });
    }
    let Some(table) = item.table(problems).map(|_| item) else {
        return Some(Cacheless { task: None });
    };
    let table = table.view("`cacheless`", &TASK_KEYS, problems)?;
    let vcpus = table.need("vcpus", "\"1\"", problems).and_then(|item| {
        let vcpus = item.decimal(problems)?;
        if vcpus.is_zero() || vcpus > Decimal::from(1024) {
            let flaw = Flaw::new(
                "out-of-range",
                "a task has between 0 and 1024 vCPUs",
                "write vcpus = \"0.25\" or more",
            );
            item.flaw(flaw, problems);
        }
        Ratio::from_decimal(vcpus).ok()
    });
    let memory = table.need("memory", "\"2GB\"", problems).and_then(|item| {
        let bytes = item.quantity(SIZE, problems)?;
        Ratio::new(i128::from(bytes), 1_000_000_000).ok()
    });
    let task = vcpus.zip(memory).map(|(vcpus, memory_gb)| TaskSize { vcpus, memory_gb });
    Some(Cacheless { task })
}
