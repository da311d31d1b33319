//! Names come from users, and go to spreadsheets, pull requests and terminals.

use imgcost::fleet::Region;
use imgcost_report::Quote;

use crate::fixture::*;

#[test]
fn formulas_are_disarmed_in_csv() {
    let services = [team(service("=cmd|' /C calc'!A0"), "@SUM(A1)"), team(service("-2"), "+3")];
    let comparison = compared(&services, &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    let csv = csv(&report);
    assert_no_formula(&csv);
    let records = records(&csv);
    assert!(records.iter().any(|line| line["service"] == "'=cmd|' /C calc'!A0"));
    assert!(records.iter().any(|line| line["group.team"] == "'@SUM(A1)"));
    assert!(records.iter().any(|line| line["service"] == "'-2" && line["group.team"] == "'+3"));
}

#[test]
fn regions_and_sources_are_disarmed_in_csv() {
    let mut fleet = fleet();
    fleet.registries[0].region = Region::new("=HYPERLINK(1)");
    fleet.clusters[0].region = Region::new("=HYPERLINK(1)");
    let mut rows = rates();
    rows.iter_mut().for_each(|row| row.source = "=1+1".into());
    let prices = imgcost::price::PriceBook::new(rows);
    let services = [service("web")];
    let comparison =
        imgcost::estimate::scenario(&fleet, &services, &per_service(), &prices, terms()).unwrap();
    let csv = csv(&report(&comparison));
    assert_no_formula(&csv);
    assert!(records(&csv).iter().all(|line| line["price_region"] == "'=HYPERLINK(1)"));
}

#[test]
fn labels_grouped_by_are_disarmed_in_csv() {
    let grouping = imgcost::demand::Grouping { by: vec!["=label".into()], per_service: true };
    let comparison = compared(&[service("web")], &grouping, &prices());
    let mut report = report(&comparison);
    report.group_by = grouping.by;
    assert!(csv(&report).lines().next().unwrap().contains("group.=label"));
}

#[test]
fn price_files_are_disarmed_in_csv() {
    let mut row = rates().remove(0);
    row.id = imgcost::price::PriceId::new("=id");
    row.source = "+source".into();
    row.regions = imgcost::price::Regions::Only(vec!["-region".into()]);
    row.to = Some(vec!["@to".into()]);
    assert_no_formula(&written(|out| imgcost_report::prices_csv(&[&row], out)));
    let charge = imgcost::price::charge(&row, number("1"), &Default::default()).unwrap();
    let quote = Quote { row: &row, region: "=region", charge: &charge, free: number("0") };
    assert_no_formula(&written(|out| imgcost_report::quote_csv(&quote, out)));
}

/// No cell begins as spreadsheets begin formulas; a negative number would not be one.
fn assert_no_formula(csv: &str) {
    for line in records(csv) {
        for (name, cell) in line {
            let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let formula = starts && cell.parse::<rust_decimal::Decimal>().is_err();
            assert!(!formula, "{name} is a formula: {cell}");
        }
    }
}

#[test]
fn names_with_commas_quotes_and_line_breaks_stay_one_cell() {
    let name = "a,\"b\"\nc";
    let comparison = compared(&[service(name)], &per_service(), &prices());
    let records = records(&csv(&report(&comparison)));
    assert!(!records.is_empty() && records.iter().all(|line| line["service"] == name));
}

#[test]
fn markdown_shows_names_as_they_are() {
    let name = "a|b`c`<script>alert(1)</script>*d*[e](f)\n# g";
    let comparison = compared(&[team(service("web"), name)], &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    report.title = name.into();
    report.setting = vec![name.into()];
    report.warnings = vec![name.into()];
    report.assumptions = vec![imgcost::fleet::defaults::Assumption {
        name: name.into(),
        value: name.into(),
        basis: "assumed".into(),
        source: name.into(),
    }];
    let markdown = markdown(&report);
    let bare = |wanted: char| {
        let mut before = ' ';
        markdown.chars().any(|c| {
            let found = c == wanted && before != '\\';
            before = c;
            found
        })
    };
    assert!(!bare('`') && !bare('['), "{markdown}");
    assert!(!markdown.contains("<script>") && !markdown.contains("</script>"), "{markdown}");
    assert!(!markdown.lines().any(|line| line.starts_with("# ")), "{markdown}");
    // Every row of a table has as many cells as its heading: 1 team and 4 amounts.
    let row = markdown.lines().find(|line| line.starts_with("| a\\|b")).unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
}

#[test]
fn json_keeps_any_name() {
    let name = "\"quoted\" \\ \u{1b}[31m \n <script> \u{1f6a2}";
    let comparison = compared(&[service(name)], &per_service(), &prices());
    let json = json(&report(&comparison));
    assert_eq!(at(&json, "/lines/0/service"), name);
}
