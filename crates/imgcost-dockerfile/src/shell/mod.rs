//! The commands of a `RUN`, word by word: enough to tell `npm ci` from `npm install` wherever it
//! stands in a chain.
//!
//! This is a splitter, not a shell: it knows quotes, escapes, operators and comments, and expands
//! nothing. Crates that parse all of a shell's grammar were looked at; the one that is kept well
//! (`brush-parser`) brings forty crates for a tree that would be flattened again.

mod split;

pub use split::{commands, commands_of, fed};

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// Variables set for it: `CI=true npm ci`.
    pub env: Vec<(String, String)>,
    /// Its words, quotes removed; the first is the program.
    pub words: Vec<String>,
}

/// Programs that run another one, with how many words of their own come first.
const WRAPPERS: [(&str, usize); 9] = [
    ("sudo", 1),
    ("exec", 1),
    ("command", 1),
    ("time", 1),
    ("nice", 1),
    ("env", 1),
    ("corepack", 1),
    ("eatmydata", 1),
    ("gosu", 2),
];

impl Command {
    /// The program without its folder, wrappers such as `sudo` skipped: `npm`.
    pub fn program(&self) -> &str {
        self.call().first().map_or("", |word| word.rsplit('/').next().unwrap_or(word))
    }

    /// The words after the program.
    pub fn arguments(&self) -> &[String] {
        self.call().get(1..).unwrap_or_default()
    }

    /// The arguments that are no flags, in their order: `ci` of `npm --silent ci --omit=dev`.
    pub fn operands(&self) -> impl Iterator<Item = &str> {
        self.arguments().iter().map(String::as_str).filter(|word| !word.starts_with('-'))
    }

    /// Whether one of these flags is given, alone or with a value: `--omit` matches `--omit=dev`.
    pub fn has_flag(&self, names: &[&str]) -> bool {
        self.arguments().iter().any(|word| {
            let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
            names.contains(&name)
        })
    }

    /// The value of a flag: `dev` of `--omit=dev` and of `--omit dev`.
    pub fn flag_value(&self, name: &str) -> Option<&str> {
        let arguments = self.arguments();
        arguments.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
            Some((found, value)) if found == name => Some(value),
            None if word == name => arguments.get(at + 1).map(String::as_str),
            _ => None,
        })
    }

    /// The value of a variable set for this command alone.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is a shell whose script comes from its input: `bash -e`, but not `bash install.sh`.
    pub(crate) fn reads_script(&self) -> bool {
        let is_shell = ["sh", "bash", "ash", "dash", "ksh", "zsh"].contains(&self.program());
        let mut words = self.arguments().iter();
        while let Some(word) = words.next() {
            match word.strip_prefix('-') {
                // `-o pipefail`.
                Some(flags) if flags.ends_with('o') => drop(words.next()),
                Some(flags) if !flags.starts_with('-') && flags.contains(['c', 's']) => {
                    return is_shell && flags.contains('s');
                }
                Some(_) => {}
                None if word.contains(['<', '>']) => {}
                None => return false,
            }
        }
        is_shell
    }

    /// The words from the program on.
    fn call(&self) -> &[String] {
        let mut words = self.words.as_slice();
        loop {
            let Some(first) = words.first() else { return words };
            let name = first.rsplit('/').next().unwrap_or(first);
            let Some((_, own)) = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name) else {
                return words;
            };
            let rest = words.get(*own..).unwrap_or_default();
            // Flags and settings of the wrapper itself: `sudo -E`, `env CI=1`.
            let skipped = rest
                .iter()
                .take_while(|word| word.starts_with('-') || (name == "env" && word.contains('=')));
            let skipped = skipped.count();
            if rest.len() == skipped {
                return words;
            }
            words = &rest[skipped..];
        }
    }
}
