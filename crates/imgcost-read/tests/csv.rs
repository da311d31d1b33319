//! Lists of services become the same services that a fleet file would make of them.

use std::convert::Infallible;
use std::io::{Cursor, Read, Seek, SeekFrom};

use chrono::NaiveDate;
use imgcost::fleet::Service;
use imgcost_read::{
    CsvError, Diagnostic, FleetFile, Names, join, no_images, plan, read_fleet, read_services,
    read_services_part,
};

const FLEET: &str = r#"
services = "services.csv"
[registry.main]
provider = "aws-ecr"
region = "us-east-1"
[cluster.prod]
nodes = 50
[cluster.stage]
nodes = 5
"#;

fn fleet(services: &str) -> FleetFile {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    read_fleet("fleet.toml", &format!("{FLEET}{services}"), day)
        .unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn read(list: impl AsRef<[u8]>) -> Result<Vec<Service>, Vec<Diagnostic>> {
    let file = fleet("");
    let context = file.context(&no_images);
    let mut services = Vec::new();
    let keep = |service: &Service, _| {
        services.push(service.clone());
        Ok::<_, Infallible>(())
    };
    match read_services(
        "services.csv",
        list.as_ref(),
        &context,
        &mut Names::of(&file.services),
        keep,
    ) {
        Ok(summary) => {
            assert_eq!(summary.rows, services.len() as u64);
            Ok(services)
        }
        Err(CsvError::Problems(problems)) => Err(problems),
        Err(other) => panic!("{other:?}"),
    }
}

fn codes(list: &str) -> Vec<(&'static str, Option<u64>)> {
    read(list).unwrap_err().iter().map(|problem| (problem.code, problem.line)).collect()
}

#[test]
fn a_row_means_what_a_table_means() {
    let list = "\
name,labels.team,registry,cluster,replicas,spread,hosts,pulls,cached-share,deploys,pushes,builds,cache-miss,install-time,before.size,before.profile,after.base,after.dependencies,after.application,after.sizes,build.runner,build.before,build.after
a,payments,main,prod,12,random,,,,60/month,2/day,3/week,10%,90s,1.2GB,,100MB,20MB,1MB,compressed,github-linux-4core,6m,2m30s
b,,,stage,,,5,,,,,,,,900.55MiB,multi-stage,,,,,none,,
c,x,,prod,,,,200/month,80%,60/month,,,,,1GB,single-stage,,,,,,,
";
    let tables = r#"
[[service]]
name = "a"
labels = { team = "payments" }
registry = "main"
cluster = "prod"
replicas = 12
spread = "random"
deploys = "60/month"
pushes = "2/day"
builds = "3/week"
cache-miss = "10%"
install-time = "90s"
before = { size = "1.2GB" }
after = { base = "100MB", dependencies = "20MB", application = "1MB", sizes = "compressed" }
build = { runner = "github-linux-4core", before = "6m", after = "2m30s" }
[[service]]
name = "b"
cluster = "stage"
hosts = 5
before = { size = "900.55MiB", profile = "multi-stage" }
build = "none"
[[service]]
name = "c"
labels = { team = "x" }
cluster = "prod"
pulls = "200/month"
cached-share = "80%"
deploys = "60/month"
before = { size = "1GB", profile = "single-stage" }
"#;
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let wrong = tables.replace("900.55MiB", "900.5MiB");
    // 900.55 MiB is no whole number of bytes.
    assert!(read_fleet("f", &format!("{FLEET}{tables}"), day).is_err());
    let services = read(list.replace("900.55MiB", "900.5MiB")).unwrap();
    assert_eq!(services, fleet(&wrong).services);
    assert_eq!(codes(list), [("too-precise", Some(3))]);
}

#[test]
fn problems_have_a_line_a_column_and_the_row() {
    let list = "name,cluster,replicas,before.size\nä,prod,x,1.2GB\n\nb,nowhere,1,1.2GB\n";
    let problems = read(list).unwrap_err();
    let places: Vec<_> =
        problems.iter().map(|p| (p.code, p.line.unwrap(), p.column.unwrap())).collect();
    assert_eq!(places, [("malformed-value", 2, 8), ("unknown-cluster", 4, 3)]);
    let excerpt = problems[0].excerpt.as_ref().unwrap();
    assert_eq!(excerpt, "ä,prod,x,1.2GB");
    assert_eq!(&excerpt[problems[0].span.clone().unwrap()], "x");
    assert_eq!(problems[0].label.as_deref(), Some("in column `replicas`"));
}

#[test]
fn names_are_unique_across_file_and_lists() {
    assert_eq!(
        codes("name,cluster,before\na,prod,1GB\nb,prod,1GB\na,prod,1GB\na,prod,1GB\n"),
        [("duplicate-service", Some(4)), ("duplicate-service", Some(5))]
    );
    let file = fleet("[[service]]\nname = \"a\"\ncluster = \"prod\"\nbefore = \"1GB\"\n");
    let context = file.context(&no_images);
    let mut names = Names::of(&file.services);
    let one = "name,cluster,before\nb,prod,1GB\n".as_bytes();
    read_services("one.csv", one, &context, &mut names, |_, _| Ok::<_, Infallible>(())).unwrap();
    let two = "name,cluster,before\nc,prod,1GB\nb,prod,1GB\na,prod,1GB\n".as_bytes();
    let Err(CsvError::Problems(problems)) =
        read_services("two.csv", two, &context, &mut names, |_, _| Ok::<_, Infallible>(()))
    else {
        panic!("duplicates")
    };
    let helps: Vec<_> = problems.iter().map(|p| (p.line, p.help.clone().unwrap())).collect();
    assert!(helps[0].1.contains("line 2 of one.csv") && helps[0].0 == Some(3), "{helps:?}");
    assert!(helps[1].1.contains("in the fleet file") && helps[1].0 == Some(4), "{helps:?}");
}

#[test]
fn spreadsheets_are_read() {
    let list = "\u{feff}\"name\", cluster ,before.size,labels.team\r\n\"a \"\"b\"\", c\",prod,1GB,\"x, y\"\r\n,,,\r\n";
    let services = read(list).unwrap();
    assert_eq!(services[0].name, "a \"b\", c");
    assert_eq!(services[0].label("team"), Some("x, y"));
}

#[test]
fn headers_are_checked() {
    assert_eq!(codes(""), [("empty-csv", None)]);
    assert_eq!(codes("name,before\n"), [("empty-csv", Some(2))]);
    assert_eq!(codes("name;before\na;1GB\n")[0].0, "unknown-column");
    assert_eq!(codes("name,before,before.size\na,1GB,1GB\n"), [("duplicate-column", Some(1))]);
    assert_eq!(codes("name,cluster,size\na,prod,1GB\n"), [("unknown-column", Some(1))]);
}

#[test]
fn problems_beyond_the_twentieth_are_counted() {
    let mut list = "name,cluster,before\n".to_owned();
    for row in 0..30 {
        list += &format!("s{row},prod,{row}\n");
    }
    let problems = read(list).unwrap_err();
    assert_eq!(problems.len(), 21);
    assert_eq!(problems[20].message, "and 10 more problems");
}

/// A list of some megabytes; `odd` may add a row.
fn long_list(odd: impl Fn(usize) -> Option<String>) -> String {
    let mut list = "name,cluster,before.size,labels.note\n\n".to_owned();
    for row in 0..60_000 {
        list += &odd(row).unwrap_or_else(|| {
            format!("service-{row},prod,{}.5MB,some words about it\n", row % 900 + 1)
        });
    }
    list
}

fn in_parts(list: &str) -> Result<(u64, Vec<String>), CsvError<Infallible>> {
    let file = fleet("");
    let context = file.context(&no_images);
    let mut source = Cursor::new(list.as_bytes());
    let plan = plan::<Infallible>("services.csv", &mut source, 2)?;
    assert_eq!(plan.parts.len(), 2);
    let mut seen = Vec::new();
    let mut parts = Vec::new();
    for range in &plan.parts {
        source.seek(SeekFrom::Start(range.start)).unwrap();
        let part = (&mut source).take(range.end - range.start);
        parts.push(read_services_part(
            "services.csv",
            &plan.header,
            part,
            &context,
            |service, _| {
                seen.push(service.name.clone());
                Ok(())
            },
        )?);
    }
    let summary = join("services.csv", &plan, parts, &mut Names::of(&[]))?;
    Ok((summary.rows, seen))
}

#[test]
fn two_parts_are_the_whole() {
    let list = long_list(|_| None);
    let (rows, seen) = in_parts(&list).unwrap();
    let whole: Vec<_> = read(&list).unwrap().into_iter().map(|service| service.name).collect();
    assert_eq!((rows, seen), (60_000, whole));
}

#[test]
fn problems_in_parts_have_their_lines_in_the_file() {
    let list = long_list(|row| match row {
        100 => Some("x,prod,1gb,\n".into()),
        59_000 => Some("y,prod,1gb,\n".into()),
        59_001 => Some("service-5,prod,1GB,\n".into()),
        _ => None,
    });
    let Err(CsvError::Problems(problems)) = in_parts(&list) else { panic!("problems") };
    assert_eq!(problems, read(&list).unwrap_err());
    let lines: Vec<_> = problems.iter().map(|problem| problem.line.unwrap()).collect();
    assert_eq!(lines, [103, 59_003]);
    let list = long_list(|row| (row == 59_001).then(|| "service-5,prod,1GB,\n".into()));
    let Err(CsvError::Problems(problems)) = in_parts(&list) else { panic!("problems") };
    assert_eq!((problems[0].code, problems[0].line), ("duplicate-service", Some(59_004)));
    assert!(problems[0].help.as_ref().unwrap().contains("line 8"));
}

#[test]
fn quoted_cells_are_fine_in_parts_unless_a_cut_falls_into_one() {
    let quoted =
        long_list(|row| (row % 2 == 0).then(|| format!("service-{row},prod,1MB,\"a, b\nc\"\n")));
    match in_parts(&quoted) {
        Ok((rows, _)) => assert_eq!(rows, 60_000),
        Err(CsvError::Torn) => {}
        Err(other) => panic!("{other:?}"),
    }
    let torn = long_list(|row| {
        (row == 30_000).then(|| format!("x,prod,1MB,\"{}\"\n", "line\n".repeat(150_000)))
    });
    assert!(matches!(in_parts(&torn), Err(CsvError::Torn)));
    assert_eq!(read(&torn).unwrap().len(), 60_000);
}

#[test]
fn the_caller_s_failure_stops_the_reading() {
    let file = fleet("");
    let context = file.context(&no_images);
    let list = "name,cluster,before\na,prod,1GB\nb,prod,1GB\n".as_bytes();
    let mut seen = 0;
    let stopped = read_services("f", list, &context, &mut Names::of(&[]), |_, _| {
        seen += 1;
        Err("full")
    });
    assert!(matches!(stopped, Err(CsvError::Each("full"))) && seen == 1);
}
