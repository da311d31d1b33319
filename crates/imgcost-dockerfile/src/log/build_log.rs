use std::collections::{BTreeMap, BTreeSet};

use super::names::Name;
use super::steps::Steps;
use super::vertex::{End, Vertex};
use super::{plain, rawjson};
use crate::cache::StepId;
use crate::image::Times;
use crate::read::{Dockerfile, Problem};

/// What the log of a build tells of the steps of a Dockerfile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildLog {
    /// What messages call it.
    pub name: String,
    /// Milliseconds of each step that ran; plain logs have tenths of a second.
    pub millis: BTreeMap<StepId, u64>,
    /// Steps that were there already: how long they take, this build does not tell.
    pub cached: BTreeSet<StepId>,
    /// Steps that failed or were given up.
    pub failed: BTreeSet<StepId>,
    /// Steps of the log that are none of the file.
    pub unmapped: Vec<Unmapped>,
}

/// A step of a log that is none of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// As the log calls it, cut where it grows long.
    pub name: String,
    /// Why it is none of the file's.
    pub why: &'static str,
}

/// The longest log that is read, in bytes.
const LONGEST: usize = 256 << 20;

/// The longest name that a message shows, in characters.
const SHOWN: usize = 120;

/// Reads the log of one or more builds of a file, as BuildKit prints it. Of several builds, the one
/// in which a step took longest counts.
///
/// ```
/// use imgcost_dockerfile::{cache::StepId, log, read};
/// let file = read("Dockerfile", "FROM node:20\nCOPY . .\nRUN npm ci\n", &Default::default()).unwrap();
/// let text = "#5 [2/3] COPY . .\n#5 CACHED\n\n#6 [3/3] RUN npm ci\n#6 2.1 added 9 packages\n#6 DONE 32.1s\n";
/// let log = log::read("build.log", text, &file).unwrap();
/// assert_eq!(log.millis[&StepId { stage: 0, instruction: Some(1) }], 32_100);
/// ```
///
/// # Errors
/// A log that is too long, no log of BuildKit, or the log of another file.
pub fn read(name: &str, text: &str, file: &Dockerfile) -> Result<BuildLog, Problem> {
    if text.len() > LONGEST {
        let help = "a log has at most 256 MiB; is this another file?";
        return Err(Problem::new("log-too-long", 0..0, "the log is too long", help));
    }
    let is_json = text.lines().any(|line| line.starts_with('{') && line.contains("\"vertexes\""));
    let vertices = if is_json { rawjson::vertices(text) } else { plain::vertices(text) };
    let mut log = BuildLog { name: name.to_owned(), ..BuildLog::default() };
    let steps = Steps::of(file);
    vertices.iter().for_each(|vertex| log.add(vertex, &steps));
    let first = text.find('\n').unwrap_or(text.len());
    if let (true, Some(found)) = (log.is_empty(), log.unmapped.first()) {
        let message = format!("no step of this log is one of {}: {}", file.name, found.name);
        let help = "give the log of a build of this very Dockerfile";
        return Err(Problem::new("log-of-another-file", 0..first, message, help));
    }
    if log.is_empty() {
        let help = "build with `docker build --progress=plain` or `--progress=rawjson`, and keep what it \
                    writes to standard error";
        return Err(Problem::new("no-build-log", 0..first, "this is no log of BuildKit", help));
    }
    Ok(log)
}

impl BuildLog {
    /// The times that it tells.
    pub fn into_times(self) -> Times {
        Times::of_log(self.millis)
    }

    fn add(&mut self, vertex: &Vertex, steps: &Steps<'_>) {
        let Some(name) = Name::parse(&vertex.name) else { return };
        let step = match steps.find(&name) {
            Ok(step) => step,
            Err(why) => {
                let name = vertex.name.chars().take(SHOWN).collect();
                self.unmapped.push(Unmapped { name, why });
                return;
            }
        };
        match vertex.end {
            End::Ran(millis) => {
                // Steps of several platforms run side by side.
                let longest = self.millis.entry(step).or_insert(millis);
                *longest = millis.max(*longest);
                self.cached.remove(&step);
            }
            End::Cached if !self.millis.contains_key(&step) => {
                self.cached.insert(step);
            }
            End::Failed => {
                self.failed.insert(step);
            }
            End::Cached | End::Unknown => {}
        }
    }

    fn is_empty(&self) -> bool {
        self.millis.is_empty() && self.cached.is_empty() && self.failed.is_empty()
    }
}
