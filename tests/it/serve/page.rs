//! The page in a real browser, held to what the command prints for the same input.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use super::server::{DAY, Server};
use crate::browser::Browser;
use crate::command::stdout;

const TAB: char = '\u{e004}';
const RIGHT: char = '\u{e014}';

/// A browser on the page of a server.
struct Page {
    server: Server,
    browser: Browser,
}

impl Page {
    fn open(parameters: &str) -> Self {
        Self::of(Server::start(&[]), parameters)
    }

    fn of(server: Server, parameters: &str) -> Self {
        let page = Self { server, browser: Browser::start() };
        page.browser.show_as(1200, 1000, "light");
        page.visit(parameters);
        page
    }

    fn visit(&self, parameters: &str) {
        self.browser.visit(&format!("http://{}/{parameters}", self.server.address));
        self.settle();
    }

    /// Waits until the results are those of what the controls say.
    fn settle(&self) {
        let settled =
            "byId('results').dataset.shown === here() && byId('results').ariaBusy === 'false'";
        let begun = Instant::now();
        while self.browser.value(settled) != true {
            let complaints = || self.browser.complaints();
            let said = || self.text("#headline");
            let waited = begun.elapsed() < Duration::from_secs(20);
            assert!(waited, "no answer: {} {:?}", said(), complaints());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Replaces what is in a field, key by key.
    fn set(&self, field: &str, text: &str) {
        let select = format!("(byId({field:?}).focus(), byId({field:?}).select?.(), true)");
        self.browser.value(&select);
        self.browser.type_into(&format!("#{field}"), text);
        self.settle();
    }

    /// Takes an option of a list, as the keyboard finds it by its text.
    fn choose(&self, list: &str, text: &str) {
        self.browser.type_into(&format!("#{list}"), text);
        self.settle();
    }

    fn text(&self, selector: &str) -> String {
        self.browser.texts(selector).concat()
    }

    /// The headline, totals and components are those that the command prints for these flags, and the
    /// command line offered is the one that prints them.
    fn agrees_with(&self, flags: &[&str]) {
        self.agrees_on(flags, &[]);
    }

    /// The same where the server was started with terms of its own.
    fn agrees_on(&self, flags: &[&str], terms: &[&str]) {
        let arguments = [&["whatif"], flags, &["--as-of", DAY], terms].concat();
        let printed = stdout(&arguments);
        let mut lines = printed.lines();
        assert_eq!(self.text("#headline"), lines.next().unwrap());
        let month = lines.skip_while(|line| line.trim() != "per month").skip(1);
        let columns = |line: &str| {
            let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
            cells.map(str::to_owned).collect::<Vec<_>>()
        };
        let expected: Vec<Vec<String>> =
            month.take_while(|line| !line.is_empty()).map(columns).collect();
        assert!(expected.len() >= 5, "{printed}");
        for row in expected {
            let found = format!(
                "[...document.querySelectorAll('#components tbody tr')].map(r => [...r.cells].map(c => c.textContent)).find(r => r[0] === {:?})",
                row[0]
            );
            let found: Vec<String> = serde_json::from_value(self.browser.value(&found))
                .unwrap_or_else(|_| panic!("the page has no {row:?}"));
            assert_eq!(found[..4], row[..4], "{printed}");
            // Arrows are the page's, and it has no room for every remark.
            let how_much = found[4].replace('→', "->");
            assert!(row.get(4).is_none_or(|told| told.starts_with(&how_much)), "{found:?}");
        }
        let quoted = self.text("#command");
        let told = shell(&quoted);
        assert_eq!(told[..2], ["imgcost", "whatif"], "{quoted}");
        let told: Vec<&str> = told[1..].iter().map(String::as_str).collect();
        assert!(stdout(&told) == printed, "{quoted} prints something else");
    }
}

/// The words of a command line, as a shell takes them.
fn shell(line: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {line}");
    let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_page_shows_what_the_command_prints() {
    let page = Page::open("");
    page.agrees_with(&["1.2GB", "180MB"]);
    // model, section 9
    assert_eq!(page.text("#monthly"), "$4.72");
    assert_eq!(page.text("#per-deploy"), "$0.069");
    assert_eq!(page.text("#naive"), "$51.30");

    page.set("nodes", "40");
    page.agrees_with(&["1.2GB", "180MB", "--nodes", "40"]);
    page.set("deploys", "10/day");
    page.set("after", "90 MB");
    page.choose("path", "internet");
    page.agrees_with(&[
        "1.2GB",
        "90 MB",
        "--nodes",
        "40",
        "--deploys",
        "10/day",
        "--path",
        "internet",
    ]);
    page.browser.click("#compressed");
    page.choose("registry", "Azure");
    page.choose("region", "westeurope");
    page.settle();
    page.agrees_with(&[
        "1.2GB",
        "90 MB",
        "--compressed",
        "--nodes",
        "40",
        "--deploys",
        "10/day",
        "--path",
        "internet",
        "--registry",
        "azure-acr",
        "--region",
        "westeurope",
    ]);
    assert_eq!(page.browser.complaints(), Vec::<String>::new());
}

#[test]
fn losses_nothing_and_missing_prices_are_said_as_the_command_says_them() {
    let page = Page::open("?before=180MB&after=1.2GB");
    page.agrees_with(&["180MB", "1.2GB"]);
    page.visit("?before=1GB&after=100MB&registry=ibm&path=internet");
    page.agrees_with(&["1GB", "100MB", "--registry", "ibm", "--path", "internet"]);
    assert!(page.text("#warnings").contains("no price"), "{}", page.text("#warnings"));
    assert!(page.text("#chart desc").contains("unpriced"), "{}", page.text("#chart desc"));
    page.visit("?before=100MB&after=100MB&profile-before=multi-stage");
    page.agrees_with(&["100MB", "100MB", "--profile-before", "multi-stage"]);
    page.visit("?before=20GB&after=10kB&nodes=100000&deploys=1000/month&services=3");
    page.agrees_with(&[
        "20GB",
        "10kB",
        "--nodes",
        "100000",
        "--deploys",
        "1000/month",
        "--services",
        "3",
    ]);
}

#[test]
fn totals_in_a_second_currency_are_those_of_the_command() {
    let terms = ["--currency", "EUR", "--rates", "tests/cases/rates/eurofxref.csv"];
    let page = Page::of(Server::start(&terms), "");
    page.agrees_on(&["1.2GB", "180MB"], &terms);
    // 4.7167 x 0.8 and 0.0692 x 0.8
    let said = page.text("#setting");
    assert!(said.contains("In EUR this saves EUR 3.77 a month, EUR 0.055 per deploy"), "{said}");
    assert!(said.contains("1 USD is 0.8 EUR"), "{said}");
}

#[test]
fn a_link_brings_back_every_control() {
    let link = "?before=2GB&after=300MB&compressed=true&profile-after=single-stage&ratio=2.5&nodes=7\
                &node-lifetime=24h&replicas=3&path=cross-region=eu-west-1&deploys=5/day&cache-miss=10%25\
                &registry=aws-ecr&region=us-west-2&keep=12&runner=none";
    let page = Page::open(link);
    assert_eq!(page.browser.value("location.search"), link);
    page.agrees_with(&[
        "2GB",
        "300MB",
        "--compressed",
        "--profile-after",
        "single-stage",
        "--ratio",
        "2.5",
        "--nodes",
        "7",
        "--node-lifetime",
        "24h",
        "--replicas",
        "3",
        "--path",
        "cross-region=eu-west-1",
        "--deploys",
        "5/day",
        "--cache-miss",
        "10%",
        "--registry",
        "aws-ecr",
        "--region",
        "us-west-2",
        "--keep",
        "12",
        "--runner",
        "none",
    ]);
    assert_eq!(page.browser.value("byId('more').open"), true);
    // The file behind the link comes to the same; what it holds is tested without a browser.
    let download = page.browser.value("byId('download').href");
    let target = download.as_str().unwrap().split_once(&page.server.address).unwrap().1.to_owned();
    assert_eq!(page.server.get(&target).status, 200);

    page.browser.click("#start-over");
    page.settle();
    page.agrees_with(&["1.2GB", "180MB"]);
    // Shares and quotes survive the way into a link and a command line.
    page.visit("?before=1GB&after=100MB&path=nat:60%25,direct:40%25&plan=it's");
    assert!(page.text("#command").contains(r"--plan 'it'\''s'"), "{}", page.text("#command"));
    page.visit("?before=1GB&after=100MB&path=nat:60%25,direct:40%25");
    page.agrees_with(&["1GB", "100MB", "--path", "nat:60%,direct:40%"]);
}

#[test]
fn mistakes_are_told_where_the_result_would_be() {
    let page = Page::open("");
    page.set("nodes", "many");
    let told = page.text("#headline");
    assert!(told.starts_with("Error: invalid value 'many' for '--nodes <NODES>'"), "{told}");
    assert_eq!(page.browser.value("byId('nodes').ariaInvalid"), "true");
    assert_eq!(page.browser.value("byId('outdated').hidden"), false);
    page.set("nodes", "21");
    page.agrees_with(&["1.2GB", "180MB", "--nodes", "21"]);
    assert_eq!(page.browser.value("byId('outdated').hidden"), true);
    assert_eq!(page.browser.value("byId('nodes').ariaInvalid"), json!(null));
    page.set("before", "oci:x");
    assert!(page.text("#headline").contains("opens no files"), "{}", page.text("#headline"));
    page.visit("?before=1GB&after=100MB&nods=3");
    assert!(page.text("#headline").contains("unexpected argument '--nods'"));
    assert!(page.text("#problem-help").contains("'--nodes'"));
    // No numbers stand beside an error that never had any.
    assert_eq!(page.browser.value("byId('figures').hidden"), true);
}

#[test]
fn quick_changes_end_with_the_answer_to_the_last() {
    let page = Page::open("");
    let hurry = "(() => { for (let n = 1; n <= 200; n++) { byId('nodes').value = n; \
                 form.dispatchEvent(new Event('input')); byId('nodes').dispatchEvent(new Event('input', { bubbles: true })); \
                 if (n % 20 === 0) ask(); } })()";
    page.browser.value(hurry);
    page.settle();
    page.agrees_with(&["1.2GB", "180MB", "--nodes", "200"]);
}

#[test]
fn the_keyboard_reaches_and_moves_every_control() {
    let page = Page::open("");
    page.browser.value("(byId('more').open = true, document.body.focus(), true)");
    let name =
        "(e => e.id || e.getAttribute('aria-label') || e.textContent)(document.activeElement)";
    let wanted = "[...document.querySelectorAll('input, select, button, a[href], summary')]\
                  .filter(e => e.checkVisibility()).map(e => e.id || e.getAttribute('aria-label') || e.textContent)";
    let wanted: Vec<String> = serde_json::from_value(page.browser.value(wanted)).unwrap();
    let mut reached = Vec::new();
    for _ in 0..wanted.len() + 20 {
        page.browser.press(TAB);
        let there = page.browser.value(name).as_str().unwrap().to_owned();
        let visible = "(r => r.width > 0)(document.activeElement.getBoundingClientRect())";
        assert_eq!(page.browser.value(visible), true, "{there} has the focus and cannot be seen");
        reached.push(there);
    }
    for control in wanted {
        assert!(reached.contains(&control), "Tab does not reach {control}");
    }
    // A slider moves with the arrows, takes its field along and says so.
    page.browser.value("(document.querySelector('[data-for=nodes]').focus(), true)");
    page.browser.press(RIGHT);
    page.settle();
    // 20 nodes are 65 steps of 50 to a decade; one more is 10^(66/50) = 20.9.
    assert_eq!(page.browser.value("byId('nodes').value"), "21");
    page.agrees_with(&["1.2GB", "180MB", "--nodes", "21"]);
}

#[test]
fn assistive_technology_gets_names_for_everything() {
    let page = Page::open("");
    page.browser.value("(byId('more').open = true)");
    let tree = page.browser.devtools("Accessibility.getFullAXTree", json!({}));
    let roles = [
        "textbox",
        "combobox",
        "ComboBoxSelect",
        "slider",
        "checkbox",
        "button",
        "link",
        "region",
        "image",
        "table",
        "form",
        "group",
    ];
    let mut seen = 0;
    for node in tree["nodes"].as_array().unwrap() {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if node["ignored"] != true && roles.contains(&role) {
            seen += 1;
            let name = node["name"]["value"].as_str().unwrap_or_default();
            let disclosure = role == "group" || role == "table";
            assert!(!name.is_empty() || disclosure, "a {role} has no name: {node}");
        }
    }
    assert!(seen > 40, "{seen}");
    let labels = "[...form.querySelectorAll('input, select')].filter(e => !e.labels.length && !e.ariaLabel).map(e => e.id)";
    assert_eq!(page.browser.value(labels), json!([]));
    assert_eq!(page.browser.value("byId('headline').role"), "status");
    let described = page.text("#chart desc");
    assert!(described.contains("warm pulls: $3.99 before, $0.155 after"), "{described}");
}

/// Contrast of every text that is shown against what it stands on, as WCAG 2 counts it.
const CONTRAST: &str = "(() => { \
    const parts = (c) => c.match(/[\\d.]+/g).map(Number); \
    const light = (c) => { const [r, g, b] = parts(c).slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; }; \
    const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (parts(c)[3] !== 0) return c; } return 'rgb(255, 255, 255)'; }; \
    const bad = []; \
    for (const e of document.querySelectorAll('body *')) { \
        if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue; \
        const style = getComputedStyle(e); \
        const [a, b] = [light(e.namespaceURI.endsWith('svg') ? style.fill : style.color), light(ground(e))]; \
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); \
        if (ratio < 4.5) bad.push(e.textContent.slice(0, 30) + ' ' + ratio.toFixed(2)); \
    } \
    return bad; })()";

#[test]
fn both_themes_and_a_phone_can_be_read() {
    let page = Page::open("");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, width, height, theme) in [
        ("light", 1200, 1500, "light"),
        ("dark", 1200, 1500, "dark"),
        ("phone", 360, 2600, "light"),
        ("phone-dark", 360, 2600, "dark"),
    ] {
        page.browser.show_as(width, height, theme);
        page.settle();
        page.browser.screenshot(&folder.join(name).with_extension("png"));
        assert_eq!(page.browser.value(CONTRAST), json!([]), "{name}");
        let wide = page.browser.value("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{name} scrolls sideways: {wide}");
    }
    page.browser.show_as(1000, 700, "light");
    page.settle();
    page.browser.screenshot(&folder.join("small.png"));
    page.set("nodes", "many");
    page.browser.screenshot(&folder.join("mistake.png"));
    let asked = page.browser.requests();
    let ours = format!("http://{}/", page.server.address);
    let elsewhere: Vec<_> = asked
        .iter()
        .filter(|address| !address.starts_with(&ours) && !address.starts_with("data:"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn a_server_that_ends_is_noticed() {
    let Page { server, browser } = Page::open("");
    assert_eq!(server.interrupt(), Some(0));
    browser.type_into("#nodes", "7");
    let begun = Instant::now();
    while !browser.texts("#headline").concat().contains("the server does not answer") {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The page as it is when it is opened, with the answer that it shows.
pub fn served() -> String {
    let server = Server::start(&[]);
    let body = |target: &str| String::from_utf8(server.get(target).body).unwrap();
    body("/") + &body("/api/whatif?before=1.2GB&after=180MB")
}

/// A picture of it.
pub fn photographed(width: u32, height: u32, file: &Path) {
    let page = Page::open("");
    page.browser.show_as(width, height, "light");
    page.settle();
    page.browser.screenshot(file);
}
