//! Inventories: the first byte says which source, the rest is its files, cut at zero bytes. Whatever
//! comes of them must be a fleet file that reads, unless no service has a size.
#![no_main]

use chrono::NaiveDate;
use imgcost_inventory::{
    Input, Inventory, InventoryError, acr, artifact_registry, cloudtrail, docker, ecr, fleet_toml,
    harbor, kubernetes, registry_log,
};
use libfuzzer_sys::fuzz_target;

type Source = fn(Vec<Input<'_>>) -> Result<Inventory, InventoryError>;

const SOURCES: [Source; 8] =
    [kubernetes, ecr, artifact_registry, acr, harbor, registry_log, cloudtrail, docker];

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let read = SOURCES[usize::from(*first) % SOURCES.len()];
    let input = |file| Input { name: "fuzz".into(), reader: Box::new(file) };
    let inputs = data.split(|byte| *byte == 0).map(input).collect();
    let Ok(inventory) = read(inputs) else { return };
    let toml = fleet_toml(&inventory);
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    if let Err(problems) = imgcost_read::read_fleet("inventory", &toml, day) {
        assert!(
            problems.iter().all(|problem| problem.code == "no-services"),
            "{problems:?}\n{toml}"
        );
    }
});
