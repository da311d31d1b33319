use crate::read::{Dockerfile, Instruction};

/// A step's name in parts: `[linux/amd64 build 4/7] RUN npm ci`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'n> {
    /// The name of its stage, or `stage-1`; `None` where the file has one stage only.
    pub(super) stage: Option<&'n str>,
    /// Its number among the steps of the stage, from 1.
    pub(super) number: usize,
    pub(super) command: &'n str,
}

impl<'n> Name<'n> {
    /// `None` for what is no instruction: `[internal] load build context`, `exporting to image`.
    pub(super) fn parse(name: &'n str) -> Option<Self> {
        let (label, command) = name.strip_prefix('[')?.split_once(']')?;
        // Numbers are padded: `[build  4/12]`.
        let mut words = label.split_whitespace().rev();
        let (number, total) = words.next()?.split_once('/')?;
        total.parse::<usize>().ok()?;
        // A platform has a slash, and no name of a stage has one.
        let stage = words.next().filter(|word| !word.contains('/'));
        let command = command.trim();
        // A linked copy is two steps: what is copied, and that it is put in place.
        let command = command.strip_prefix("LINK ").unwrap_or(command);
        Some(Self { stage, number: number.parse().ok()?, command })
    }
}

/// What a log may call an instruction: its text, with any value for its variables.
#[derive(Debug)]
pub(super) struct Pattern {
    /// What stands between the variables, without spaces.
    parts: Vec<String>,
    /// Whether a document follows, of which logs show the beginning.
    is_open: bool,
}

impl Pattern {
    pub(super) fn of(instruction: &Instruction, file: &Dockerfile) -> Self {
        let text = file.text.get(instruction.span.clone()).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        let is_open = first.contains("<<");
        let line = if is_open { first.to_owned() } else { file.line_of(&instruction.span) };
        let line = match line.split_once(char::is_whitespace) {
            Some((_, own)) if instruction.onbuild => own,
            _ => &line,
        };
        Self { parts: parts(&bare(line)), is_open }
    }

    /// Whether a step that says so is this instruction.
    pub(super) fn matches(&self, command: &str) -> bool {
        let command = bare(command);
        let Some((first, others)) = self.parts.split_first() else { return false };
        let Some(mut rest) = command.strip_prefix(first.as_str()) else { return false };
        let Some((last, between)) = others.split_last() else {
            return rest.is_empty() || self.is_open;
        };
        for part in between {
            match rest.split_once(part.as_str()) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        if self.is_open { rest.contains(last.as_str()) } else { rest.ends_with(last.as_str()) }
    }
}

/// Without spaces and escapes, which logs and files have in different places; the instruction's own
/// word in capitals.
fn bare(text: &str) -> String {
    let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.chars().filter(|c| !c.is_whitespace() && !['\\', '`'].contains(c));
    word.to_ascii_uppercase().chars().chain(rest).collect()
}

/// What stands between `$NAME`s and `${NAME}`s.
fn parts(text: &str) -> Vec<String> {
    let mut pieces = text.split('$');
    let mut parts: Vec<String> = pieces.next().map(str::to_owned).into_iter().collect();
    for piece in pieces {
        let after = match piece.strip_prefix('{') {
            Some(inner) => inner.split_once('}').map_or("", |(_, after)| after),
            None => piece.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        };
        parts.push(after.to_owned());
    }
    parts
}
