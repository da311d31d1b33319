//! `--progress=rawjson`: each line is a report of what is new; a step is told of whenever it begins,
//! ends or goes on.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::vertex::{End, Vertex};

/// Fields of BuildKit's `SolveStatus` that are needed here:
/// <https://github.com/moby/buildkit/blob/master/client/graph.go>.
#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    vertexes: Option<Vec<Told>>,
}

#[derive(Deserialize)]
struct Told {
    digest: String,
    #[serde(default)]
    name: String,
    started: Option<String>,
    completed: Option<String>,
    #[serde(default)]
    cached: bool,
    #[serde(default)]
    error: String,
}

/// What is known of a step: when it ran, by when it began.
#[derive(Default)]
struct Known {
    name: String,
    ran: BTreeMap<DateTime<Utc>, DateTime<Utc>>,
    cached: bool,
    failed: bool,
}

pub(super) fn vertices(text: &str) -> Vec<Vertex> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<Known> = Vec::new();
    let reports = text.lines().filter_map(|line| serde_json::from_str::<Report>(line).ok());
    for told in reports.flat_map(|report| report.vertexes.unwrap_or_default()) {
        let place = *places.entry(told.digest).or_insert_with(|| {
            found.push(Known { name: told.name, ..Known::default() });
            found.len() - 1
        });
        let Some(known) = found.get_mut(place) else { continue };
        known.cached |= told.cached;
        known.failed |= !told.error.is_empty();
        if let (Some(started), Some(completed)) = (time(told.started), time(told.completed)) {
            let until = known.ran.entry(started).or_insert(completed);
            *until = completed.max(*until);
        }
    }
    found.into_iter().map(|known| Vertex { end: known.end(), name: known.name }).collect()
}

fn time(text: Option<String>) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(&text?).ok()?.to_utc())
}

impl Known {
    fn end(&self) -> End {
        match self {
            Self { failed: true, .. } => End::Failed,
            Self { cached: true, .. } => End::Cached,
            Self { ran, .. } if ran.is_empty() => End::Unknown,
            Self { ran, .. } => End::Ran(millis(ran)),
        }
    }
}

/// Milliseconds in which a step ran at least once.
fn millis(ran: &BTreeMap<DateTime<Utc>, DateTime<Utc>>) -> u64 {
    let (mut total, mut until) = (0_u64, DateTime::<Utc>::MIN_UTC);
    for (started, completed) in ran {
        let more = completed.signed_duration_since(*started.max(&until)).num_milliseconds();
        total = total.saturating_add(u64::try_from(more).unwrap_or(0));
        until = until.max(*completed);
    }
    total
}
