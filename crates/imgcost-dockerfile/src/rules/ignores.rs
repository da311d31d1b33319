use std::ops::Range;

use super::info::{ALL, IGNORE_WITHOUT_REASON, rule};
use super::suggest::instead;
use super::{Finding, Fix};
use crate::read::{Dockerfile, Problem};

/// A comment that ignores rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ignore {
    /// Ids of the rules.
    pub(super) rules: Vec<&'static str>,
    /// Why; empty if the comment does not say.
    pub(super) reason: String,
    /// The line of the instruction that it is about; `None` for the whole file.
    pub(super) line: Option<usize>,
    /// Its bytes.
    pub(super) span: Range<usize>,
    /// Its own line.
    own_line: usize,
}

/// The ignores of a file, and what is wrong with them.
///
/// `# imgcost ignore=rule-a,rule-b: the reason` directly above an instruction,
/// `# imgcost ignore-file=rule-a: the reason` above the first `FROM`.
pub(super) fn ignores(file: &Dockerfile) -> (Vec<Ignore>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for stage in &file.stages {
        starts.push((stage.line, stage.line));
        let own = stage.instructions.iter().filter(|found| !found.onbuild);
        starts.extend(own.map(|found| (found.line, found.end_line)));
    }
    starts.sort_unstable();
    let first = file.stages.first().map_or(0, |stage| stage.line);
    let mut at = 0;
    let lines: Vec<&str> = file.text.split('\n').collect();
    let below = below_comments(&lines);
    for (index, text) in lines.iter().enumerate() {
        let (line, start) = (index + 1, at);
        at += text.len() + 1;
        let Some(comment) = Comment::parse(text, start) else { continue };
        // Lines of a here-document are not comments of this file.
        let before = starts.partition_point(|(begins, _)| *begins < line);
        let inside = before > 0 && starts.get(before - 1).is_some_and(|(_, ends)| *ends >= line);
        if inside {
            continue;
        }
        let about = match comment.whole_file {
            Scope::File if line < first => None,
            Scope::File => {
                let help = "write it above the first FROM, or `ignore=` above one instruction";
                problems.push(Problem::new(
                    "misplaced-ignore",
                    comment.span,
                    "`ignore-file` stands below the first FROM",
                    help,
                ));
                continue;
            }
            Scope::Instruction => {
                let below = below.get(index).copied().unwrap_or(line);
                let at = starts.partition_point(|(begins, _)| *begins < below);
                if starts.get(at).is_none_or(|(begins, _)| *begins != below) {
                    let help = "write it directly above the instruction that it is about";
                    problems.push(Problem::new(
                        "misplaced-ignore",
                        comment.span,
                        "there is no instruction below this",
                        help,
                    ));
                    continue;
                }
                Some(below)
            }
        };
        let mut rules = Vec::new();
        for (name, span) in comment.rules {
            match rule(name) {
                Some(rule) => rules.push(rule.id),
                None => {
                    let known: Vec<&str> = ALL.iter().map(|rule| rule.id).collect();
                    let message = format!("there is no rule `{name}`");
                    problems.push(Problem::new(
                        "unknown-rule",
                        span,
                        message,
                        instead(name, &known),
                    ));
                }
            }
        }
        found.push(Ignore {
            rules,
            reason: comment.reason.to_owned(),
            line: about,
            span: comment.span,
            own_line: line,
        });
    }
    (found, problems)
}

/// For each line, the number of the first one from it on that is no comment.
fn below_comments(lines: &[&str]) -> Vec<usize> {
    let mut below = vec![lines.len() + 1; lines.len()];
    let mut first = lines.len() + 1;
    for (index, text) in lines.iter().enumerate().rev() {
        if !text.trim_start().starts_with('#') {
            first = index + 1;
        }
        if let Some(own) = below.get_mut(index) {
            *own = first;
        }
    }
    below
}

enum Scope {
    File,
    Instruction,
}

struct Comment<'t> {
    whole_file: Scope,
    rules: Vec<(&'t str, Range<usize>)>,
    reason: &'t str,
    span: Range<usize>,
}

impl<'t> Comment<'t> {
    fn parse(line: &'t str, start: usize) -> Option<Self> {
        let text = line.trim();
        let rest = text.strip_prefix('#')?.trim_start().strip_prefix("imgcost")?;
        let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
        let (whole_file, rest) = match rest.strip_prefix("ignore-file") {
            Some(rest) => (Scope::File, rest),
            None => (Scope::Instruction, rest.strip_prefix("ignore")?),
        };
        let list = rest.trim_start().strip_prefix('=')?;
        let (list, reason) = list.split_once(':').unwrap_or((list, ""));
        // Where a part of the line begins among the bytes of the file.
        let place = |part: &str| start + (part.as_ptr() as usize - line.as_ptr() as usize);
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let rules = names.map(|name| (name, place(name)..place(name) + name.len())).collect();
        let span = place(text)..place(text) + text.len();
        Some(Self { whole_file, rules, reason: reason.trim(), span })
    }
}

impl Ignore {
    /// Whether a finding on an instruction that begins on this line is ignored.
    pub(super) fn covers(&self, rule: &str, line: usize) -> bool {
        self.rules.contains(&rule) && self.line.is_none_or(|own| own == line)
    }

    /// What is to be said where there is no reason.
    pub(super) fn without_reason(&self) -> Option<Finding> {
        self.reason.is_empty().then(|| Finding {
            rule: IGNORE_WITHOUT_REASON.id,
            severity: IGNORE_WITHOUT_REASON.severity,
            span: self.span.clone(),
            line: self.own_line,
            step: None,
            ships: false,
            message: format!(
                "{} ignored without a reason",
                match self.rules.as_slice() {
                    [one] => format!("`{one}` is"),
                    several => format!("{} rules are", several.len()),
                }
            ),
            why: IGNORE_WITHOUT_REASON.why.to_owned(),
            help: "write it after a colon: `# imgcost ignore=RULE: the reason`".to_owned(),
            fix: Fix::Nothing,
        })
    }
}
