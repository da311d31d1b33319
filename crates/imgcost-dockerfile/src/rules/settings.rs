use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::Severity;
use super::info::{ALL, rule};
use super::suggest::instead;
use crate::read::Problem;

/// How much rules matter to somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    levels: BTreeMap<&'static str, Level>,
    /// The severity from which on a check fails, if the file says it.
    pub fail_on: Option<Severity>,
}

/// What a setting makes of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It is not told.
    Off,
    /// It is told with this severity.
    At(Severity),
}

impl Settings {
    /// What is set for a rule; `None` leaves it as it is.
    pub fn level(&self, id: &str) -> Option<Level> {
        self.levels.get(id).copied()
    }

    /// Sets what a rule is told as. A rule that is not there changes nothing.
    pub fn set(&mut self, id: &str, level: Level) {
        if let Some(rule) = rule(id) {
            self.levels.insert(rule.id, level);
        }
    }
}

/// Reads settings.
///
/// ```
/// use imgcost_dockerfile::rules::{Level, Severity, settings};
/// let text = "fail-on = \"warning\"\n[rules]\nno-healthcheck = \"off\"\nruns-as-root = \"error\"\n";
/// let settings = settings("imgcost.toml", text).unwrap();
/// assert_eq!(settings.level("no-healthcheck"), Some(Level::Off));
/// assert_eq!(settings.fail_on, Some(Severity::Warning));
/// ```
///
/// # Errors
/// Every problem at once: text that is no TOML, keys and rules that are not known, values that are
/// none of those that are.
pub fn settings(name: &str, text: &str) -> Result<Settings, Vec<Problem>> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let span = span.start.min(text.len())..span.end.min(text.len());
            let help = format!("{name} is TOML: see https://toml.io/en/v1.0.0");
            Problem::new("toml-syntax", span, error.message().to_owned(), help)
        })
        .collect();
    let mut settings = Settings::default();
    for (key, value) in tree.get_ref() {
        match key.get_ref().as_ref() {
            "fail-on" => match severity(value.get_ref()) {
                Some(severity) => settings.fail_on = Some(severity),
                None => problems.push(wrong_value(value.span(), &SEVERITIES)),
            },
            "rules" => match value.get_ref() {
                DeValue::Table(rules) => read_rules(rules, &mut settings, &mut problems),
                _ => problems.push(Problem::new(
                    "wrong-type",
                    value.span(),
                    "`rules` is a table",
                    "write [rules], and below it RULE = \"warning\"",
                )),
            },
            other => {
                let message = format!("there is no key `{other}` here");
                problems.push(Problem::new(
                    "unknown-key",
                    key.span(),
                    message,
                    instead(other, &["fail-on", "rules"]),
                ));
            }
        }
    }
    problems.sort_by_key(|problem| problem.span.start);
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

const SEVERITIES: [&str; 3] = ["info", "warning", "error"];
const LEVELS: [&str; 4] = ["off", "info", "warning", "error"];

fn read_rules(rules: &DeTable<'_>, settings: &mut Settings, problems: &mut Vec<Problem>) {
    for (key, value) in rules {
        let id = key.get_ref().as_ref();
        let Some(rule) = rule(id) else {
            let known: Vec<&str> = ALL.iter().map(|rule| rule.id).collect();
            let message = format!("there is no rule `{id}`");
            problems.push(Problem::new("unknown-rule", key.span(), message, instead(id, &known)));
            continue;
        };
        let level = match value.get_ref() {
            DeValue::String(text) if text == "off" => Some(Level::Off),
            value => severity(value).map(Level::At),
        };
        match level {
            Some(level) => drop(settings.levels.insert(rule.id, level)),
            None => problems.push(wrong_value(value.span(), &LEVELS)),
        }
    }
}

fn severity(value: &DeValue<'_>) -> Option<Severity> {
    let DeValue::String(text) = value else { return None };
    match text.as_ref() {
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        _ => None,
    }
}

fn wrong_value(span: Range<usize>, known: &[&str]) -> Problem {
    let words: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
    Problem::new(
        "unknown-value",
        span,
        "this is no severity",
        format!("write one of {}", words.join(", ")),
    )
}
