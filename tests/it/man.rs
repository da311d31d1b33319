//! Manual pages and completions: one for each command, and nothing that the formatters mind.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::command::{imgcost, stdout};
use crate::live_registry::tools;

/// Every command with its subcommands, as the help lists them.
fn commands(above: &[&str]) -> Vec<Vec<String>> {
    let help = stdout(&[above, &["--help"]].concat());
    let mut all = vec![above.iter().map(|word| (*word).to_owned()).collect()];
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return all };
    let list = list.split("\n\n").next().unwrap();
    for line in list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap();
        if name != "help" {
            all.extend(commands(&[above, &[name]].concat()));
        }
    }
    all
}

fn pages(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn there_is_a_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    // It makes the folder.
    let folder = folder.path().join("share/man1");
    stdout(&["man", folder.to_str().unwrap()]);
    let expected: BTreeSet<String> = commands(&[])
        .into_iter()
        .map(|words| format!("{}.1", [vec!["imgcost".to_owned()], words].concat().join("-")))
        .collect();
    assert!(expected.len() > 20, "{expected:?}");
    assert_eq!(pages(&folder), expected);
    let main = std::fs::read_to_string(folder.join("imgcost.1")).unwrap();
    assert_eq!(stdout(&["man"]), main);
    let whatif = std::fs::read_to_string(folder.join("imgcost-whatif.1")).unwrap();
    for part in [".TH imgcost-whatif 1", "node\\-lifetime", "IMGCOST_NODES"] {
        assert!(whatif.contains(part), "{part} is missing:\n{whatif}");
    }
}

#[test]
fn formatters_have_nothing_against_the_pages() {
    tools::ensure(&[("mandoc", "mandoc"), ("groff", "groff")]);
    let folder = tempfile::tempdir().unwrap();
    stdout(&["man", folder.path().to_str().unwrap()]);
    for page in pages(folder.path()) {
        let path = folder.path().join(&page);
        // Its warnings are about spacing, and that pages have no date: the same program makes the same page.
        let lint = Command::new("mandoc").args(["-T", "lint", "-W", "error"]).arg(&path).output();
        let lint = lint.unwrap();
        assert!(lint.status.success(), "{page}: {}", String::from_utf8_lossy(&lint.stdout));
        let shown =
            tools::run("groff", &["-man", "-Tutf8", "-P-cbou", "-ww", path.to_str().unwrap()]);
        assert_eq!(String::from_utf8_lossy(&shown.stderr), "", "{page}");
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.contains("NAME") && shown.contains("SYNOPSIS"), "{page}:\n{shown}");
    }
}

#[test]
fn one_place_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, file) = (folder.path().join("man"), folder.path().join("page"));
    let run = imgcost(&["man", folder.to_str().unwrap(), "-o", file.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(2));
    assert!(!folder.exists() && !file.exists());
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&["completions", shell]);
        for word in commands(&[]).concat() {
            assert!(script.contains(&word), "{shell} does not complete {word}");
        }
        // These two complete what an argument may be, too.
        let values = matches!(shell, "bash" | "zsh");
        assert!(!values || script.contains("dockerfile-cache"), "{shell}");
    }
}
