//! Tools that are gone at the end of the step that needs them: the help of `build-tools-in-final`.

use super::rewrite::{and, parts, place, run};
use super::seen::{At, Seen};
use crate::ecosystem::{Act, Manager, package_name};
use crate::shell::Command;

/// What to write for tools that a step adds, by the place of the command and its manager. To remove
/// them again is advised only where nothing is lost by it: no later step may need them, and no library
/// that came with them.
pub(super) fn without_tools(
    seen: &Seen<'_>,
    at: &At<'_>,
    (added, manager): (usize, Manager),
    named: &[String],
    later: &[At<'_>],
) -> String {
    let bring_libraries = named.iter().any(|package| brings_libraries(manager, package));
    let used_here = at.commands().iter().enumerate().skip(added + 1).any(|(place, command)| {
        !keeps_house(command)
            && !at.done.acts.iter().any(|(own, act)| *own == place && is_system(act))
    });
    let used_later =
        later.iter().any(|step| step.commands().iter().any(|command| !keeps_house(command)));
    let removed = (used_here && !used_later && !bring_libraries)
        .then(|| removed(seen, at, (added, manager), named))
        .flatten();
    removed.unwrap_or_else(|| {
        let stage = "build in a stage of its own and copy its result";
        match bring_libraries {
            true => format!("{stage}; the image needs the libraries that it runs with, without headers and compilers"),
            false => stage.to_owned(),
        }
    })
}

/// A step that removes its tools at its end.
fn removed(
    seen: &Seen<'_>,
    at: &At<'_>,
    (added, manager): (usize, Manager),
    named: &[String],
) -> Option<String> {
    let text = seen.text(at);
    match manager {
        Manager::Apt => {
            let names: Vec<&str> =
                named.iter().map(|package| package_name(manager, package)).collect();
            and(&text, &format!("apt-get purge -y --auto-remove {}", names.join(" ")))
        }
        Manager::Apk => {
            let (flags, script) = parts(&text);
            let place = place(script, at.commands().get(added)?)?;
            let mut words: Vec<String> =
                place.words_of(script).into_iter().map(str::to_owned).collect();
            let packages = words.iter().filter(|word| !word.starts_with('-')).count();
            // The program, its verb, and nothing else that would go as well.
            if packages != named.len() + 2
                || words.iter().any(|word| word.starts_with("--virtual") || word == "-t")
            {
                return None;
            }
            let add = words.iter().position(|word| word == "add")?;
            words.insert(add + 1, "--virtual .build-deps".to_owned());
            and(&run(flags, &place.replaced(script, &words)), "apk del .build-deps")
        }
        _ => None,
    }
}

/// Whether libraries come with a package that what is compiled with it needs when it runs: they are
/// removed with it, since nothing else asked for them.
fn brings_libraries(manager: Manager, package: &str) -> bool {
    let name = package_name(manager, package);
    // Headers of the C library and of the kernel, whose libraries are part of every image.
    if ["musl-dev", "libc-dev", "libc6-dev", "linux-headers", "linux-libc-dev"].contains(&name) {
        return false;
    }
    let headers = name.ends_with("-dev") || name.ends_with("-devel");
    // Alpine has libstdc++ and libgcc with its compilers only; Fortran's library is nowhere else.
    let compilers = ["g++", "gcc", "build-base", "clang", "gfortran"].contains(&name);
    headers || name == "gfortran" || (compilers && manager != Manager::Apt)
}

/// Whether something is done by a package manager of the system, which compiles nothing.
fn is_system(act: &Act) -> bool {
    match act {
        Act::Add { manager, .. } | Act::Remove { manager, .. } => manager.is_system(),
        Act::Update(manager) | Act::CleanCache(manager) => manager.is_system(),
        _ => false,
    }
}

/// Whether a command only moves, deletes or says something.
fn keeps_house(command: &Command) -> bool {
    const PROGRAMS: [&str; 22] = [
        "", "rm", "ln", "mkdir", "chmod", "chown", "chgrp", "useradd", "adduser", "groupadd",
        "addgroup", "echo", "touch", "mv", "cp", "cd", "set", "true", "test", "[", "export",
        "printf",
    ];
    PROGRAMS.contains(&command.program())
}
