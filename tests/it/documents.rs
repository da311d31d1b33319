//! What the documents say is what the program does: every console block is run.

use crate::command::{imgcost, imgcost_as_of, root};

/// Documents with console blocks: lines that begin with `$ ` are run, the rest is what they print.
const DOCUMENTS: [&str; 3] = ["README.md", "docs/gates.md", "docs/price-feeds.md"];

#[test]
fn console_blocks_print_what_they_show() {
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root().join(document)).unwrap();
        let mut run = 0;
        for block in text.split("```console\n").skip(1) {
            let block = block.split("```").next().unwrap();
            for part in format!("\n{block}").split("\n$ ").skip(1) {
                let (command, shown) = part.split_once('\n').unwrap_or((part, ""));
                let Some(arguments) = command.strip_prefix("imgcost ") else { continue };
                let arguments: Vec<&str> = words(arguments);
                // The README shows the prices of one day.
                let output = imgcost_as_of(&arguments, "2026-11-23");
                let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
                assert_eq!(
                    printed.trim(),
                    shown.trim(),
                    "{document}: $ imgcost {}",
                    arguments.join(" ")
                );
                run += 1;
            }
        }
        assert!(run >= 3, "{document} has only {run} commands");
    }
}

/// Words as a shell splits them, with double quotes.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace()),
            _ => words.push(part),
        }
    }
    words
}

#[test]
fn the_readme_shows_the_fleet_file_that_init_writes_or_one_that_works() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut found = 0;
    for block in text.split("```toml\n").skip(1) {
        let fleet = block.split("```").next().unwrap();
        let file = folder.path().join("fleet.toml");
        std::fs::write(&file, fleet).unwrap();
        let run = imgcost(&["compare", file.to_str().unwrap()]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        found += 1;
    }
    assert!(found > 0);
}
