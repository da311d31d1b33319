//! The page as a text: what it says, and what it must never hold. In a browser it is tested elsewhere.

use imgcost::fleet::defaults::Assumption;
use imgcost::price::PriceBook;
use imgcost_report::{Report, View};

use crate::fixture::*;

/// The exact amount in the element of that id.
fn amount<'h>(html: &'h str, id: &str) -> &'h str {
    let (_, rest) = html.split_once(&format!("id=\"{id}\" value=\"")).unwrap();
    rest.split_once('"').unwrap().0
}

/// Part of a page, by its id.
fn part<'h>(html: &'h str, id: &str) -> &'h str {
    let (_, rest) = html.split_once(&format!("<section id=\"{id}\"")).unwrap();
    rest.split_once("</section>").unwrap().0
}

#[test]
fn the_page_shows_the_totals_of_section_9() {
    let html = html(&report(&worked_example()));
    let figures = ["before-month", "after-month", "saved-month"];
    // 4.98 before, 0.26 after, 4.72 saved.
    let billed = figures.map(|id| cents(number(amount(&html, id))).to_string());
    assert_eq!(billed, ["4.98", "0.26", "4.72"]);
    assert!(html.contains("saves $4.72 a month"));
    // (1.2 - 0.18) GB x 20 nodes x 60 deploys x 0.045 per GiB = 51.30
    assert!(part(&html, "naive").contains("$51.30"));
}

#[test]
fn lengths_of_bars_are_shares_of_the_longest() {
    let html = html(&report(&worked_example()));
    let pulls = part(&html, "pulls");
    // Section 9: warm 95 111 111 480 and cold 9 012 345 670 of 104 123 457 150 bytes before, and
    // 3 706 667 040 and 1 351 851 858.6 after: 91.34, 8.66, 3.56 and 1.30 %.
    for (class, left, width) in [
        ("warm", "0", "91.34"),
        ("cold", "91.34", "8.66"),
        ("warm", "0", "3.56"),
        ("cold", "3.56", "1.3"),
    ] {
        let bar = format!("<rect class=\"{class}\" x=\"{left}%\" width=\"{width}%\"");
        assert!(pulls.contains(&bar), "{bar} is not in {pulls}");
    }
}

#[test]
fn what_has_no_price_is_said_first_and_never_shown_as_nothing() {
    let comparison =
        compared(&[service("web")], &per_service(), &prices_without("aws.ecr.storage"));
    let html = html(&report(&comparison));
    let caution = html.find("id=\"incomplete\"").unwrap();
    assert!(caution < html.find("class=\"tiles").unwrap());
    assert!(html.contains("<li>before, registry storage of <bdi>web</bdi></li>"));
    assert!(html.contains("saved a month, of what has a price"));
    assert!(html.contains("not priced: registry-storage: there is no price aws.ecr.storage"));
    let components = part(&html, "components");
    assert!(components.contains("billed, of what has a price"));
    let row =
        components.split("<tr>").skip(1).find(|row| row.contains("registry storage")).unwrap();
    assert_eq!(row.matches("unpriced").count(), 2, "{row}");
    assert!(row.contains("unknown") && !row.contains("$0"), "{row}");
    assert!(!html.contains(" %</small>"), "a part has no percentage");
}

#[test]
fn hostile_words_stay_words() {
    let name = "\"><script>hacked()</script>&\u{1b}[31m\u{202e}";
    let comparison = compared(&[team(service(name), name), service("b")], &by_team(), &prices());
    let report = Report {
        title: name.into(),
        setting: vec![name.into()],
        group_by: vec!["team".into()],
        paths: vec![name.into()],
        warnings: vec![name.into()],
        assumptions: vec![Assumption {
            name: name.into(),
            value: name.into(),
            basis: name.into(),
            source: name.into(),
        }],
        ..report(&comparison)
    };
    let html = html(&report);
    assert!(!html.contains("<script>hacked"));
    assert!(!html.contains(['\u{1b}', '\u{202e}']));
    assert!(html.contains("&quot;&gt;&lt;script&gt;hacked()&lt;/script&gt;&amp;"));
}

#[test]
fn only_sources_on_the_web_are_links() {
    let with_source = |source: &str| {
        let mut rows = rates();
        rows.iter_mut().for_each(|row| row.source = source.into());
        let comparison = compared(&[service("web")], &per_service(), &PriceBook::new(rows));
        html(&report(&comparison))
    };
    assert!(
        with_source("https://example.com/\"x").contains("href=\"https://example.com/&quot;x\"")
    );
    for other in ["javascript:hacked()", "data:text/html,x", "contract of May"] {
        let page = with_source(other);
        assert!(part(&page, "prices").contains(other) && !page.contains("<a "), "{other}");
    }
}

#[test]
fn nothing_is_fetched() {
    let html = html(&report(&worked_example()));
    assert!(html.contains("content=\"default-src 'none';"));
    for foreign in
        [" src=", "@import", "url(", "<link rel=\"stylesheet", "<iframe", " style=", " onclick="]
    {
        assert!(!html.contains(foreign), "{foreign}");
    }
}

#[test]
fn what_costs_more_is_said_to() {
    let there = worked_example();
    let back = imgcost::estimate::compare(there.after, there.before);
    let html = html(&report(&back));
    assert!(html.contains("<div class=\"loss\"><dt>saved a month</dt>"));
    assert_eq!(cents(number(amount(&html, "saved-month"))).to_string(), "-4.72");
}

#[test]
fn services_that_were_not_kept_apart_are_said_to_be() {
    let services = [service("a"), service("b")];
    let comparison = compared(&services, &Default::default(), &prices());
    let page = html(&report(&comparison));
    assert!(part(&page, "services").contains("<code>--lines service</code> keeps each"));
    // One service alone needs no list.
    assert!(!html(&report(&worked_example())).contains("id=\"services\""));
}

#[test]
fn months_are_drawn_where_storage_grows() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.by_month =
        vec![(1, money("2"), money("1")), (2, money("3"), money("1")), (3, money("4"), money("1"))];
    let page = html(&report);
    // Of 4 at most: 2, 3 and 4 leave 50, 25 and 0 % above them, 1 leaves 75 %.
    assert!(page.contains("points=\"0,50 50,25 100,0\""));
    assert!(page.contains("points=\"0,75 50,75 100,75\""));
    assert!(page.contains("Before: from $2.00 in month 1 to $4.00 in month 3."));
}

#[test]
fn an_estimate_has_one_side() {
    let comparison = worked_example();
    let report = Report { view: View::Estimate(&comparison.after), ..report(&comparison) };
    let html = html(&report);
    assert_eq!(cents(number(amount(&html, "after-month"))).to_string(), "0.26");
    assert!(!html.contains("before-month") && !html.contains("saved a month"));
}
