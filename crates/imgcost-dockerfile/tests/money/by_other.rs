//! Two files of one application of which only one image is known.

use imgcost::units::{Compressed, Span, Unpacked};
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::{self, Plan};
use imgcost_dockerfile::image::{
    Built, Evidence, Size, Times, from_evidence_beside, from_other, from_size,
};
use imgcost_dockerfile::read::Context;

use crate::files::*;
use crate::fixture::ratio;

const BASE: u64 = 398_018_216;
const SLIM: u64 = 70_683_740;

fn read(text: &str) -> (Dockerfile, Plan, Times) {
    let file = file(text);
    let plan = cache::plan(&file, &Context::default());
    let times = Times::of_installs(&file, &plan, Span::seconds(60));
    (file, plan, times)
}

/// The second file's image, where the first one's has so many bytes on the wire.
fn derived(old: &str, size: u64, new: &str) -> (Built, Built) {
    let (file, plan, times) = read(old);
    let size = Size::Compressed(Compressed(size));
    let known = from_size(&file, &plan, times, Evidence::built_in(), ratio(), size);
    let (other, plan, times) = read(new);
    let built = from_other(&other, &plan, times, Evidence::built_in(), (&file, &known));
    (known, built)
}

fn wire(built: &Built) -> Vec<Option<u64>> {
    built.pieces.iter().map(|piece| piece.compressed.map(|size| size.0)).collect()
}

const OLD: &str = "FROM node:20\nCOPY . .\nRUN npm ci && npm cache clean --force\n";

#[test]
fn another_base_changes_the_base_alone() {
    let (old, new) = derived(OLD, 458_018_216, &OLD.replace("node:20", "node:20-slim"));
    // 60 MB above the base, 14 : 1: 56 MB of packages, 4 MB of application.
    assert_eq!(wire(&old), [Some(BASE), Some(4_000_000), Some(56_000_000)]);
    assert_eq!(wire(&new), [Some(SLIM), Some(4_000_000), Some(56_000_000)]);
    assert_eq!(new.notes, [""; 0]);
}

#[test]
fn the_same_file_has_the_same_image() {
    let (old, new) = derived(OLD, 458_018_216, OLD);
    assert_eq!(wire(&old), wire(&new));
    assert_eq!(old.unpacked(), new.unpacked());
    // Even where nobody knows the base.
    let unknown = OLD.replace("node:20", "registry.example.org/base:1");
    let (old, new) = derived(&unknown, 100_000_000, &unknown);
    assert_eq!((wire(&old), old.unpacked()), (wire(&new), new.unpacked()));
    assert!(new.compressed().is_some());
}

#[test]
fn packages_without_those_of_development_shrink_as_measured() {
    let new = "FROM node:20\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY . .\n";
    let (_, new) = derived(OLD, 458_018_216, new);
    // 56000000 x 2640000 / 20500000 = 7211707.3
    assert_eq!(wire(&new), [Some(BASE), Some(0), Some(7_211_707), Some(4_000_000)]);
}

#[test]
fn a_cache_that_is_no_longer_kept_weighs_what_was_measured() {
    let kept = OLD.replace(" && npm cache clean --force", "");
    let (_, new) = derived(&kept, 458_018_216, OLD);
    // 56000000 - 24396982
    assert_eq!(wire(&new), [Some(BASE), Some(4_000_000), Some(31_603_018)]);
    // The other way round it is there on top.
    let (_, new) = derived(OLD, 458_018_216, &kept);
    assert_eq!(wire(&new), [Some(BASE), Some(4_000_000), Some(80_396_982)]);
    // 10 MB of packages cannot have had 24 MB of cache among them.
    let (_, new) = derived(&kept, BASE + 10_000_000, OLD);
    assert_eq!(wire(&new)[2], None);
    assert_eq!(new.notes.len(), 1);
}

#[test]
fn what_the_size_does_not_tell_apart_is_not_known() {
    // A base of which nobody knows how much of the size it is.
    let unknown = OLD.replace("node:20", "registry.example.org/base:1");
    let (_, new) = derived(&unknown, 458_018_216, OLD);
    assert_eq!(new.pieces[0].compressed, None);
    // Another manager's packages.
    let (_, new) =
        derived(OLD, 458_018_216, "FROM node:20\nCOPY . .\nRUN pip install -r requirements.txt\n");
    assert_eq!(wire(&new), [Some(BASE), Some(4_000_000), None]);
    // What the compiler left beside the program.
    let old = "FROM rust:1\nCOPY . .\nRUN cargo build --release\n";
    let new = "FROM rust:1 AS build\nCOPY . .\nRUN cargo build --release\nFROM debian:12-slim\nCOPY --from=build /target/release/app /app\n";
    let (_, new) = derived(old, 2_000_000_000, new);
    assert_eq!(new.compressed(), None);
    // Tools of the system that are somewhere in the size.
    let old = "FROM node:20\nRUN apt-get update && apt-get install -y build-essential && rm -rf /var/lib/apt/lists/*\nCOPY . .\nRUN npm ci\n";
    let new = "FROM node:20\nCOPY . .\nRUN npm ci\n";
    let (_, found) = derived(old, 600_000_000, new);
    assert_eq!(found.compressed(), None);
    // Those that only the new file has are on top: 97381185 + 20679077 with what they recommend.
    let (_, found) = derived(new, 458_018_216, old);
    assert_eq!(found.compressed().unwrap().0, 458_018_216 + 97_381_185 + 20_679_077);
}

#[test]
fn without_any_image_the_application_is_the_same_on_both_sides() {
    let (old_file, old) = planned(OLD);
    let (file, plan, times) = read(&OLD.replace("node:20", "node:20-slim"));
    let evidence = Evidence::built_in();
    let new = from_evidence_beside(&file, &plan, times, evidence, (&old_file, &old));
    // 398018216 / 85 = 4682567.2, whatever the new base weighs.
    assert_eq!(wire(&old), [Some(BASE), Some(4_682_567), Some(20_500_000)]);
    assert_eq!(wire(&new), [Some(SLIM), Some(4_682_567), Some(20_500_000)]);
    assert_eq!(
        new.unpacked().unwrap().0 + old.pieces[0].unpacked.unwrap().0,
        old.unpacked().unwrap().0 + new.pieces[0].unpacked.unwrap().0,
    );
}

#[test]
fn sizes_on_disk_carry_over_by_themselves() {
    let (file, plan, times) = read(OLD);
    let size = Size::Unpacked(Unpacked(1_200_000_000));
    let known = from_size(&file, &plan, times, Evidence::built_in(), ratio(), size);
    let (other, plan, times) = read(&OLD.replace("node:20", "node:20-slim"));
    let built = from_other(&other, &plan, times, Evidence::built_in(), (&file, &known));
    // node:20 is 1.10 GB on disk, its slim variant 198.92 MB.
    assert_eq!(built.unpacked().unwrap().0, 1_200_000_000 - 1_100_000_000 + 198_920_000);
}
