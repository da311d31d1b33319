use std::collections::{BTreeMap, BTreeSet};

use super::Manager;
use super::project::begins;
use crate::shell::Command;

/// Variables that commands see: those of `ENV` and `ARG`, and settings that earlier commands made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    known: BTreeMap<String, String>,
    /// Managers that have installed packages, but not the project.
    begun: BTreeSet<Manager>,
}

impl Environment {
    /// Sets a variable, as `ENV` does.
    pub fn set(&mut self, name: &str, value: &str) {
        self.known.insert(name.to_owned(), value.to_owned());
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.known.get(name).map(String::as_str)
    }

    /// Whether a manager has installed packages, but not the project.
    pub(super) fn has_begun(&self, manager: Manager) -> bool {
        self.begun.contains(&manager)
    }

    /// Notes what a command sets for those after it: `export`, `npm config set`, `bundle config`,
    /// `poetry config`, `pip config set`, `. venv/bin/activate`; and packages that are installed without the project.
    pub fn learn(&mut self, command: &Command) {
        let begun = begins(command, self);
        self.begun.extend(begun);
        let words: Vec<&str> = command.operands().collect();
        match (command.program(), words.as_slice()) {
            ("export", pairs) => {
                for (name, value) in pairs.iter().filter_map(|pair| pair.split_once('=')) {
                    self.set(name, value);
                }
            }
            ("npm" | "pnpm", ["config", "set", name, rest @ ..]) => {
                let (name, value) = name.split_once('=').unwrap_or((name, ""));
                let value = rest.first().copied().unwrap_or(value);
                self.set(&format!("npm_config_{}", name.replace('-', "_")), value);
            }
            ("bundle" | "bundler", ["config", "set", name, value @ ..]) => {
                self.bundler(name, value)
            }
            ("bundle" | "bundler", ["config", name, value @ ..]) => self.bundler(name, value),
            ("poetry", ["config", name, value]) => {
                self.set(
                    &format!("POETRY_{}", name.replace(['.', '-'], "_").to_uppercase()),
                    value,
                );
            }
            // `. /opt/venv/bin/activate`.
            ("." | "source", [script, ..]) => {
                if let Some(folder) = script.strip_suffix("/bin/activate") {
                    self.set("VIRTUAL_ENV", folder);
                }
            }
            ("pip" | "pip3", ["config", "set", name, value]) => {
                let name = name.rsplit('.').next().unwrap_or(name);
                self.set(&format!("PIP_{}", name.replace('-', "_").to_uppercase()), value);
            }
            _ => {}
        }
    }

    /// Whether what a command sets ends with its shell, unlike what it writes to a file.
    pub(crate) fn forgets(command: &Command) -> bool {
        ["export", ".", "source"].contains(&command.program())
    }

    fn bundler(&mut self, name: &str, value: &[&str]) {
        self.set(&format!("BUNDLE_{}", name.replace('-', "_").to_uppercase()), &value.join(" "));
    }
}

/// A command together with the variables that it sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'c> {
    pub(super) command: &'c Command,
    pub(super) environment: &'c Environment,
    /// The words after the program, or after `python -m pip`.
    pub(super) arguments: &'c [String],
}

impl<'c> Call<'c> {
    /// The arguments that are neither flags, nor values of those flags, nor redirections.
    pub(super) fn operands(&self, valued: &[&str]) -> Vec<&'c str> {
        let mut words = self.arguments.iter().map(String::as_str);
        let mut found = Vec::new();
        while let Some(word) = words.next() {
            let redirected = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '&');
            if redirected.starts_with(['>', '<']) {
                // `> file` has its file in the next word, `>file` and `2>&1` do not.
                if redirected.trim_start_matches(['>', '<']).is_empty() {
                    words.next();
                }
            } else if valued.contains(&word) {
                words.next();
            } else if !word.starts_with('-') {
                found.push(word);
            }
        }
        found
    }

    /// Whether one of these flags is given and not switched off: `--production=false` does not count.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.arguments.iter().any(|word| match word.split_once('=') {
            Some((name, value)) => names.contains(&name) && is_on(value),
            None => names.contains(&word.as_str()),
        })
    }

    /// All values of a flag, in any of its spellings: `-r a.txt --requirement=b.txt`.
    pub(super) fn values(&self, names: &[&str]) -> Vec<&'c str> {
        let mut found = Vec::new();
        for (at, word) in self.arguments.iter().enumerate() {
            match word.split_once('=') {
                Some((name, value)) if names.contains(&name) => found.push(value),
                _ if names.contains(&word.as_str()) => {
                    found.extend(self.arguments.get(at + 1).map(String::as_str));
                }
                _ => {}
            }
        }
        found
    }

    /// The value of the first of these variables that is set.
    pub(super) fn variable(&self, names: &[&str]) -> Option<&'c str> {
        names
            .iter()
            .find_map(|name| self.command.variable(name).or_else(|| self.environment.get(name)))
    }

    /// Whether one of these variables is switched on.
    pub(super) fn is_set(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.variable(&[name]).is_some_and(is_on))
    }

    /// Whether a variable of npm's settings is given, in either spelling.
    pub(super) fn npm_config(&self, name: &str) -> Option<&'c str> {
        let lower = format!("npm_config_{name}");
        let upper = lower.to_uppercase();
        self.variable(&[&lower, &upper])
    }
}

/// Whether a setting's value switches it on.
pub(super) fn is_on(value: &str) -> bool {
    !["", "0", "false", "no", "off"].contains(&value.to_ascii_lowercase().as_str())
}
