//! How fast the command is, as a whole process: a what-if, a fleet to JSON, long lists of services
//! to totals. `cargo bench -p imgcost-cli`.
#![allow(missing_docs)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::ItemsCount;

const SHORT: u64 = 100_000;
const LONG: u64 = 1_000_000;

/// Where fleets are written; it goes when the benchmarks are done.
static DIR: OnceLock<PathBuf> = OnceLock::new();
/// How long each list took, by its length.
static TIMES: Mutex<Vec<(u64, Duration)>> = Mutex::new(Vec::new());

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    DIR.get_or_init(|| dir.path().to_owned());
    divan::main();
    let times = TIMES.lock().expect("no benchmark panicked while it held the times");
    let fastest = |services| times.iter().filter(|(n, _)| *n == services).map(|(_, t)| *t).min();
    if let (Some(short), Some(long)) = (fastest(SHORT), fastest(LONG)) {
        let factor = long.as_secs_f64() / short.as_secs_f64();
        println!(
            "growth from {SHORT} to {LONG} services: {factor:.1} times as long (10 is linear)"
        );
    }
    dir.close()
}

/// The answer to the plainest question, prices loaded.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn what_if(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| run(&["whatif", "1.2GB", "180MB"]));
}

/// 10,000 services, each with its own lines, before against after.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn compare_to_json(bencher: Bencher<'_, '_>) {
    const SERVICES: u64 = 10_000;
    let fleet = fleet(SERVICES);
    let fleet = fleet.to_str().expect("temporary paths are text");
    bencher
        .counter(ItemsCount::new(SERVICES))
        .bench_local(|| run(&["compare", fleet, "--format", "json", "--lines", "service"]));
}

/// A CSV of services to totals by team.
#[divan::bench(args = [SHORT, LONG], sample_count = 5, sample_size = 1)]
fn csv_to_totals(bencher: Bencher<'_, '_>, services: u64) {
    let fleet = fleet(services);
    let fleet = fleet.to_str().expect("temporary paths are text");
    bencher.counter(ItemsCount::new(services)).bench_local(|| {
        let started = Instant::now();
        run(&["compare", fleet, "--group-by", "team"]);
        TIMES.lock().expect("nobody panicked").push((services, started.elapsed()));
    });
}

fn run(args: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_imgcost"))
        .args(args)
        .args(["--quiet", "--as-of", "2026-11-23"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .expect("the command starts");
    assert!(status.success(), "imgcost {} ended with {status}", args.join(" "));
}

/// A fleet file with so many services in a CSV beside it, written once.
fn fleet(services: u64) -> PathBuf {
    let dir = DIR.get().expect("the directory is made first").join(services.to_string());
    let path = dir.join("fleet.toml");
    if !path.exists() {
        write_fleet(&dir, &path, services).expect("temporary files can be written");
    }
    path
}

fn write_fleet(dir: &Path, path: &Path, services: u64) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut csv = BufWriter::new(File::create(dir.join("services.csv"))?);
    let columns = "name,labels.team,registry,cluster,replicas,deploys,before.size,before.profile,after.size,after.profile";
    writeln!(csv, "{columns}")?;
    let mut numbers = Lcg(1);
    for index in 0..services {
        let mut vary = |least: u64, steps: u64| least + numbers.below(steps);
        let (team, registry, cluster) = (vary(0, 40), vary(0, 2), vary(0, 3));
        let (replicas, deploys) = (vary(1, 40), vary(1, 120));
        let (before, after) = (vary(300, 1200), vary(40, 200));
        writeln!(
            csv,
            "service-{index},team-{team},registry-{registry},cluster-{cluster},{replicas},{deploys}/month,{before}MB,single-stage,{after}MB,multi-stage"
        )?;
    }
    csv.flush()?;
    fs::write(path, FLEET)
}

const FLEET: &str = r#"
services = "services.csv"
[fleet]
name = "bench"
[registry.registry-0]
provider = "aws-ecr"
region = "us-east-1"
[registry.registry-1]
provider = "aws-ecr"
region = "us-east-1"
[cluster.cluster-0]
region = "us-east-1"
nodes = 200
path = { nat = "100%" }
[cluster.cluster-1]
region = "us-east-1"
nodes = 50
node-lifetime = "36h"
path = { s3-gateway = "100%" }
[cluster.cluster-2]
region = "us-east-1"
nodes = 20
path = { nat = "40%", direct = "60%" }
"#;

/// The same rows on every machine: a linear congruential generator (Knuth's MMIX).
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) % bound
    }
}
