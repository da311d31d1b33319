//! A typed view of a TOML tree: every look at a value either succeeds or says what stands there
//! and what should.

use std::ops::Range;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Flaw, Problems};
use crate::suggest::{instead, listed};
use crate::value::{self, Kind};

/// A table and the keys that it may have.
#[derive(Debug, Clone)]
pub(crate) struct View<'d> {
    pub(crate) table: &'d DeTable<'d>,
    pub(crate) span: Range<usize>,
    /// How messages call it, such as `[cluster.prod]`.
    pub(crate) what: String,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Item<'d> {
    pub(crate) key: &'d str,
    pub(crate) key_span: Range<usize>,
    pub(crate) span: Range<usize>,
    pub(crate) value: &'d DeValue<'d>,
}

/// Parses a document, reporting every syntax error; what could be read is returned in any case.
pub(crate) fn parse<'t>(text: &'t str, problems: &mut Problems<'_>) -> Spanned<DeTable<'t>> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let span = span.start.min(text.len())..span.end.min(text.len());
        let found =
            Diagnostic::error("toml-syntax", problems.file(), error.message().to_owned()).at(span);
        problems.push(found);
    }
    tree
}

/// All problems in the order of the file. Where there are syntax errors, which are the first
/// `syntax` ones, those that may only follow from them are left out.
pub(crate) fn in_order(problems: Problems<'_>, syntax: usize, text: &str) -> Vec<Diagnostic> {
    let mut found = problems.found;
    let broken: Vec<_> = found[..syntax].iter().filter_map(|found| found.span.clone()).collect();
    if !broken.is_empty() {
        found.retain(|found| found.code == "toml-syntax" || stands_apart(found, &broken, text));
    }
    found.sort_by_key(|found| found.span.as_ref().map_or(0, |span| span.start));
    found
}

/// Whether a problem does not merely follow from a syntax error: it is not about something
/// missing, and not on a line that could not be read.
fn stands_apart(found: &Diagnostic, broken: &[Range<usize>], text: &str) -> bool {
    let consequences = [
        "missing-key",
        "missing-table",
        "no-services",
        "no-prices",
        "unknown-registry",
        "unknown-cluster",
        "unknown-price",
    ];
    if consequences.contains(&found.code) {
        return false;
    }
    let Some(span) = &found.span else { return true };
    broken.iter().all(|broken| {
        let (first, last) = (broken.start.min(span.start), broken.start.max(span.start));
        text.get(first..last).is_some_and(|between| between.contains('\n'))
    })
}

/// Looks at a table and reports every key that is not known.
pub(crate) fn view<'d>(
    what: impl Into<String>,
    table: &'d DeTable<'d>,
    span: Range<usize>,
    known: &[&str],
    problems: &mut Problems<'_>,
) -> View<'d> {
    let what = what.into();
    for key in table.keys() {
        let name: &str = key.get_ref();
        if !known.contains(&name) {
            let message = format!("{what} has no key `{name}`");
            let help = match name {
                "services" => "write it above the first table of the file".to_owned(),
                _ => instead(name, known),
            };
            let flaw = Flaw::new("unknown-key", message, help).label("not a known key");
            problems.flaw(flaw, key.span());
        }
    }
    View { table, span, what }
}

impl<'d> View<'d> {
    /// The value of a key, if it is there.
    pub(crate) fn get(&self, key: &str) -> Option<Item<'d>> {
        let (key, value) = self.table.get_key_value(key)?;
        Some(item(key.get_ref(), key.span(), value))
    }

    /// The value of a key that must be there.
    pub(crate) fn need(
        &self,
        key: &str,
        example: &str,
        problems: &mut Problems<'_>,
    ) -> Option<Item<'d>> {
        let found = self.get(key);
        if found.is_none() {
            let message = format!("{} has no `{key}`", self.what);
            problems.error(
                "missing-key",
                self.span.clone(),
                message,
                format!("write {key} = {example}"),
            );
        }
        found
    }
}

/// All keys and values of a table, in the order of the file.
pub(crate) fn items<'d>(table: &'d DeTable<'d>) -> Vec<Item<'d>> {
    let mut all: Vec<_> =
        table.iter().map(|(key, value)| item(key.get_ref(), key.span(), value)).collect();
    all.sort_by_key(|item| item.key_span.start);
    all
}

fn item<'d>(key: &'d str, key_span: Range<usize>, value: &'d Spanned<DeValue<'d>>) -> Item<'d> {
    Item { key, key_span, span: value.span(), value: value.get_ref() }
}

impl<'d> Item<'d> {
    /// An element of an array, under the array's key.
    pub(crate) fn element(&self, value: &'d Spanned<DeValue<'d>>) -> Self {
        item(self.key, self.key_span.clone(), value)
    }

    /// Reports that something else should stand here.
    pub(crate) fn wrong_type(&self, wanted: &str, problems: &mut Problems<'_>) {
        let found = self.value.type_str();
        let message = format!("`{}` is {} {found}, not {wanted}", self.key, article(found));
        let flaw = Flaw::new("wrong-type", message, format!("write {wanted}"))
            .label(format!("{wanted} is expected"));
        problems.flaw(flaw, self.span.clone());
    }

    /// Reports a flaw of the value.
    pub(crate) fn flaw(&self, mut flaw: Flaw, problems: &mut Problems<'_>) {
        flaw.label.get_or_insert_with(|| format!("the value of `{}`", self.key));
        problems.flaw(flaw, self.span.clone());
    }

    fn settle<T>(&self, result: Result<T, Flaw>, problems: &mut Problems<'_>) -> Option<T> {
        result.map_err(|flaw| self.flaw(flaw, problems)).ok()
    }

    /// A string that is not empty.
    pub(crate) fn text(&self, problems: &mut Problems<'_>) -> Option<&'d str> {
        match self.value {
            DeValue::String(text) if text.trim().is_empty() => {
                let flaw = Flaw::new(
                    "empty-value",
                    format!("`{}` is empty", self.key),
                    "write a value or leave the key out",
                );
                self.flaw(flaw, problems);
                None
            }
            DeValue::String(text) => Some(text),
            _ => {
                self.wrong_type("a string in quotes", problems);
                None
            }
        }
    }

    /// The text of a quantity with a unit; a bare number is told which units there are.
    pub(crate) fn quantity_text(
        &self,
        example: &str,
        problems: &mut Problems<'_>,
    ) -> Option<&'d str> {
        let number = match self.value {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return self.text(problems),
        };
        let help = format!("write it in quotes with its unit, such as \"{example}\"");
        let is_number = number.starts_with(|c: char| c.is_ascii_digit());
        let flaw = if is_number {
            Flaw::new("bare-number", format!("`{}` is a bare number", self.key), help)
                .label("of what unit?")
        } else if number.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit()) {
            Flaw::new("negative-number", format!("`{number}` is negative"), help)
        } else {
            Flaw::new("not-a-number", format!("`{number}` is not a number"), help)
        };
        self.flaw(flaw, problems);
        None
    }

    /// A quantity with a unit, in quotes.
    pub(crate) fn quantity<T>(&self, kind: Kind<T>, problems: &mut Problems<'_>) -> Option<T> {
        let text = self.quantity_text(kind.example, problems)?;
        self.settle(value::quantity(text, kind), problems)
    }

    /// The text of a plain number: a string, or an integer without quotes.
    pub(crate) fn decimal_text(&self, problems: &mut Problems<'_>) -> Option<&'d str> {
        match self.value {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            DeValue::Float(number) => {
                let number = number.as_str();
                let flaw = if number.trim_start_matches(['-', '+']).starts_with(['n', 'i']) {
                    Flaw::new(
                        "not-a-number",
                        format!("`{number}` is not a number"),
                        "write a plain decimal number in quotes",
                    )
                } else {
                    let help = format!(
                        "write {} = \"{number}\"; a bare {number} is a binary float, which is rarely exact",
                        self.key
                    );
                    Flaw::new(
                        "unquoted-decimal",
                        format!("`{}` is a decimal without quotes", self.key),
                        help,
                    )
                };
                self.flaw(flaw, problems);
                None
            }
            _ => self.text(problems),
        }
    }

    /// A plain number such as an amount of money.
    pub(crate) fn decimal(&self, problems: &mut Problems<'_>) -> Option<Decimal> {
        let text = self.decimal_text(problems)?;
        self.settle(value::decimal(text.trim()), problems)
    }

    /// The text of a whole number without quotes.
    pub(crate) fn count_text(&self, problems: &mut Problems<'_>) -> Option<&'d str> {
        match self.value {
            DeValue::Integer(number) if number.radix() == 10 => {
                Some(number.as_str().trim_start_matches('+'))
            }
            DeValue::Float(number)
                if number.as_str().trim_start_matches(['-', '+']).starts_with(['n', 'i']) =>
            {
                let message = format!("`{}` is not a number", number.as_str());
                self.flaw(Flaw::new("not-a-number", message, "write a whole number"), problems);
                None
            }
            _ => {
                self.wrong_type("a whole number without quotes", problems);
                None
            }
        }
    }

    /// A whole number between two bounds; `thing` is what is counted, in the plural.
    pub(crate) fn count(
        &self,
        thing: &str,
        (least, most): (u32, u32),
        problems: &mut Problems<'_>,
    ) -> Option<u32> {
        let text = self.count_text(problems)?;
        self.settle(value::count(text, thing, least, most), problems)
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, problems: &mut Problems<'_>) -> Option<bool> {
        match self.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.wrong_type("true or false", problems);
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(
        &self,
        words: &[(T, &str)],
        problems: &mut Problems<'_>,
    ) -> Option<T> {
        let text = self.text(problems)?;
        self.settle(word(self.key, text, words), problems)
    }

    /// A day, in quotes or as TOML writes dates.
    pub(crate) fn date(&self, problems: &mut Problems<'_>) -> Option<NaiveDate> {
        let result = match self.value {
            DeValue::Datetime(moment) if moment.time.is_none() => value::date(&moment.to_string()),
            _ => value::date(self.text(problems)?),
        };
        self.settle(result, problems)
    }

    /// A table.
    pub(crate) fn table(&self, problems: &mut Problems<'_>) -> Option<&'d DeTable<'d>> {
        match self.value {
            DeValue::Table(table) => Some(table),
            _ => {
                self.wrong_type("a table", problems);
                None
            }
        }
    }

    /// A table of which the keys are known.
    pub(crate) fn view(
        &self,
        what: &str,
        known: &[&str],
        problems: &mut Problems<'_>,
    ) -> Option<View<'d>> {
        let table = self.table(problems)?;
        Some(view(what, table, self.span.clone(), known, problems))
    }

    /// An array.
    pub(crate) fn array(&self, problems: &mut Problems<'_>) -> Option<&'d DeArray<'d>> {
        match self.value {
            DeValue::Array(array) => Some(array),
            _ => {
                self.wrong_type("an array", problems);
                None
            }
        }
    }

    /// An array of strings.
    pub(crate) fn texts(
        &self,
        problems: &mut Problems<'_>,
    ) -> Option<Vec<(&'d str, Range<usize>)>> {
        let array = self.array(problems)?;
        let texts = array.iter().filter_map(|value| {
            let element = self.element(value);
            Some((element.text(problems)?, element.span))
        });
        Some(texts.collect())
    }
}

/// The value that goes by a word.
pub(crate) fn word<T: Copy>(key: &str, text: &str, words: &[(T, &str)]) -> Result<T, Flaw> {
    let found = words.iter().find(|(_, word)| *word == text);
    found.map(|(value, _)| *value).ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(_, word)| *word).collect();
        let near = crate::suggest::nearest(text, known.iter().copied());
        let help = match near {
            Some(near) => format!("write \"{near}\"; possible are {}", listed(&known)),
            None => format!("possible are {}", listed(&known)),
        };
        Flaw::new("unknown-value", format!("`{key}` cannot be `{text}`"), help)
    })
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
