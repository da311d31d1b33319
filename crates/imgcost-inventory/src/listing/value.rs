//! Values that vendors write in more than one way, read from their own text.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};
use serde_json::value::RawValue;

/// When an image was last pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Pulled {
    /// The source does not tell.
    #[default]
    Unknown,
    /// Never, or never since the vendor keeps a record of it.
    Never,
    /// At this time.
    At(DateTime<Utc>),
}

/// A time: seconds since 1970 (`1565128275.0`, never through a binary float), or ISO 8601 with or
/// without an offset. `None` if it is neither, or not of this century.
pub(crate) fn moment(raw: &RawValue) -> Option<DateTime<Utc>> {
    let text = text(raw);
    let found = if text.contains('-') {
        let with_offset = DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc());
        let plain = |_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f");
        with_offset.or_else(|error| plain(error).map(|time| time.and_utc())).ok()?
    } else {
        let (seconds, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        if !digits(seconds) || !digits(fraction) {
            return None;
        }
        DateTime::from_timestamp(seconds.parse().ok()?, 0)?
    };
    (2000..2200).contains(&found.year()).then_some(found)
}

/// A count of bytes, as a number or as a number in quotes. `None` for zero, which vendors write
/// for "not known", and beyond 2^50, which is the most that fleet files take.
pub(crate) fn bytes(raw: &RawValue) -> Option<u64> {
    let text = text(raw);
    let number: u64 = digits(&text).then(|| text.parse().ok())??;
    (1..=1 << 50).contains(&number).then_some(number)
}

/// Tags: a list, or a text with commas, which is empty where there are none.
pub(crate) fn tags(raw: &RawValue) -> Vec<String> {
    if raw.get().starts_with('[') {
        return serde_json::from_str(raw.get()).unwrap_or_default();
    }
    let text = text(raw);
    text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// A day, for comments.
pub(crate) fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}

/// A length of time, for comments: `40 s`, `3 h`, `12 days`.
pub(crate) fn span(span: TimeDelta) -> String {
    match span.num_seconds() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7200 => format!("{} min", seconds / 60),
        seconds @ ..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// A string's content, or the text of anything else; `null` is empty.
fn text(raw: &RawValue) -> String {
    match raw.get() {
        "null" => String::new(),
        text if text.starts_with('"') => serde_json::from_str(text).unwrap_or_default(),
        text => text.to_owned(),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn times_are_epochs_or_iso_with_and_without_an_offset() {
        // date -u -d @1565128275 prints 2019-08-06 21:51:15; the ISO form is 17:51:15 at -04:00.
        let told = |json| moment(&raw(json)).map(|time| time.to_rfc3339());
        let same = Some("2019-08-06T21:51:15+00:00".to_owned());
        assert_eq!(told("1565128275.0"), same);
        assert_eq!(told("1565128275"), same);
        assert_eq!(told("\"2019-08-06T17:51:15-04:00\""), same);
        assert_eq!(told("\"2019-08-06T21:51:15\""), same);
        let odd = ["\"\"", "null", "-5", "1e9", "\"soon\"", "\"0001-01-01T00:00:00.000Z\"", "[]"];
        for odd in odd {
            assert_eq!(told(odd), None, "{odd}");
        }
    }

    #[test]
    fn sizes_are_numbers_with_or_without_quotes() {
        let told = |json| bytes(&raw(json));
        assert_eq!(told("\"185251002\""), Some(185_251_002));
        assert_eq!(told("185251002"), Some(185_251_002));
        for odd in ["\"0\"", "0", "-1", "1.5", "\"\"", "null", "18446744073709551616", "{}"] {
            assert_eq!(told(odd), None, "{odd}");
        }
    }

    #[test]
    fn tags_are_a_list_or_a_text() {
        assert_eq!(tags(&raw("[\"a\", \"b\"]")), ["a", "b"]);
        assert_eq!(tags(&raw("\"a, b\"")), ["a", "b"]);
        assert!(tags(&raw("\"\"")).is_empty());
        assert!(tags(&raw("null")).is_empty());
    }
}
