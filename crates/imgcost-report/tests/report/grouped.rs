//! Groups: sorted by what they save, and no more of them than fit on a screen.

use imgcost::fleet::{Placement, Service};

use crate::fixture::*;

/// Teams whose services run on 1, 2, 3, ... hosts; names are in another order than savings.
fn teams(count: u32) -> Vec<Service> {
    let on = |hosts: u32| Service { placement: Placement::Hosts(hosts), ..service("web") };
    (0..count).map(|index| team(on(index + 1), &name(index))).collect()
}

fn name(index: u32) -> String {
    format!("t{:02}", index * 7 % 100)
}

fn shown(text: &str) -> Vec<(String, rust_decimal::Decimal)> {
    let row = |line: &str| {
        let mut cells = line.split_whitespace().map(|cell| cell.trim_matches('|'));
        let team = cells.find(|cell| !cell.is_empty())?;
        let rest: Vec<_> = cells.filter_map(read_money).collect();
        (team.len() == 3 && team.starts_with('t')).then(|| (team.to_owned(), rest[2]))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn groups_are_sorted_by_saving() {
    let comparison = compared(&teams(25), &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    let text = text(&report);
    let rows = shown(&text);
    assert_eq!(rows.len(), 20, "{text}");
    assert!(text.contains("and 5 more"), "{text}");
    let names: Vec<&str> = rows.iter().map(|(team, _)| team.as_str()).collect();
    // More hosts save more: 25, 24, ... 6 hosts.
    let expected: Vec<String> = (5..25).rev().map(name).collect();
    assert_eq!(names, expected);
    assert!(rows.windows(2).all(|pair| pair[0].1 > pair[1].1));
    // 20 hosts are section 9: a saving of 4.72
    assert_eq!(rows.iter().find(|(team, _)| *team == name(19)).unwrap().1, number("4.72"));
}

#[test]
fn twenty_groups_are_all_shown() {
    let comparison = compared(&teams(20), &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    let text = text(&report);
    assert_eq!(shown(&text).len(), 20);
    assert!(!text.contains(" more;"), "{text}");
}

#[test]
fn groups_add_up_to_the_total() {
    let comparison = compared(&teams(25), &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    let json = json(&report);
    let groups = json["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 25, "JSON lists all");
    for side in ["before", "after", "saving"] {
        let path = format!("/{side}/monthly/billed");
        let sum = groups.iter().map(|group| number(at(group, &path)));
        assert_eq!(sum.sum::<rust_decimal::Decimal>(), number(at(&json, &path)));
    }
    let lines = json["lines"].as_array().unwrap();
    assert!(lines.iter().all(|line| at(line, "/group/team").starts_with('t')));
}

#[test]
fn markdown_lists_groups_in_the_same_order() {
    let comparison = compared(&teams(25), &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    let names: Vec<String> = shown(&markdown(&report)).into_iter().map(|(team, _)| team).collect();
    assert_eq!(names, (0..25).rev().map(name).collect::<Vec<_>>());
}
