//! The HTML page in a real browser: it is whole by itself, its figures are those of JSON, and what
//! can be clicked works.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rust_decimal::Decimal;
use serde_json::Value;

use crate::browser::{Browser, address};
use crate::command::{imgcost, json, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];
const FLEET: [&str; 4] = ["compare", "examples/fleet/fleet.toml", "--group-by", "team"];

/// Where pages and pictures are left for people to look at.
fn kept(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// A command's report as a page.
fn page(name: &str, command: &[&str]) -> PathBuf {
    let file = kept(name);
    stdout(&[command, &DAY, &["--format", "html", "-o", file.to_str().unwrap()]].concat());
    file
}

/// The page loaded and ran without a complaint, and asked for nothing but itself.
fn assert_quiet(browser: &Browser, page: &Path) {
    let requests = browser.requests();
    // The icon is in the page.
    let asked: Vec<_> = requests.iter().filter(|url| !url.starts_with("data:")).collect();
    assert_eq!(asked, [&address(page)]);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn billed(report: &Value, side: &str, period: &str) -> String {
    report[side][period]["billed"].as_str().unwrap().to_owned()
}

#[test]
fn figures_are_those_of_json() {
    let browser = Browser::start();
    let whatif = ["whatif", "1.2GB", "180MB"];
    for (name, command) in [("whatif.html", &whatif[..]), ("fleet.html", &FLEET)] {
        let page = page(name, command);
        let report = json(&[command, &DAY].concat());
        browser.open(&page);
        for (id, side, period) in [
            ("before-month", "before", "monthly"),
            ("after-month", "after", "monthly"),
            ("saved-month", "saving", "monthly"),
            ("before-deploy", "before", "per_deploy"),
            ("after-deploy", "after", "per_deploy"),
            ("saved-deploy", "saving", "per_deploy"),
        ] {
            assert_eq!(browser.amount(&format!("#{id}")), billed(&report, side, period), "{id}");
        }
        let total = |nth: u32| format!("#components tr.total td:nth-of-type({nth}) data");
        assert_eq!(browser.amount(&total(3)), billed(&report, "saving", "monthly"));
        for path in report["paths"].as_array().into_iter().flatten() {
            let name = path["path"].as_str().unwrap();
            assert!(browser.texts("#paths tbody th").iter().any(|text| text.starts_with(name)));
        }
        let sources = browser.texts("#prices dd").concat();
        for line in report["lines"].as_array().unwrap() {
            let source = line["price"]["source"].as_str().unwrap();
            assert!(sources.contains(source), "{source} is not among the sources");
        }
        let assumed = browser.texts("#assumptions dt code");
        let names = report["assumptions"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|each| each["name"].as_str().unwrap()).collect();
        assert_eq!(assumed, names);
        assert_quiet(&browser, &page);
    }
    // Section 9 of the model's specification: 4.98 before, 0.26 after, 4.72 saved; 51.30 is naive.
    browser.open(&kept("whatif.html"));
    let figures = ["before-month", "after-month", "saved-month"];
    let shown = figures.map(|id| browser.texts(&format!("#{id}")).concat());
    assert_eq!(shown, ["$4.98", "$0.263", "$4.72"]);
    assert!(browser.texts("#naive").concat().contains("$51.30"));
}

#[test]
fn an_estimate_is_a_page_too() {
    let browser = Browser::start();
    let command = ["estimate", "examples/fleet/fleet.toml", "--side", "after"];
    let page = page("estimate.html", &command);
    browser.open(&page);
    let report = json(&[&command[..], &DAY].concat());
    assert_eq!(browser.amount("#after-month"), billed(&report, "after", "monthly"));
    assert!(browser.texts("#saved-month").is_empty());
    assert_quiet(&browser, &page);
}

#[test]
fn rows_are_sorted_and_filtered() {
    let browser = Browser::start();
    let page = page("fleet.html", &FLEET);
    browser.open(&page);
    let column = |table: &str, nth: u32| -> Vec<Decimal> {
        let all = format!(
            "[...document.querySelectorAll('{table} tbody tr')].map(r => r.querySelectorAll('data')[{nth}].value)"
        );
        let values: Vec<String> = serde_json::from_value(browser.value(&all)).unwrap();
        values.iter().map(|value| value.parse().unwrap()).collect()
    };
    for table in ["#groups-table", "#services-table"] {
        // Names and bars come before the amounts.
        for (amount, head) in [(0, 3), (1, 4), (2, 5)] {
            let button = format!("{table} thead tr > :nth-child({head}) button");
            let mut expected = column(table, amount);
            expected.sort();
            browser.click(&button);
            assert!(column(table, amount).into_iter().rev().eq(expected.clone()), "{table}");
            browser.click(&button);
            assert_eq!(column(table, amount), expected, "{table}");
        }
        let sorted = browser.texts(&format!("{table} th[aria-sort='ascending']"));
        assert_eq!(sorted, ["saved"]);
    }
    browser.click("#services-table thead tr > :nth-child(1) button");
    let names = browser.texts("#services-table tbody th");
    assert_eq!(names.len(), 42);
    assert!(names.is_sorted(), "{names:?}");
    browser.type_into("#services-filter", "Checkout");
    let left = browser.texts("#services-table tbody tr:not([hidden]) th");
    assert_eq!(left, ["checkout-prod", "checkout-staging"]);
    assert_eq!(browser.texts("#services output"), ["2 of 42 rows; totals are those of all"]);
    assert_quiet(&browser, &page);
}

#[test]
fn amounts_are_compared_exactly() {
    let browser = Browser::start();
    browser.open(&page("whatif.html", &["whatif", "1.2GB", "180MB"]));
    // As floats the second and third are equal.
    let ascending =
        ["-10", "-9.5", "-0.1", "0", "0.12345678901234567", "0.12345678901234568", "2", "10"];
    let sorted = browser.value(&format!("{ascending:?}.reverse().sort(byAmount)"));
    assert_eq!(sorted, serde_json::json!(ascending));
}

/// A fleet of one registry and one cluster, with that many services.
fn fleet(folder: &Path, services: &str) -> String {
    let file = folder.join("fleet.toml");
    let head = r#"
[fleet]
name = "many"
[registry.main]
provider = "aws-ecr"
region = "us-east-1"
[cluster.prod]
provider = "eks"
region = "us-east-1"
nodes = 200
path = { nat = "100%" }
"#;
    std::fs::write(&file, format!("services = \"services.csv\"\n{head}")).unwrap();
    std::fs::write(folder.join("services.csv"), services).unwrap();
    file.to_str().unwrap().to_owned()
}

const COLUMNS: &str = "name,labels.team,registry,cluster,replicas,deploys,before.size,after.size\n";

#[test]
fn ten_thousand_services_do_not_choke_a_browser() {
    let mut list = COLUMNS.to_owned();
    for n in 0..10_000 {
        let (team, size) = (n % 700, 300 + n % 900);
        writeln!(list, "service-{n},team-{team},main,prod,3,60/month,{size}MB,90MB").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let fleet = fleet(folder.path(), &list);
    let command = ["compare", &fleet, "--group-by", "team"];
    let page = page("many.html", &command);
    let size = std::fs::metadata(&page).unwrap().len();
    assert!(size < 600 << 10, "{size} bytes");

    let browser = Browser::start();
    let start = Instant::now();
    browser.open(&page);
    let loaded = start.elapsed();
    assert!(loaded < Duration::from_secs(10), "{loaded:?}");
    let count = |selector: &str| browser.texts(selector).len();
    assert_eq!([count("#services tbody tr"), count("#groups tbody tr")], [300, 300]);
    let text = browser.texts("#services > p").concat();
    assert!(text.contains("The 300 dearest of 10000 services are listed, 9700 are left out"));
    assert!(browser.texts("#groups > p").concat().contains("The 300 dearest of 700 groups"));

    let start = Instant::now();
    browser.click("#services-table thead tr > :nth-child(1) button");
    browser.type_into("#services-filter", "service-1");
    let sorted = start.elapsed();
    assert!(sorted < Duration::from_secs(5), "{sorted:?}");
    println!("{size} bytes, loaded in {loaded:?}, sorted and filtered in {sorted:?}");

    // What is listed and what is left out are all there is.
    let sum = "[...document.querySelectorAll('#services-table tbody tr, #services-table tfoot tr:not(.total)')].map(r => r.querySelector('data').value)";
    let amounts: Vec<String> = serde_json::from_value(browser.value(sum)).unwrap();
    let sum: Decimal = amounts.iter().map(|amount| amount.parse::<Decimal>().unwrap()).sum();
    let report = json(&[&command[..], &DAY].concat());
    let total: Decimal = billed(&report, "before", "monthly").parse().unwrap();
    assert_eq!(sum.round_dp(18), total.round_dp(18));
    assert_quiet(&browser, &page);
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    let hostile = [
        "<script>window.hacked = 1</script>",
        "<img src=x onerror=hacked=1>",
        "' onmouseover='hacked=1",
        "</style></script><h1>hacked</h1>",
        "&lt;b&gt; {{7*7}} ${7*7}",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    ];
    let mut list = COLUMNS.to_owned();
    for name in hostile {
        writeln!(list, "{name},{name},main,prod,3,60/month,1.2GB,180MB").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let fleet = fleet(folder.path(), &list);
    let page = page("hostile.html", &["compare", &fleet, "--group-by", "team"]);
    let browser = Browser::start();
    browser.open(&page);
    for table in ["#services-table", "#groups-table"] {
        let mut shown = browser.texts(&format!("{table} tbody th"));
        let mut names = hostile.map(str::to_owned);
        shown.sort();
        names.sort();
        assert_eq!(shown, names);
    }
    assert_eq!(browser.value("window.hacked ?? null"), Value::Null);
    assert_eq!(browser.value("document.querySelectorAll('script, img, h1').length"), 2);
    browser.type_into("#services-filter", "<SCRIPT>");
    assert_eq!(browser.texts("#services-table tbody tr:not([hidden]) th"), [hostile[0]]);
    assert_quiet(&browser, &page);
    // And were a name ever to become code or an address, the policy would stop it.
    browser.value("document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 1' }))");
    browser
        .value("document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/' }))");
    assert_eq!(browser.value("window.hacked ?? null"), Value::Null);
    assert_eq!(browser.complaints().len(), 2);
}

#[test]
fn it_reads_in_both_themes_on_a_phone_and_on_paper() {
    let browser = Browser::start();
    let fleet = page("fleet.html", &FLEET);
    let forever =
        page("forever.html", &["compare", "tests/cases/fleets/retention-forever/fleet.toml"]);
    let whatif = page("whatif.html", &["whatif", "1.2GB", "180MB"]);
    for (name, file) in [("fleet", &fleet), ("forever", &forever), ("whatif", &whatif)] {
        for (width, device) in [(1100, "desk"), (360, "phone")] {
            for theme in ["light", "dark"] {
                browser.show_as(width, 900, theme);
                browser.open(file);
                // Tables may scroll by themselves, the page must not.
                let wide = browser.value("document.documentElement.scrollWidth");
                assert!(wide.as_u64().unwrap() <= u64::from(width), "{name}: {wide} at {width}");
                let tall = browser.value("document.documentElement.scrollHeight").as_u64();
                browser.show_as(width, u32::try_from(tall.unwrap()).unwrap(), theme);
                browser.screenshot(&kept(&format!("{name}-{device}-{theme}.png")));
            }
        }
        browser.print(&kept(&format!("{name}.pdf")));
        assert!(std::fs::metadata(kept(&format!("{name}.pdf"))).unwrap().len() > 10_000);
    }
    assert_eq!(browser.texts("#months").len(), 0);
    browser.open(&forever);
    assert_eq!(browser.value("document.querySelectorAll('#months polyline').length"), 2);
}

#[test]
fn the_theme_is_the_readers_and_can_be_changed() {
    let browser = Browser::start();
    let page = page("whatif.html", &["whatif", "1.2GB", "180MB"]);
    let colour = || browser.value("getComputedStyle(document.body).backgroundColor");
    let pressed = || browser.value("document.getElementById('theme').ariaPressed");
    browser.show_as(900, 700, "dark");
    browser.open(&page);
    let dark = colour();
    assert_eq!(pressed(), "true");
    browser.show_as(900, 700, "light");
    let light = colour();
    assert_ne!(light, dark);
    browser.click("#theme");
    assert_eq!((colour(), pressed()), (dark, Value::from("true")));
    browser.click("#theme");
    assert_eq!((colour(), pressed()), (light, Value::from("false")));
    // Nothing is kept in the browser: files have no place of their own there, some may not store.
    assert_eq!(browser.value("document.cookie + localStorage.length"), "0");
    assert_quiet(&browser, &page);
}

#[test]
fn charts_have_words() {
    let browser = Browser::start();
    browser.open(&page("whatif.html", &["whatif", "1.2GB", "180MB"]));
    let labels =
        browser.value("[...document.querySelectorAll('[role=img]')].map(e => e.ariaLabel)");
    let labels: Vec<String> = serde_json::from_value(labels).unwrap();
    assert_eq!(labels.len(), 3, "components, pulls, naive figure");
    assert!(labels[0].contains("registry storage: before $0.255, after $0.015"), "{}", labels[0]);
    let silent = "[...document.querySelectorAll('svg')].filter(s => !s.closest('[role=img]') && s.ariaHidden !== 'true').length";
    assert_eq!(browser.value(silent), 0);
}

#[test]
fn other_commands_refuse_it() {
    let page = ["--format", "html"];
    for command in [
        &["explain", "examples/fleet/fleet.toml"][..],
        &["prices", "list"],
        &["dockerfile", "check", "examples/dockerfiles/standard/Dockerfile"],
    ] {
        let refused = imgcost(&[command, &page].concat());
        assert_eq!(refused.status.code(), Some(2), "{command:?}");
        assert!(refused.stdout.is_empty());
    }
}
