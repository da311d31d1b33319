//! CloudTrail: a push to ECR is logged with the whole manifest, so that sizes, releases and what
//! really changes from one to the next are known without access to the registry.

mod churn;
mod event;
mod found;
mod manifest;
mod trail;

use std::collections::HashMap;

use serde::de::DeserializeSeed;

use crate::error::InventoryError;
use crate::inventory::{Input, Inventory};
use crate::json_stream;

use event::Events;
use trail::Trail;

const HELP: &str = "give CloudTrail's files ({\"Records\": [...]}), or what `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=PutImage` writes";

/// Reads events of ECR from CloudTrail: its files, several of them one after the other, events as
/// JSON lines, those that EventBridge hands on, and what `aws cloudtrail lookup-events` writes.
///
/// `PutImage` tells of images and how they change, `GetDownloadUrlForLayer` of layers that were
/// fetched, and the names of sessions of the instances that fetched them. `BatchGetImage` moves
/// nothing by itself.
///
/// # Errors
/// A file that is not JSON or has no events of ECR.
pub fn cloudtrail(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut trail = Trail::default();
    let first = inputs.first().map_or(String::new(), |input| input.name.clone());
    for Input { name, reader } in inputs {
        let before = trail.all;
        let reader = json_stream::open(&name, reader, HELP)?;
        let mut file = serde_json::Deserializer::from_reader(reader);
        let mut sink = |event| trail.add(event);
        loop {
            let mut started = false;
            let events = Events { sink: &mut sink, started: &mut started };
            match events.deserialize(&mut file) {
                Ok(()) => {}
                // Between two documents, the end is the end.
                Err(error) if error.is_eof() && !started => break,
                Err(error) => return Err(InventoryError::json(&name, &error).help(HELP)),
            }
        }
        if trail.all == before {
            let problem = "there is no event of CloudTrail in the file";
            return Err(InventoryError::new(name, problem).help(HELP));
        }
        trail.files.push(name);
    }
    if trail.repositories.is_empty() {
        let problem = format!("none of {} events is of images in ECR", trail.all);
        let help = "give events with eventSource ecr.amazonaws.com: PutImage, BatchGetImage and GetDownloadUrlForLayer";
        return Err(InventoryError::new(first, problem).help(help));
    }
    Ok(found::inventory(&trail))
}

/// The most intervals that hold at one time, each from its first moment to its last.
fn at_once<T: Ord + Copy>(intervals: &HashMap<String, (T, T)>) -> u64 {
    let mut moments: Vec<_> =
        intervals.values().flat_map(|(from, to)| [(*from, 0), (*to, 1)]).collect();
    // Beginnings before ends of the same moment.
    moments.sort_unstable();
    let (mut now, mut most) = (0_u64, 0);
    for (_, end) in moments {
        now = if end == 0 { now + 1 } else { now.saturating_sub(1) };
        most = most.max(now);
    }
    most
}
