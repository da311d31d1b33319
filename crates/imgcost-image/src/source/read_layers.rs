use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use imgcost::image::Digest;

use super::Stream;
use super::check::{Exactly, wrong_digest, wrong_size};
use crate::error::ImageError;
use crate::inspection::{Codec, InspectedLayer, UnpackedFrom};
use crate::layer::{self, Budget, LayerScan};
use crate::options::Options;
use crate::waste::{self, Waste};

/// More would not read a disk or a network faster, and each takes memory of its own.
const MAX_THREADS: usize = 2;

/// What is announced about a layer's stored bytes.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) size: u64,
    /// Their digest, where one is announced.
    pub(super) digest: Option<Digest>,
}

/// A layer's stored bytes, by its place in the image; `None` if they are not at hand.
pub(super) type Open<'o> = dyn Fn(usize) -> Result<Option<Stream<'o>>, ImageError> + Sync + 'o;

/// Reads every layer to its end, largest first and each digest once: fills in what they turn out to
/// be, and tells what they waste, if all of them could be read.
pub(super) fn read_layers(
    layers: &mut [InspectedLayer],
    stored: &[Stored],
    open: &Open<'_>,
    notes: &mut Vec<String>,
    options: Options<'_>,
) -> Result<Option<Waste>, ImageError> {
    let mut firsts = HashMap::new();
    for (at, layer) in layers.iter().enumerate() {
        firsts.entry(layer.digest.clone()).or_insert(at);
    }
    let mut jobs: Vec<_> = firsts
        .values()
        .filter_map(|at| Some(Job { at: *at, layer: layers.get(*at)?, stored: stored.get(*at)? }))
        .collect();
    jobs.sort_by_key(|job| (Reverse(job.stored.size), job.at));
    let mut scans = scan_all(&jobs, open, options)?;

    let mut absent: Vec<String> = Vec::new();
    let mut files = Vec::with_capacity(layers.len());
    for (at, layer) in layers.iter_mut().enumerate() {
        let (number, first) = (at + 1, firsts.get(&layer.digest).copied().unwrap_or(at));
        match scans.get_mut(&first) {
            Some(Outcome::Scanned(scan)) => {
                apply(scan, number, layer, notes);
                // Taken, not copied: a manifest could list a layer of many files many times.
                files.push(std::mem::take(&mut scan.files));
                if first != at {
                    notes.push(format!("layer {number} is layer {} once more", first + 1));
                }
            }
            Some(Outcome::Unreadable(error)) => {
                notes.push(format!("layer {number} is no layer of files: {}", error.problem));
            }
            Some(Outcome::Absent) | None => {
                absent.push(number.to_string());
            }
        }
    }
    if !absent.is_empty() {
        let absent = absent.join(", ");
        notes.push(format!("not at hand, so not read: layer {absent} of {}", layers.len()));
    }
    let complete = files.len() == layers.len();
    Ok(complete.then(|| waste::waste(&files)).flatten())
}

/// A layer to read.
struct Job<'j> {
    /// Its place in the image.
    at: usize,
    layer: &'j InspectedLayer,
    stored: &'j Stored,
}

/// What came of it.
enum Outcome {
    Scanned(LayerScan),
    /// Its media type is unknown, and its content is nothing that can be read here.
    Unreadable(ImageError),
    Absent,
}

/// Reads layers on a few threads; by place in the image.
fn scan_all(
    jobs: &[Job<'_>],
    open: &Open<'_>,
    options: Options<'_>,
) -> Result<HashMap<usize, Outcome>, ImageError> {
    let budget = Budget::new(options.max_unpacked);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mut done = Vec::new();
        while !stop.load(Ordering::Relaxed)
            && let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let outcome = scan_one(job, open, &budget, options);
            stop.fetch_or(outcome.is_err(), Ordering::Relaxed);
            done.push((job.at, outcome));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, |n| n.get()).min(MAX_THREADS);
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(jobs.len())).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(outcomes) => done.extend(outcomes),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    // Of several errors the one of the lowest layer is told.
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(at, outcome)| Ok((at, outcome?))).collect()
}

fn scan_one(
    job: &Job<'_>,
    open: &Open<'_>,
    budget: &Budget,
    options: Options<'_>,
) -> Result<Outcome, ImageError> {
    let Some(source) = open(job.at)? else { return Ok(Outcome::Absent) };
    let name = format!("layer {} ({})", job.at + 1, job.layer.digest);
    let size = job.stored.size;
    let scan = match layer::scan(&name, &mut Exactly::new(source, size), budget, options) {
        Ok(scan) => scan,
        Err(error) if job.layer.codec == Codec::Unknown => return Ok(Outcome::Unreadable(error)),
        Err(error) => return Err(error),
    };
    if scan.stored != size {
        return Err(wrong_size(&name, scan.stored, size));
    }
    // Only SHA-256 is computed while reading; other digests are as good as the source.
    let differs = |announced: &Option<Digest>, found: &Digest| {
        let announced = announced.as_ref().filter(|a| a.to_string().starts_with("sha256:"))?;
        (announced != found).then(|| announced.clone())
    };
    if let Some(announced) = differs(&job.stored.digest, &scan.digest) {
        return Err(wrong_digest(&name, &scan.digest, &announced));
    }
    if let Some(announced) = differs(&job.layer.diff_id, &scan.diff_id) {
        return Err(wrong_digest(&format!("{name}, unpacked"), &scan.diff_id, &announced));
    }
    Ok(Outcome::Scanned(scan))
}

/// What reading told about a layer, in place of what was announced.
fn apply(scan: &LayerScan, number: usize, layer: &mut InspectedLayer, notes: &mut Vec<String>) {
    layer.unpacked = Some((scan.unpacked, UnpackedFrom::Read));
    let announced = layer.codec;
    // The annotation of an eStargz layer is in the manifest, not in its bytes.
    if (announced, scan.codec) == (Codec::Estargz, Codec::Gzip) {
        return;
    }
    layer.codec = scan.codec;
    let same = (announced, scan.codec) == (Codec::Gzip, Codec::Estargz);
    if announced != Codec::Unknown && announced != scan.codec && !same {
        let (announced, found) = (announced.name(), scan.codec.name());
        notes.push(format!("layer {number} is announced as {announced} and is {found}"));
    }
}
