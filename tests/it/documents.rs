//! What the documents say is what the program does: every console block is run.

use std::path::Path;
use std::process::{Command, Output};

use crate::command::{imgcost, root};

/// The README, every page of `docs/`, and that of the schemas.
fn documents() -> Vec<String> {
    let mut pages: Vec<String> = std::fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md"))
        .map(|name| format!("docs/{name}"))
        .collect();
    pages.extend(["README.md".to_owned(), "docs/schema/README.md".to_owned()]);
    pages.sort();
    pages
}

fn read(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).unwrap()
}

/// In a console block, lines that begin with `$ ` are run, the rest is what they print.
#[test]
fn console_blocks_print_what_they_show() {
    let folder = checkout();
    for document in documents() {
        let text = read(&document);
        let blocks: Vec<&str> = text.split("```console\n").skip(1).collect();
        assert!(!blocks.is_empty(), "{document} shows no command");
        for block in blocks {
            let block = block.split("```").next().unwrap();
            assert!(block.starts_with("$ imgcost "), "{document}: no command:\n{block}");
            for part in format!("\n{block}").split("\n$ ").skip(1) {
                let (command, shown) = part.split_once('\n').unwrap_or((part, ""));
                let output = shell(command, folder.path());
                let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
                assert_eq!(printed.trim(), shown.trim(), "{document}: $ {command}");
            }
        }
    }
}

/// A folder that has what the checkout has, and into which commands may write.
fn checkout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(root()).unwrap() {
        let entry = entry.unwrap();
        std::os::unix::fs::symlink(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

/// Runs a line as a reader would who has imgcost, on the day whose prices the documents show.
fn shell(line: &str, folder: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_imgcost")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("IMGCOST_")) {
        command.env_remove(name);
    }
    command.env("PATH", path).env("NO_COLOR", "1").env("IMGCOST_AS_OF", "2026-11-23");
    command.output().unwrap()
}

#[test]
fn the_index_lists_every_page() {
    let index = read("docs/README.md");
    for document in documents() {
        if let Some(page) = document.strip_prefix("docs/").filter(|page| *page != "README.md") {
            assert!(index.contains(&format!("]({page})")), "docs/README.md does not name {page}");
        }
    }
}

#[test]
fn links_to_files_lead_somewhere() {
    let mut found = 0;
    for document in documents() {
        let folder = root().join(&document).parent().unwrap().to_owned();
        for target in read(&document).split("](").skip(1).filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") {
                assert!(folder.join(file).exists(), "{document} links to {target}");
                found += 1;
            }
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn the_readme_shows_the_fleet_file_that_init_writes_or_one_that_works() {
    let text = read("README.md");
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
