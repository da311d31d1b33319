//! What Docker and dive tell of the images of one machine.

mod found;
mod history;
mod image;
mod shape;

use std::io::{BufRead, BufReader};

use crate::error::InventoryError;
use crate::inventory::{Input, Inventory};
use crate::json_stream::{self, List, Object};

use history::Instruction;
use image::Image;
use shape::{Document, Entry};

const HELP: &str = "give what `docker image inspect $(docker image ls -q)`, `docker history --no-trunc --human=false --format '{{json .}}' IMAGE`, `docker system df -v --format '{{json .}}'` or `dive IMAGE --json FILE` writes";

/// The most images that are kept.
const MOST_IMAGES: usize = 1_000_000;

/// All that was read.
#[derive(Debug, Default)]
struct Machine {
    sources: Vec<String>,
    images: Vec<Image>,
    /// Bytes on disk with shared layers once, if `system df` told.
    layers_size: Option<u64>,
}

/// The layers of an image, oldest first.
#[derive(Debug)]
struct Layers {
    instructions: Vec<Instruction>,
    /// Who told them: `docker history` or `dive`.
    from: &'static str,
    /// Bytes that files removed or replaced later take up, as dive finds them.
    inefficient: Option<u64>,
}

/// Reads what Docker tells of images, by its shape: `docker image ls`, `docker history`,
/// `docker system df -v` and `docker image inspect` as JSON, the API's `/system/df`,
/// `/images/json` and `/images/{id}/history`, and dive's `--json`. Histories and dive's files are
/// of one image each; where they do not name it, the file's name does.
///
/// # Errors
/// A file that is not JSON or tells of no image.
pub fn docker(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut machine = Machine::default();
    if inputs.is_empty() {
        return Err(InventoryError::new("", "there is no file to read").help(HELP));
    }
    for input in inputs {
        file(input, &mut machine)?;
    }
    Ok(found::inventory(machine))
}

fn file(input: Input<'_>, machine: &mut Machine) -> Result<(), InventoryError> {
    let name = input.name;
    let mut reader = BufReader::with_capacity(1 << 16, input.reader);
    let template = reader.fill_buf().is_ok_and(|first| {
        let mut lines = first.trim_ascii_start().split(|byte| *byte == b'\n');
        lines.next().is_some_and(|line| line.trim_ascii() == b"json")
    });
    if template {
        let problem = "the file says `json` only: this client takes `--format json` for a template";
        let help = "write --format '{{json .}}', which old clients understand too";
        return Err(InventoryError::new(name, problem).at(1, 1).help(help));
    }
    let reader = json_stream::open(&name, Box::new(reader), HELP)?;
    let mut lines = Lines::default();
    for document in serde_json::Deserializer::from_reader(reader).into_iter::<Document>() {
        let document = document.map_err(|error| InventoryError::json(&name, &error).help(HELP))?;
        match document {
            Document::One(entry) => one(*entry, &name, machine, &mut lines),
            // Of an array, the instructions are one history.
            Document::Many(List(entries)) => {
                let mut array = Lines::default();
                for Object(entry) in entries {
                    one(entry, &name, machine, &mut array);
                }
                array.end(&name, machine);
                lines.summaries += array.summaries;
                lines.found |= array.found;
            }
        }
        if machine.images.len() > MOST_IMAGES {
            let problem = format!("there are more than {MOST_IMAGES} images");
            return Err(InventoryError::new(name, problem).help("give fewer files"));
        }
    }
    let summaries = lines.summaries;
    let found = lines.end(&name, machine);
    if !found {
        let (problem, help) = if summaries > 0 {
            let help = "write docker system df -v --format '{{json .}}', with -v";
            ("these are sums of `docker system df`, which name no image", help)
        } else {
            ("there is no image in the file", HELP)
        };
        return Err(InventoryError::new(name, problem).help(help));
    }
    machine.sources.push(name);
    Ok(())
}

/// What was found in a file, and the history that its lines are.
#[derive(Debug, Default)]
struct Lines {
    history: Vec<Entry>,
    summaries: u64,
    found: bool,
}

impl Lines {
    /// Makes an image of the history; returns whether anything was found.
    fn end(&mut self, file: &str, machine: &mut Machine) -> bool {
        if !self.history.is_empty() {
            self.found = true;
            machine.images.push(Image::of_history(std::mem::take(&mut self.history), file));
        }
        self.found
    }
}

fn one(mut entry: Entry, file: &str, machine: &mut Machine, lines: &mut Lines) {
    if let Some(List(images)) = entry.images.take() {
        machine.layers_size = machine.layers_size.or(entry.layers_size.exact());
        lines.found = true;
        machine.images.extend(
            images.into_iter().map(|Object(entry)| Image::listed(entry, "docker system df")),
        );
    } else if entry.layer.is_some() {
        lines.found = true;
        machine.images.push(Image::of_dive(entry, file));
    } else if entry.created_by.0.is_some() {
        lines.history.push(entry);
    } else if entry.total_count.is_some() {
        lines.summaries += 1;
    } else if entry.is_image() {
        lines.found = true;
        let from = if entry.root_fs.is_some() {
            "docker image inspect"
        } else if entry.repository.0.is_some() {
            "docker image ls"
        } else {
            "Docker's API"
        };
        machine.images.push(Image::listed(entry, from));
    }
}
