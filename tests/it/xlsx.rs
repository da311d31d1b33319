//! Workbooks: the numbers of the other formats, and formulas that LibreOffice comes to the same by.

pub mod workbook;

use std::process::Command;

use calamine::Data;
use serde_json::Value;

use crate::command::{imgcost, json, root, stdout};
use workbook::{Workbook, calculated, changed, close, formulas, number, stored, written};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];
const WHATIF: [&str; 5] = ["whatif", "1.2GB", "180MB", "--as-of", "2026-11-23"];
const GIB: f64 = 1_073_741_824.0;

/// A decimal string of the JSON contract.
fn decimal(json: &Value, pointer: &str) -> f64 {
    let value = json.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is missing"));
    value.as_str().unwrap().parse().unwrap()
}

/// The totals of a workbook are those of JSON.
fn same_totals(book: &Workbook, json: &Value) {
    for (name, kind) in [("billed a month", "billed"), ("capacity a month", "capacity")] {
        for (column, side) in [(2, "before"), (3, "after"), (4, "saving")] {
            let expected = decimal(json, &format!("/{side}/monthly/{kind}"));
            if kind == "capacity" && expected == 0.0 {
                continue;
            }
            let found = book.summary(name, column);
            assert!(close(found, expected), "{name} {side}: {found}, not {expected}");
        }
    }
    for (column, side) in [(2, "before"), (3, "after"), (4, "saving")] {
        let expected = decimal(json, &format!("/{side}/per_deploy/billed"));
        assert!(close(book.summary("billed per deploy", column), expected), "per deploy {side}");
    }
}

/// Every number that is stored is the one that was calculated.
fn same_cells(stored: &Workbook, calculated: &Workbook) {
    for (name, sheet) in &stored.0 {
        let (first_row, first_column) = sheet.start().unwrap();
        for (row, column, cell) in sheet.used_cells() {
            let (row, column) = (row + first_row as usize, column + first_column as usize);
            let other = calculated.cell(name, row, column);
            let same = match (cell, &other) {
                (Data::Float(_) | Data::Int(_), Data::Float(_) | Data::Int(_)) => {
                    close(number(cell), number(&other))
                }
                (Data::String(text), Data::Empty) => text.is_empty(),
                _ => *cell == other,
            };
            assert!(same, "{name} row {} column {}: {cell:?}, not {other:?}", row + 1, column + 1);
        }
    }
}

#[test]
fn every_case_is_calculated_to_what_is_stored_and_to_what_json_says() {
    let mut cases: Vec<String> = std::fs::read_dir(root().join("tests/cases/fleets"))
        .unwrap()
        .map(|case| case.unwrap().path().join("fleet.toml").to_str().unwrap().to_owned())
        .collect();
    cases.sort();
    let large = root().join("tests/cases/workbooks/tiers.toml").to_str().unwrap().to_owned();
    cases.push(large);
    let args: Vec<Vec<&str>> =
        cases.iter().map(|case| [&["compare", case.as_str()][..], &DAY].concat()).collect();
    let books: Vec<Vec<u8>> = args.iter().map(|args| written(args)).collect();
    for ((args, bytes), calculated) in args.iter().zip(&books).zip(calculated(&books)) {
        eprintln!("{args:?}");
        same_cells(&stored(bytes), &calculated);
        same_totals(&calculated, &json(args));
        assert!(calculated.remark("Services add up to the total") == "yes");
    }
}

#[test]
fn a_changed_price_moves_the_totals() {
    let bytes = written(&WHATIF);
    let before = stored(&bytes);
    let nat = before.row("Prices", 1, "aws.nat.data") + 1;
    assert!(close(number(&before.cell("Prices", nat - 1, 7)), 0.045));
    let dearer = changed(&bytes, ("Prices", &format!("H{nat}")), "0.05");
    let after = &calculated(&[dearer])[0];
    // half a cent on 104,123,457,150 and 5,058,518,898.6111 bytes (section 9 of the model:
    // 95,111,111,480 + 9,012,345,670 and 3,706,667,040 + 1,351,851,858.6111)
    let moved = [104_123_457_150.0 / GIB * 0.005, 5_058_518_898.611_111 / GIB * 0.005];
    for (column, moved) in [(2, moved[0]), (3, moved[1]), (4, moved[0] - moved[1])] {
        let expected = before.summary("billed a month", column) + moved;
        let found = after.summary("billed a month", column);
        assert!(close(found, expected), "{found}, not {expected}");
        let service = number(&after.cell("Services", 1, column));
        assert!(close(service, expected), "the service moves too");
    }
}

#[test]
fn a_changed_quantity_moves_the_totals() {
    let bytes = written(&WHATIF);
    let before = stored(&bytes);
    let minutes = before.row("Lines", 3, "build-minutes");
    assert_eq!(before.cell("Lines", minutes, 1), Data::String("before".into()));
    let slower = changed(&bytes, ("Lines", &format!("H{}", minutes + 1)), "120");
    let after = &calculated(&[slower])[0];
    // 60 more minutes at 0.006; over 60 deploys, a minute each
    let moved = |text: &str| after.summary(text, 2) - before.summary(text, 2);
    assert!((moved("billed a month") - 0.36).abs() < 1e-9);
    assert!((moved("billed per deploy") - 0.006).abs() < 1e-9);
}

#[test]
fn tiers_and_discounts_move_as_a_pool() {
    let fleet = "tests/cases/workbooks/tiers.toml";
    let args = [&["compare", fleet, "--discount", "aws.transfer=10%"][..], &DAY].concat();
    let bytes = written(&args);
    let book = stored(&bytes);
    let first = book.row("Prices", 1, "aws.transfer.internet");
    // 10,240 GiB at 0.09, the next 40,960 at 0.085: the second tier is in the row below
    assert!(close(number(&book.cell("Prices", first + 1, 5)), 10_240.0));
    assert!(close(number(&book.cell("Prices", first + 1, 7)), 0.085));
    let dearer = changed(&bytes, ("Prices", &format!("H{}", first + 2)), "0.095");
    let listed = changed(&bytes, ("Prices", &format!("I{}", first + 1)), "0");
    let books = calculated(&[bytes.clone(), dearer, listed]);
    same_totals(&books[0], &json(&args));
    let pulled = decimal(&json(&args), "/quantities/before/warm_pull_bytes")
        + decimal(&json(&args), "/quantities/before/cold_pull_bytes");
    // What lies in the second tier costs a cent more, less ten percent.
    let second = pulled / GIB - 10_240.0;
    assert!(second > 0.0 && second < 40_960.0, "{second}");
    let moved =
        |book: &Workbook| book.summary("billed a month", 2) - books[0].summary("billed a month", 2);
    assert!(close(moved(&books[1]), second * 0.01 * 0.9), "{}", moved(&books[1]));
    let gross = 10_240.0 * 0.09 + second * 0.085;
    assert!(close(moved(&books[2]), gross * 0.1), "{}", moved(&books[2]));
}

#[test]
fn names_are_text_and_told_apart() {
    let fleet = "tests/cases/workbooks/names.toml";
    let args = [&["compare", fleet, "--group-by", "team"][..], &DAY].concat();
    let bytes = written(&args);
    let book = stored(&bytes);
    for name in
        ["=1+1", "+1", "-1", "@SUM(A1)", "web", "WEB", "w*", ">0", "=HYPERLINK(\"http://x\")"]
    {
        let row = book.row("Services", 1, name);
        assert_eq!(book.cell("Services", row, 1), Data::String(name.into()));
    }
    // On Lines only rates and amounts are formulas.
    let columns = formulas(&bytes, "Lines").into_iter().map(|(_, column, _)| column);
    assert!(columns.into_iter().all(|column| column == 10 || column == 11));
    let calculated = &calculated(&[bytes])[0];
    same_cells(&book, calculated);
    same_totals(calculated, &json(&args));
    // Teams `a` and `A` have one service each, and other money.
    let groups = json(&args);
    for group in groups["groups"].as_array().unwrap() {
        let row = calculated.row("Groups", 1, group["by"]["team"].as_str().unwrap());
        let found = number(&calculated.cell("Groups", row, 2));
        assert!(close(found, decimal(group, "/before/monthly/billed")), "{group}");
    }
}

#[test]
fn what_has_no_price_is_seen_and_can_be_filled_in() {
    let fleet = "tests/cases/workbooks/unpriced.toml";
    let args = [&["compare", fleet][..], &DAY].concat();
    let bytes = written(&args);
    let book = stored(&bytes);
    let said = json(&args);
    assert_eq!(said["complete"], false);
    assert!(book.remark("complete").starts_with("INCOMPLETE"));
    let line = book.row("Lines", 11, "unpriced");
    assert!(matches!(book.cell("Lines", line, 12), Data::Empty), "no exact amount");
    assert!(book.cell("Lines", line, 16).to_string().contains("no price"));
    let stored_by = book.row("Summary", 0, "registry storage");
    assert_eq!(book.cell("Summary", stored_by, 2), Data::String("unpriced".into()));
    assert_eq!(book.cell("Summary", stored_by, 4), Data::String("unknown".into()));
    let rate = |id: &str| format!("H{}", book.row("Prices", 1, id) + 1);
    let filled = changed(&bytes, ("Prices", &rate("ibm.registry.storage")), "0.2");
    let filled = changed(&filled, ("Prices", &rate("ibm.registry.pull")), "0");
    let books = calculated(&[bytes.clone(), filled]);
    same_cells(&book, &books[0]);
    // 0.2 for each of the GiB-months that both sides store
    assert_eq!(books[1].remark("complete"), "complete");
    for (column, side) in [(2, "before"), (3, "after")] {
        let stored = decimal(&said, &format!("/quantities/{side}/storage_gib_month"));
        let moved =
            books[1].summary("billed a month", column) - books[0].summary("billed a month", column);
        assert!((moved - stored * 0.2).abs() < 1e-9, "{side}: {moved}");
    }
    assert!(number(&books[1].cell("Summary", stored_by, 4)) > 0.0);
}

#[test]
fn one_side_has_a_workbook_too() {
    let args = ["estimate", "tests/cases/fleets/worked-example/fleet.toml", "--side", "after"];
    let args = [&args[..], &DAY, &["--lines", "component"]].concat();
    let bytes = written(&args);
    let calculated = &calculated(std::slice::from_ref(&bytes))[0];
    same_cells(&stored(&bytes), calculated);
    let expected = decimal(&json(&args), "/after/monthly/billed");
    assert!(close(calculated.summary("billed a month", 2), expected));
    assert!(calculated.0.contains_key("Groups") && !calculated.0.contains_key("Services"));
}

#[test]
fn the_sheets_say_where_prices_come_from() {
    let bytes = written(&WHATIF);
    let book = stored(&bytes);
    let sheets: Vec<&str> = book.0.keys().map(String::as_str).collect();
    assert_eq!(sheets, ["Assumptions", "Lines", "Prices", "Services", "Summary"]);
    let nat = book.row("Prices", 1, "aws.nat.data");
    let texts: Vec<String> = (0..40).map(|c| book.cell("Prices", nat, c).to_string()).collect();
    assert!(texts.iter().any(|text| text.starts_with("https://")), "{texts:?}");
    assert!(texts.iter().any(|text| text == "price-list"), "{texts:?}");
    // Exact amounts are text: every digit that JSON has.
    let exact = json(&WHATIF)["before"]["monthly"]["billed"].as_str().unwrap().to_owned();
    let row = book.row("Summary", 0, "billed a month");
    assert_eq!(book.cell("Summary", row, 6), Data::String(exact));
    assert_eq!(bytes, written(&WHATIF), "the same input makes the same file");
}

#[test]
fn a_terminal_is_not_filled_with_bytes() {
    let program = env!("CARGO_BIN_EXE_imgcost");
    let command = format!("{program} whatif 1.2GB 180MB --format xlsx");
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .output()
        .expect("script, of Debian's bsdutils, gives a terminal");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("-o fleet.xlsx") && !said.contains("PK"), "{said}");
}

#[test]
fn other_commands_have_no_workbook() {
    for args in [&["prices", "list"][..], &["explain", "tests/cases/fleets/weekly/fleet.toml"]] {
        let output = imgcost(&[args, &["--format", "xlsx"]].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty());
    }
    assert!(!stdout(&["prices", "list"]).is_empty());
}

#[test]
fn the_document_shows_what_works() {
    let text = std::fs::read_to_string(root().join("docs/xlsx.md")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("$ imgcost ")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.xlsx");
    let line = line.replace("fleet.xlsx", file.to_str().unwrap());
    let output = imgcost(&line.split_whitespace().collect::<Vec<_>>());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let book = stored(&std::fs::read(file).unwrap());
    for sheet in ["Summary", "Services", "Groups", "Lines", "Prices", "Assumptions"] {
        assert!(book.0.contains_key(sheet) && text.contains(&format!("| {sheet} |")), "{sheet}");
    }
}
