//! Checks of what flags are given.

use chrono::NaiveDate;
use imgcost::fleet::{self, Cloud, RegistryProvider};
use imgcost::gate::LeastSaving;
use imgcost::units::{
    self, Compressed, CompressionRatio, Money, ParseError, PerMonth, Percent, Share, Span,
};
use imgcost_image::{ImageError, Platform, Reference};

/// A check that keeps the text: it goes into a fleet file as it was written.
type Checked = Result<String, String>;

fn checked<T>(text: &str, parsed: Result<T, ParseError>) -> Checked {
    parsed.map(|_| text.to_owned()).map_err(|error| format!("{}; {}", error.problem, error.help))
}

pub(super) fn image(text: &str) -> Checked {
    if Reference::is_meant(text) {
        return match Reference::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(told(&error)),
        };
    }
    checked(text, units::parse_bytes(text))
}

pub(super) fn reference(text: &str) -> Result<Reference, String> {
    Reference::parse(text).map_err(|error| told(&error))
}

fn told(error: &ImageError) -> String {
    let help = error.help.as_deref().map_or(String::new(), |help| format!("; {help}"));
    format!("{}{help}", error.problem)
}

pub(super) fn platform(text: &str) -> Result<Platform, String> {
    Platform::parse(text)
        .ok_or_else(|| "write a platform such as linux/amd64 or linux/arm64/v8".into())
}

pub(super) fn bytes(text: &str) -> Result<u64, String> {
    units::parse_bytes(text).map_err(|error| format!("{}; {}", error.problem, error.help))
}

pub(super) fn money(text: &str) -> Result<Money, String> {
    match Money::parse(text) {
        Ok(amount) if amount >= Money::ZERO => Ok(amount),
        Ok(_) => Err("an amount is not less than nothing".into()),
        Err(error) => Err(format!("{}; {}", error.problem, error.help)),
    }
}

pub(super) fn percent(text: &str) -> Result<Percent, String> {
    Percent::parse(text).map_err(|error| format!("{}; {}", error.problem, error.help))
}

pub(super) fn least_saving(text: &str) -> Result<LeastSaving, String> {
    if !text.trim_end().ends_with('%') {
        return bytes(text).map(|size| LeastSaving::Bytes(Compressed(size)));
    }
    // No image saves more than all of itself.
    share(text)?;
    percent(text).map(LeastSaving::Percent)
}

pub(super) fn rate(text: &str) -> Checked {
    checked(text, PerMonth::parse(text))
}

pub(super) fn share(text: &str) -> Checked {
    checked(text, Share::parse(text))
}

pub(super) fn span(text: &str) -> Checked {
    checked(text, Span::parse(text))
}

pub(super) fn lifetime(text: &str) -> Checked {
    if text == "static" { Ok(text.to_owned()) } else { span(text) }
}

pub(super) fn price(text: &str) -> Checked {
    checked(text, units::parse_decimal(text))
}

pub(super) fn ratio(text: &str) -> Checked {
    checked(text, units::parse_decimal(text).and_then(CompressionRatio::new))
}

/// One of a list of names, with the others in the error.
fn one_of<'n>(text: &str, known: bool, mut names: impl Iterator<Item = &'n str>) -> Checked {
    if known {
        return Ok(text.to_owned());
    }
    let first = names.next().unwrap_or_default().to_owned();
    Err(format!("known names are {}", names.fold(first, |list, name| list + ", " + name)))
}

pub(super) fn registry(text: &str) -> Checked {
    let names = RegistryProvider::all().iter().map(|provider| provider.name);
    one_of(text, RegistryProvider::named(text).is_some(), names)
}

pub(super) fn cloud(text: &str) -> Checked {
    one_of(text, Cloud::named(text).is_some(), Cloud::all().iter().map(|cloud| cloud.name))
}

pub(super) fn runner(text: &str) -> Checked {
    let known = text == "none" || fleet::runner_price(text).is_some();
    one_of(text, known, fleet::runner_families())
}

pub(super) fn path(text: &str) -> Checked {
    let (way, part) = text.split_once(':').map_or((text, None), |(way, part)| (way, Some(part)));
    // `cross-region:us-east-1` and `cross-region=us-east-1` name a region, perhaps with a share after it.
    let (way, part) = match (way, part) {
        ("cross-region", Some(rest)) => {
            ("cross-region=", rest.split_once(':').map(|(_, part)| part))
        }
        other => other,
    };
    if let Some(part) = part {
        share(part)?;
    }
    let ways = ["direct", "nat", "s3-gateway", "interface-endpoint", "cross-az", "internet"];
    let known = ways.contains(&way) || way.starts_with("cross-region=");
    one_of(text, known, ways.into_iter().chain(["cross-region=REGION"]))
}

pub(super) fn build_arg(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    if name.is_empty() {
        return Err("write NAME=VALUE".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn parse_date(text: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "write a date such as 2026-01-31".to_owned())?;
    let year = chrono::Datelike::year(&day);
    if (2000..2100).contains(&year) {
        Ok(day)
    } else {
        Err("no prices are known for that year".into())
    }
}
