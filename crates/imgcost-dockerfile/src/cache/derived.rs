//! Commands whose files are made of lists and lock files alone, although the sources lie beside them:
//! these run again with a source line and leave the same, so that what copies from them stays.

use super::commands::Left;
use super::place::Place;
use crate::read::absolute;
use crate::shell::Command;

/// What such a command leaves; `None` for all others.
///
/// Each does what its manual says:
/// - `cargo chef prepare`: the manifests, the lock file and the names of targets
///   (<https://github.com/LukeMathWalker/cargo-chef#how-it-works>);
/// - `turbo prune --docker`: manifests in `json`, the lock file beside it, sources in `full` only
///   (<https://turborepo.com/docs/reference/prune#--docker>);
/// - `uv export`, `poetry export`, `pipenv requirements`: the lock file, written as a list. Without
///   `--locked` or `--frozen` uv may resolve anew first, `pip-compile` always does;
/// - Spring Boot's extraction: each layer a folder of its own, and the program in `application`
///   (<https://docs.spring.io/spring-boot/reference/packaging/container-images/dockerfiles.html>).
pub(super) fn made_of_lists(command: &Command, folder: &str) -> Option<Vec<Left>> {
    let operands: Vec<&str> = command.operands().filter(|word| !word.starts_with('+')).collect();
    let at = |path: &str, repeats| Left { place: Place::Replaced(absolute(folder, path)), repeats };
    let listed = |file: Option<&str>| file.map(|file| vec![at(file, true)]).unwrap_or_default();
    match (command.program(), operands.as_slice()) {
        ("cargo", ["chef", "prepare", ..]) | ("cargo-chef", ["prepare", ..]) => {
            Some(listed(command.flag_value("--recipe-path").or(Some("recipe.json"))))
        }
        (program, words) if command.has_flag(&["--docker"]) && prunes(program, words) => {
            let out = command.flag_value("--out-dir").unwrap_or("out");
            Some(vec![at(out, true), at(&format!("{out}/full"), false)])
        }
        ("uv", ["export", ..]) if command.has_flag(&["--locked", "--frozen"]) => {
            Some(listed(output(command)))
        }
        ("poetry", ["export", ..]) | ("pipenv", ["requirements", ..]) => {
            Some(listed(output(command)))
        }
        ("java", words) if words.contains(&"extract") => {
            let mode = command.arguments().iter().find_map(|word| word.strip_prefix("-Djarmode="));
            let in_layers = match mode? {
                "layertools" => true,
                "tools" => command.has_flag(&["--layers"]),
                _ => false,
            };
            let to = command.flag_value("--destination").unwrap_or(".");
            let layer = |name: &str, repeats| at(&format!("{to}/{name}"), repeats);
            in_layers.then(|| {
                let same = ["dependencies", "spring-boot-loader", "snapshot-dependencies"];
                let same = same.map(|name| layer(name, true)).into_iter();
                same.chain([layer("application", false)]).collect()
            })
        }
        _ => None,
    }
}

/// `turbo prune`, by itself or by way of what runs it.
fn prunes(program: &str, words: &[&str]) -> bool {
    let is_turbo = |word: &str| word == "turbo" || word.starts_with("turbo@");
    let runs = ["npx", "pnpx", "bunx", "yarn", "pnpm", "npm", "bun"].contains(&program);
    (program == "turbo" && words.first() == Some(&"prune"))
        || (runs && words.windows(2).any(|pair| is_turbo(pair[0]) && pair[1] == "prune"))
}

/// The file that a list is written to: `-o FILE`, `--output FILE`, `> FILE`.
fn output(command: &Command) -> Option<&str> {
    let flags = ["-o", "--output-file", "--output"];
    let words = command.arguments();
    let redirected = || {
        let (at, word) = words.iter().enumerate().find(|(_, word)| word.starts_with('>'))?;
        let file = word.trim_start_matches('>');
        if file.is_empty() { words.get(at + 1).map(String::as_str) } else { Some(file) }
    };
    flags.iter().find_map(|flag| command.flag_value(flag)).or_else(redirected)
}
