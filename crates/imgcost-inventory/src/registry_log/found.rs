//! What a log adds up to, as an inventory.

use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::Log;
use super::line::Form;
use super::lines::MOST_BYTES;
use super::tally::{Repository, Tally};
use crate::fact::{Fact, Rate, long};
use crate::inventory::{ImageFound, Inventory, RegistryFound, ServiceFound};

/// Repositories that the note about bytes names.
const NAMED: usize = 10;

/// The most that a fleet file takes as a rate.
const MOST_PER_MONTH: u64 = 1_000_000_000;

pub(super) fn inventory(log: &Log) -> Inventory {
    let (form, tally) = counted(log);
    let span = tally.span();
    let mut repositories: Vec<_> = tally.repositories.iter().collect();
    repositories.sort_by(|(a, left), (b, right)| {
        right.blob_bytes.cmp(&left.blob_bytes).then_with(|| a.cmp(b))
    });
    Inventory {
        name: "registry log".into(),
        sources: vec![source(log, form, tally)],
        notes: notes(log, form, tally, &repositories),
        registries: vec![RegistryFound {
            name: "main".into(),
            provider: Fact::new(
                "self-hosted".into(),
                "assumed: a log does not name the product; a managed registry has no such log",
            ),
            region: None,
            keep_last: None,
            notes: Vec::new(),
        }],
        clusters: Vec::new(),
        services: repositories.iter().map(|(name, found)| service(name, found, span)).collect(),
    }
}

/// Which of the two logs counts: the one that served more requests, because the other was cut or
/// thinned out; the structured one where they are equal, because it names clients behind a proxy.
fn counted(log: &Log) -> (Form, &Tally) {
    if log.access.served > log.structured.served {
        (Form::Access, &log.access)
    } else {
        (Form::Structured, &log.structured)
    }
}

fn source(log: &Log, form: Form, tally: &Tally) -> String {
    let time = |time: Option<chrono::DateTime<chrono::Utc>>| {
        time.map_or("?".to_owned(), |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
    };
    format!(
        "{} of {}: {} requests from {} to {} UTC, {}",
        form.title(),
        log.files.join(", "),
        tally.requests,
        time(tally.first),
        time(tally.last),
        long(tally.span()),
    )
}

fn notes(
    log: &Log,
    form: Form,
    tally: &Tally,
    repositories: &[(&String, &Repository)],
) -> Vec<String> {
    let sum = |of: fn(&Repository) -> u64| {
        repositories.iter().fold(0, |sum: u64, (_, found)| sum.saturating_add(of(found)))
    };
    let total = tally.blob_bytes();
    let largest = repositories
        .iter()
        .take(NAMED)
        .map(|(name, found)| format!("{name} {} B", found.blob_bytes))
        .collect::<Vec<_>>()
        .join(", ");
    let mut notes = vec![
        format!(
            "{total} B of blobs left the registry in {} (GET of a blob, status 200 or 206): {largest}.",
            long(tally.span()),
        ),
        format!(
            "Manifests are not in it: {} GET of {} B; {} HEAD moved nothing.",
            sum(|found| found.manifest_gets),
            sum(|found| found.manifest_bytes),
            sum(|found| found.manifest_heads),
        ),
        "`pulls` are these bytes in whole images, so that `pulls` x compressed size is what was \
         logged; what clients had already is not in it."
            .into(),
        "Clients are told apart by address: behind a proxy or NAT many nodes are one client."
            .into(),
    ];
    let naive = repositories.iter().fold(0_u128, |sum, (_, found)| sum + naive(found));
    notes.extend(times(naive, total).map(|times| {
        format!(
            "GETs of manifests x size would be {naive} B, {times} times as much: clients cache \
             layers, and an index and its manifest are two GETs."
        )
    }));
    if tally.span() < TimeDelta::days(1) {
        notes.push(format!(
            "The log covers {} only: rates a month are that short time times many.",
            long(tally.span())
        ));
    }
    let redirects = sum(|found| found.redirects);
    if redirects > 0 {
        notes.push(format!(
            "{redirects} GETs of blobs were redirected to the storage behind the registry: those \
             bytes are in the storage's own log, and not here."
        ));
    }
    let other = match form {
        Form::Access => (Form::Structured, &log.structured),
        Form::Structured => (Form::Access, &log.access),
    };
    if other.1.requests > 0 {
        notes.push(format!(
            "A registry logs each request in both forms. The {} ({} requests, {total} B) counts; \
             the {} ({} requests, {} B) does not. If they are of different registries, read them \
             one by one.",
            form.title(),
            tally.requests,
            other.0.title(),
            other.1.requests,
            other.1.blob_bytes(),
        ));
    }
    if log.too_long > 0 {
        notes.push(format!("{} lines longer than {MOST_BYTES} B were skipped.", log.too_long));
    }
    if log.not_understood > 0 {
        notes.push(format!(
            "{} of {} lines were not understood and were skipped.",
            log.not_understood, log.lines
        ));
    }
    notes
}

fn service(name: &str, found: &Repository, span: TimeDelta) -> ServiceFound {
    let (size, blobs) = found.largest_pull();
    let pulls = equivalents(found.blob_bytes, size, span).filter(plausible);
    let image = match &pulls {
        Some(_) => ImageFound::Compressed(Fact::new(
            size,
            format!("largest pull of one client in the log, {blobs} blobs: at least this big"),
        )),
        None if found.redirects > 0 => ImageFound::Unknown(
            "its blobs were redirected to the storage behind the registry".into(),
        ),
        None if found.blob_bytes > 0 => {
            ImageFound::Unknown("the log covers too short a time for its many pulls".into())
        }
        None => ImageFound::Unknown("no blob of it was pulled in the log".into()),
    };
    let mut notes = Vec::new();
    if found.blob_gets + found.manifest_gets > 0 {
        notes.push(format!(
            "{} GETs of {} blobs by {} addresses, {} of them for a part; {} GETs of manifests.",
            found.blob_gets,
            found.blobs(),
            found.pullers(),
            found.partial_gets,
            found.manifest_gets,
        ));
    }
    notes.extend(times(naive(found), found.blob_bytes).map(|times| {
        format!("GETs of manifests x size would be {times} times the bytes that left.")
    }));
    if found.mounts > 0 {
        notes.push(format!("{} blobs were mounted from other repositories.", found.mounts));
    }
    let digests = match found.pushes_of_digests {
        0 => String::new(),
        count => format!(", and {count} manifests without a tag"),
    };
    ServiceFound {
        name: name.to_owned(),
        pulls: pulls.map(|rate| {
            let from = format!("{} B in {} / {size} B", found.blob_bytes, long(span));
            Fact::new(rate, from)
        }),
        pushes: Some(Rate { events: found.pushes_of_tags, over: span }).filter(plausible).map(
            |rate| {
                let pushed = found.pushes_of_tags;
                Fact::new(rate, format!("{pushed} tags pushed in {}{digests}", long(span)))
            },
        ),
        image,
        notes,
        not_built: Some("an access log does not tell of builds".into()),
        ..ServiceFound::default()
    }
}

fn plausible(rate: &Rate) -> bool {
    rate.per_month() <= Decimal::from(MOST_PER_MONTH)
}

/// What manifest pulls times size would come to.
fn naive(found: &Repository) -> u128 {
    u128::from(found.manifest_gets) * u128::from(found.largest_pull().0)
}

fn times(naive: u128, real: u64) -> Option<Decimal> {
    let naive = u64::try_from(naive).ok()?;
    let times = Decimal::from(naive).checked_div(Decimal::from(real))?;
    Some(times.round_dp(2).normalize())
}

/// `bytes / size` over `span`, as a rate. A [`Rate`] counts whole events, so both count and time
/// are multiplied by as large a power of ten as fits: 2.0004 in a day are 20,004 in 10,000 days.
fn equivalents(bytes: u64, size: u64, span: TimeDelta) -> Option<Rate> {
    if bytes == 0 || size == 0 {
        return None;
    }
    // Times are 64 bits of milliseconds, and decimals have 28 digits for events x seconds a month.
    let (most_seconds, most_events) = (1_000_000_000_000_000, 1_000_000_000_000_000_000_u128);
    let mut seconds = span.num_seconds().clamp(1, most_seconds);
    let mut count = u128::from(bytes);
    while seconds <= most_seconds / 10 && count * 10 / u128::from(size) <= most_events {
        seconds *= 10;
        count *= 10;
    }
    let size = u128::from(size);
    let events = u64::try_from((count + size / 2) / size).ok()?;
    Some(Rate { events, over: TimeDelta::try_seconds(seconds)? })
}

impl Form {
    fn title(self) -> &'static str {
        match self {
            Self::Access => "access log",
            Self::Structured => "structured log",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_images_times_size_is_what_was_logged() {
        // 5,608,652 B / 2,803,580 B = 2.000531... images in 559 s; a month has 2,628,000 s:
        // 2.000531... x 2,628,000 / 559 = 9405.040378...
        let rate = equivalents(5_608_652, 2_803_580, TimeDelta::seconds(559)).unwrap();
        assert_eq!(rate.to_string(), "9405.006369/month");
        for (bytes, size, days) in [
            (1, 1_000_000_000_000, 3650),
            (u64::MAX, 1, 3650),
            (7_777_777_777_777, 3, 1),
            (123_456_789_012_345, 987_654_321, 30),
        ] {
            let span = TimeDelta::days(days);
            let Some(rate) = equivalents(bytes, size, span) else { panic!("{bytes} {size}") };
            // rate = bytes / size x month / span, each side exact to 6 decimals.
            let month = Decimal::from(730 * 3600) / Decimal::from(span.num_seconds());
            let exact = Decimal::from(bytes) / Decimal::from(size) * month;
            let off = (rate.per_month() - exact).abs();
            assert!(off <= Decimal::new(1, 6) + exact * Decimal::new(1, 15), "{bytes}: off {off}");
        }
    }
}
