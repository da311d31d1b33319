//! Images as JSON, schema version 1.

use std::io::{self, Write};

use imgcost_image::{Choice, InspectedLayer, WasteKind};
use serde_json::{Value, json};

use super::inspect::{InspectReport, Inspected, changes_with, compressed_from};
use crate::dto::SCHEMA_VERSION;

/// Writes images as JSON. Bytes are integers; `unpacked` is null where it cannot be known, and then
/// `unpacked_by_ratio` has what the ratio makes of the size on the wire.
///
/// # Errors
/// Those of the writer.
pub fn inspect_json(report: &InspectReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let images = report.images.iter().enumerate();
    let images: Vec<Value> = images.map(|(place, found)| image(report, place, found)).collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "images": images,
        "unique_compressed": report.sharing.unique,
        "sum_compressed": report.sharing.sum,
        "ratio": report.ratio,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn image(report: &InspectReport<'_>, place: usize, image: &Inspected<'_>) -> Value {
    let found = image.found;
    let others = match &found.choice {
        Choice::Only => Vec::new(),
        Choice::OneOf { others } => others.iter().map(ToString::to_string).collect(),
    };
    json!({
        "ref": found.reference,
        "digest": found.manifest.as_ref().map(ToString::to_string),
        "platform": found.platform.as_ref().map(ToString::to_string),
        "other_platforms": others,
        "created": found.created.map(|at| at.to_rfc3339()),
        "compressed": image.compressed,
        "unpacked": found.unpacked(),
        "unpacked_by_ratio": found.unpacked().is_none().then_some(image.unpacked),
        "config": { "digest": found.config.digest.to_string(), "size": found.config.size },
        "attached": found.attached,
        "layers": layers(report, place, image),
        "verified": found.verified,
        "waste": waste(image, report),
        "notes": found.notes,
    })
}

fn layers(report: &InspectReport<'_>, place: usize, image: &Inspected<'_>) -> Vec<Value> {
    let layer = |(at, layer): (usize, &InspectedLayer)| {
        let (sizes, trigger) = (image.sizes.get(at)?, image.triggers.get(at)?);
        let with = report.sharing.with.get(place).and_then(|layers| layers.get(at));
        let names = with.into_iter().flatten().filter_map(|n| report.images.get(*n));
        let names: Vec<&str> = names.map(|other| other.found.reference.as_str()).collect();
        Some(json!({
            "digest": layer.digest.to_string(),
            "diff_id": layer.diff_id.as_ref().map(ToString::to_string),
            "compressed": sizes.compressed.0,
            "compressed_from": compressed_from(sizes),
            "unpacked": layer.unpacked.map(|(bytes, _)| bytes),
            "unpacked_from": layer.unpacked.map(|(_, from)| from.name()),
            "codec": layer.codec.name(),
            "media_type": layer.media_type,
            "created_by": layer.created_by,
            "created": layer.created.map(|at| at.to_rfc3339()),
            "trigger": trigger.name(),
            "changes_with": image.rebuilt_by.get(at).map(|set| changes_with(*set)),
            "shared_with": names,
        }))
    };
    image.found.layers.iter().enumerate().filter_map(layer).collect()
}

fn waste(image: &Inspected<'_>, report: &InspectReport<'_>) -> Option<Value> {
    let waste = image.found.waste.as_ref()?;
    let offenders: Vec<Value> = waste
        .offenders
        .iter()
        .map(|offender| {
            json!({
                "path": offender.path,
                "kind": kind(offender.kind),
                "bytes": offender.bytes,
                "count": offender.count,
                "layer": offender.layer,
            })
        })
        .collect();
    let cost = image.waste_cost.map(|cost| {
        json!({
            "monthly_billed": cost.monthly.to_string(),
            "per_deploy_billed": cost.per_deploy.to_string(),
            "currency": cost.currency.code(),
            "complete": cost.complete,
            "scene": report.scene,
        })
    });
    Some(json!({
        "hidden": waste.hidden,
        "hidden_by_layer": waste.hidden_by_layer,
        "needless": waste.needless,
        "needless_by_layer": waste.needless_by_layer,
        "offenders": offenders,
        "cost": cost,
    }))
}

fn kind(kind: WasteKind) -> &'static str {
    match kind {
        WasteKind::Overwritten => "overwritten",
        WasteKind::Deleted => "deleted",
        WasteKind::PackageCache => "package-cache",
        WasteKind::DevDependencies => "dev-dependencies",
    }
}
