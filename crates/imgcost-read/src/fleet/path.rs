//! How bytes travel from the registry to a cluster's nodes.

use imgcost::fleet::{Cloud, Leg, PathKind, Region};
use imgcost::units::{ParseError, Ratio, Share};
use toml::de::DeValue;

use crate::diagnostic::{Flaw, Problems};
use crate::suggest::nearest;
use crate::table::{Item, items};
use crate::value::SHARE;

pub(crate) const WORDS: [&str; 6] =
    ["direct", "nat", "s3-gateway", "interface-endpoint", "cross-az", "internet"];

/// Reads the name of a path: `nat`, `direct`, `s3-gateway`, `interface-endpoint`, `cross-az`,
/// `internet`, or `cross-region:REGION` (also with an equals sign).
///
/// # Errors
/// [`ParseError`] with the nearest name.
pub fn path_kind(text: &str) -> Result<PathKind, ParseError> {
    let text = text.trim();
    if let Some(region) = text.strip_prefix("cross-region") {
        let region = region.strip_prefix([':', '=']).unwrap_or_default().trim();
        if region.is_empty() {
            let help = "write the registry's region too, such as cross-region:us-west-2".to_owned();
            return Err(ParseError { problem: format!("`{text}` names no region"), help });
        }
        return Ok(PathKind::CrossRegion(Region::new(region)));
    }
    Ok(match text {
        "direct" => PathKind::Direct,
        "nat" => PathKind::Nat,
        "s3-gateway" => PathKind::S3Gateway,
        "interface-endpoint" => PathKind::InterfaceEndpoint,
        "cross-az" => PathKind::CrossAz,
        "internet" => PathKind::Internet,
        _ => {
            let list = format!("paths are {} and cross-region:REGION", WORDS.join(", "));
            let help = match nearest(text, WORDS) {
                Some(near) => format!("did you mean `{near}`? {list}"),
                None => list,
            };
            return Err(ParseError { problem: format!("`{text}` is not a path"), help });
        }
    })
}

/// Whether a cloud sells what the path needs.
pub(super) fn sells(cloud: &Cloud, path: &PathKind) -> bool {
    match path {
        PathKind::Nat => cloud.nat_data.is_some(),
        PathKind::S3Gateway => cloud.s3_gateway.is_some(),
        PathKind::InterfaceEndpoint => cloud.endpoint_data.is_some(),
        PathKind::CrossAz => cloud.cross_az.is_some(),
        PathKind::Direct | PathKind::CrossRegion(_) | PathKind::Internet => true,
    }
}

/// Reads `path = "nat"` or `path = { nat = "60%", s3-gateway = "40%" }`.
pub(super) fn read(
    item: &Item<'_>,
    cloud: &'static Cloud,
    problems: &mut Problems<'_>,
) -> Vec<Leg> {
    match item.value {
        DeValue::String(_) => {
            let Some(text) = item.text(problems) else { return Vec::new() };
            let kind = checked(text, item.span.clone(), cloud, problems);
            kind.map(|kind| Leg { kind, share: Share::ALL }).into_iter().collect()
        }
        DeValue::Table(table) => {
            let legs = items(table);
            shares(item, &legs, cloud, problems)
        }
        _ => {
            item.wrong_type("a path in quotes or a table of paths and shares", problems);
            Vec::new()
        }
    }
}

fn shares(
    path: &Item<'_>,
    items: &[Item<'_>],
    cloud: &'static Cloud,
    problems: &mut Problems<'_>,
) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    let mut sum = Some(Ratio::ZERO);
    for item in items {
        let kind = checked(item.key, item.key_span.clone(), cloud, problems);
        let share = item.quantity(SHARE, problems);
        sum = sum.zip(share).and_then(|(sum, share)| sum.add(share.get()).ok());
        let (Some(kind), Some(share)) = (kind, share) else { continue };
        if legs.iter().any(|leg| leg.kind == kind) {
            let message = format!("the path `{}` is given twice", kind.name());
            problems.error(
                "conflicting-keys",
                item.key_span.clone(),
                message,
                "write each path once",
            );
        } else if !share.is_none() {
            legs.push(Leg { kind, share });
        }
    }
    // A share that could not be read has been reported; the sum would only repeat it.
    if let Some(sum) = sum.filter(|sum| *sum != Ratio::ONE) {
        let percent = sum.mul(Ratio::whole(100)).unwrap_or(sum).to_decimal();
        let message = format!("the shares of `path` add up to {percent}%, not to 100%");
        let help = "write shares that add up to exactly 100%";
        path.flaw(
            Flaw::new("shares-do-not-add-up", message, help).label(format!("{percent}%")),
            problems,
        );
    }
    legs
}

fn checked(
    text: &str,
    span: std::ops::Range<usize>,
    cloud: &'static Cloud,
    problems: &mut Problems<'_>,
) -> Option<PathKind> {
    let kind = match path_kind(text) {
        Ok(kind) => kind,
        Err(ParseError { problem, help }) => {
            problems.flaw(Flaw::new("unknown-path", problem, help), span);
            return None;
        }
    };
    if sells(cloud, &kind) {
        return Some(kind);
    }
    let words = WORDS.iter().filter(|word| path_kind(word).is_ok_and(|kind| sells(cloud, &kind)));
    let there: Vec<_> = words.copied().collect();
    let message = format!("there is no path `{}` on {}", kind.name(), cloud.name);
    let elsewhere = if cloud.network == "other" {
        "; if the nodes are in a cloud, name it as the cluster's `provider`"
    } else {
        ""
    };
    let help = format!(
        "possible on {} are {} and cross-region:REGION{elsewhere}",
        cloud.name,
        there.join(", ")
    );
    problems.flaw(
        Flaw::new("path-not-available", message, help).label(format!("not on {}", cloud.name)),
        span,
    );
    None
}
