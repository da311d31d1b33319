//! Measures how fast a list of services is read: `cargo run --release --example csv_speed -- services.csv [threads]`.
//! Without a file it writes a list of a million rows to a temporary one.

use std::convert::Infallible;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Instant;

use chrono::NaiveDate;
use imgcost_read::{
    CsvError, Names, join, no_images, plan, read_fleet, read_services, read_services_part,
};

const FLEET: &str = r#"
services = "services.csv"
[registry.main]
provider = "aws-ecr"
region = "us-east-1"
[registry.eu]
provider = "aws-ecr"
region = "eu-west-1"
[cluster.prod]
nodes = 500
path = "nat"
[cluster.stage]
nodes = 50
"#;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().map_or_else(example, PathBuf::from);
    let threads = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(2);
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let fleet = read_fleet("fleet.toml", FLEET, day).expect("a fleet");
    let context = fleet.context(&no_images);
    let bytes = std::fs::metadata(&path).expect("a file").len();
    for _ in 0..5 {
        let begin = Instant::now();
        let mut total = 0_u128;
        let mut names = Names::of(&fleet.services);
        let file = File::open(&path).expect("a file");
        let summary = read_services("services.csv", file, &context, &mut names, |service, _| {
            total += u128::from(service.before.compressed().0);
            Ok::<_, Infallible>(())
        });
        let took = begin.elapsed();
        let rows = summary.expect("a good list").rows;
        println!(
            "1 thread: {rows} rows, {bytes} bytes in {took:?}, {} rows/s ({total} bytes in all)",
            rate(rows, took)
        );
    }
    for _ in 0..3 {
        let begin = Instant::now();
        let mut file = File::open(&path).expect("a file");
        let plan = plan::<Infallible>("services.csv", &mut file, threads).expect("a plan");
        let parts = std::thread::scope(|scope| {
            let part = |range: std::ops::Range<u64>| {
                let (path, plan, context) = (&path, &plan, &context);
                scope.spawn(move || {
                    let mut file = File::open(path).expect("a file");
                    file.seek(SeekFrom::Start(range.start)).expect("a place");
                    let mut total = 0_u128;
                    let source = file.take(range.end - range.start);
                    read_services_part(
                        "services.csv",
                        &plan.header,
                        source,
                        context,
                        |service, _| {
                            total += u128::from(service.before.compressed().0);
                            Ok::<_, Infallible>(())
                        },
                    )
                    .expect("a part")
                })
            };
            let running: Vec<_> = plan.parts.iter().cloned().map(part).collect();
            running.into_iter().map(|thread| thread.join().expect("a thread")).collect::<Vec<_>>()
        });
        let joined: Result<_, CsvError<Infallible>> =
            join("services.csv", &plan, parts, &mut Names::of(&[]));
        let took = begin.elapsed();
        let rows = joined.expect("a good list").rows;
        println!(
            "{} parts: {rows} rows in {took:?}, {} rows/s",
            plan.parts.len(),
            rate(rows, took)
        );
    }
}

fn rate(rows: u64, took: std::time::Duration) -> u128 {
    u128::from(rows) * 1_000_000_000 / took.as_nanos().max(1)
}

/// A million rows of about 110 bytes.
fn example() -> PathBuf {
    let path = std::env::temp_dir().join("imgcost-csv-speed.csv");
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    let header = "name,labels.team,labels.namespace,registry,cluster,replicas,deploys,before.size,before.profile,after.size,after.profile";
    writeln!(file, "{header}").expect("room");
    let mut state = 1_u64;
    for row in 0..1_000_000_u64 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let random = |from: u32, most: u64| (state >> from) % most;
        writeln!(
            file,
            "service-{row:07},team-{},namespace-{},{},{},{},{}/month,{}.{}MB,single-stage,{}.{}MB,multi-stage",
            random(20, 40),
            random(24, 200),
            ["main", "eu"][random(30, 2) as usize],
            ["prod", "stage"][random(31, 2) as usize],
            1 + random(33, 40),
            10 * (1 + random(36, 12)),
            300 + random(38, 1200),
            random(40, 10),
            50 + random(42, 300),
            random(44, 10),
        )
        .expect("room");
    }
    file.flush().expect("room");
    path
}
