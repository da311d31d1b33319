//! What images are made of, layer by layer, and what they ship in vain.

use std::io::{self, Write};

use imgcost::image::{Trigger, TriggerSet};
use imgcost::units::{Currency, Money, format_bytes};
use imgcost_image::{
    ByRatio, Choice, InspectedLayer, Inspection, LayerSizes, Sharing, UnpackedFrom, Waste,
    WasteKind,
};

use crate::csv::safe;
use crate::number::{decimals, money};
use crate::page::Page;
use crate::style::Colour;
use crate::table::{Align, Table};

/// Images as they were found.
#[derive(Debug)]
pub struct InspectReport<'r> {
    /// The images, in the order in which they were asked for.
    pub images: Vec<Inspected<'r>>,
    /// The layers that they have in common.
    pub sharing: Sharing,
    /// Unpacked bytes per compressed byte, for sizes that are not known.
    pub ratio: String,
    /// The scene in which waste was priced.
    pub scene: String,
}

/// One image, with what the model makes of it.
#[derive(Debug)]
pub struct Inspected<'r> {
    /// The image.
    pub found: &'r Inspection,
    /// What makes each layer's own content change, base first.
    pub triggers: Vec<Trigger>,
    /// Everything that rebuilds each layer, base first.
    pub rebuilt_by: Vec<TriggerSet>,
    /// Both sizes of each layer.
    pub sizes: Vec<LayerSizes>,
    /// Compressed bytes of all layers.
    pub compressed: u64,
    /// Unpacked bytes of all layers.
    pub unpacked: u64,
    /// What its waste costs, where layers were read and prices are known.
    pub waste_cost: Option<WasteCost>,
}

/// What an image's waste costs: the difference of two estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WasteCost {
    /// Billed a month.
    pub monthly: Money,
    /// Billed per deploy.
    pub per_deploy: Money,
    /// The currency.
    pub currency: Currency,
    /// Whether every line had a price.
    pub complete: bool,
}

/// Offenders shown to people; JSON and CSV have all.
const SHOWN: usize = 8;

/// Writes images for people.
///
/// # Errors
/// Those of the writer.
pub fn inspect_text(
    report: &InspectReport<'_>,
    colour: Colour,
    out: &mut dyn Write,
) -> io::Result<()> {
    page(report).text(colour, out)
}

/// Writes images as markdown.
///
/// # Errors
/// Those of the writer.
pub fn inspect_markdown(report: &InspectReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    page(report).markdown(out)
}

/// Writes images as CSV, one row for each layer, exact.
///
/// # Errors
/// Those of the writer.
pub fn inspect_csv(report: &InspectReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "ref",
        "layer",
        "digest",
        "compressed",
        "compressed_from",
        "unpacked",
        "unpacked_from",
        "codec",
        "trigger",
        "hidden",
        "needless",
        "created_by",
    ])?;
    for image in &report.images {
        let hidden = |pick: fn(&Waste) -> &Vec<u64>, place: usize| {
            let bytes = image.found.waste.as_ref().and_then(|waste| pick(waste).get(place));
            bytes.map_or(String::new(), u64::to_string)
        };
        for (place, layer) in image.found.layers.iter().enumerate() {
            let (Some(sizes), Some(trigger)) = (image.sizes.get(place), image.triggers.get(place))
            else {
                continue;
            };
            writer.write_record([
                safe(&image.found.reference),
                place.to_string(),
                layer.digest.to_string(),
                sizes.compressed.0.to_string(),
                compressed_from(sizes).to_owned(),
                layer.unpacked.map_or(String::new(), |(bytes, _)| bytes.to_string()),
                layer.unpacked.map_or("", |(_, from)| from.name()).to_owned(),
                layer.codec.name().to_owned(),
                trigger.name().to_owned(),
                hidden(|waste| &waste.hidden_by_layer, place),
                hidden(|waste| &waste.needless_by_layer, place),
                safe(&crate::printable(layer.created_by.as_deref().unwrap_or_default())),
            ])?;
        }
    }
    writer.flush()
}

/// Who says how many bytes a layer has on the wire.
pub(super) fn compressed_from(sizes: &LayerSizes) -> &'static str {
    if sizes.by_ratio == Some(ByRatio::Compressed) { "ratio" } else { "manifest" }
}

fn page(report: &InspectReport<'_>) -> Page {
    let mut page = Page { title: headline(report), ..Page::default() };
    for (place, image) in report.images.iter().enumerate() {
        page.heading(heading(place, image, report.images.len() > 1));
        page.table(layers(report, place, image));
        waste(&mut page, image, report);
        for note in &image.found.notes {
            page.note("Note", note);
        }
    }
    if report.images.iter().any(|image| image.found.waste.is_some() && !image.found.verified) {
        page.note("Not checked", "digests of layers that a docker archive holds unpacked: only their headers were read (--verify reads every byte).");
    }
    let by_ratio = |pick| {
        report
            .images
            .iter()
            .flat_map(|image| &image.sizes)
            .any(|sizes| sizes.by_ratio == Some(pick))
    };
    if by_ratio(ByRatio::Compressed) {
        page.note("~ on the wire", format!("docker archives hold layers unpacked: what a registry would send is the unpacked size divided by {} (--ratio).", report.ratio));
    }
    if by_ratio(ByRatio::Unpacked) {
        page.note("~ unpacked", format!("manifests do not tell: the size on the wire times {} (--ratio). Where the layers are at hand they are read; --unpacked fetches them from a registry.", report.ratio));
    }
    page
}

fn headline(report: &InspectReport<'_>) -> String {
    match report.images.as_slice() {
        [one] => format!(
            "{} is {} on the wire, {} unpacked, in {}.",
            one.found.reference,
            about(
                one.compressed,
                one.sizes.iter().any(|sizes| sizes.by_ratio == Some(ByRatio::Compressed))
            ),
            about(
                one.unpacked,
                one.sizes.iter().any(|sizes| sizes.by_ratio == Some(ByRatio::Unpacked))
            ),
            layer_count(one.found.layers.len()),
        ),
        images => format!(
            "{} images: {} on the wire one by one, {} where they share layers.",
            images.len(),
            format_bytes(report.sharing.sum),
            format_bytes(report.sharing.unique),
        ),
    }
}

fn layer_count(count: usize) -> String {
    if count == 1 { "one layer".into() } else { format!("{count} layers") }
}

fn about(bytes: u64, estimated: bool) -> String {
    format!("{}{}", if estimated { "~" } else { "" }, format_bytes(bytes))
}

fn heading(place: usize, image: &Inspected<'_>, numbered: bool) -> String {
    let mut text = String::new();
    if numbered {
        text = format!("{}. {}  ", place + 1, image.found.reference);
    }
    if let Some(platform) = &image.found.platform {
        text += &platform.to_string();
    }
    if let Choice::OneOf { others } = &image.found.choice {
        let others: Vec<_> = others.iter().map(ToString::to_string).collect();
        let others = if others.is_empty() { "no other".to_owned() } else { others.join(", ") };
        text += &format!(" (of an index; also {others}: --platform)");
    }
    if let Some(created) = image.found.created {
        text += &format!("  built {}", created.format("%Y-%m-%d"));
    }
    if let Some(manifest) = &image.found.manifest {
        text += &format!("  {manifest}");
    }
    if text.trim().is_empty() { "its layers, base first".into() } else { text.trim().into() }
}

fn layers(report: &InspectReport<'_>, place: usize, image: &Inspected<'_>) -> Table {
    let several = report.images.len() > 1;
    let mut columns = vec![
        ("", Align::Right),
        ("layer", Align::Left),
        ("on the wire", Align::Right),
        ("unpacked", Align::Right),
        ("codec", Align::Left),
        ("changes with", Align::Left),
    ];
    columns.extend(several.then_some(("shared with", Align::Left)));
    columns.push(("made by", Align::Left));
    let mut table = Table::new(columns);
    for (at, layer) in image.found.layers.iter().enumerate() {
        let (Some(sizes), Some(set)) = (image.sizes.get(at), image.rebuilt_by.get(at)) else {
            continue;
        };
        let mut row = vec![
            (at + 1).to_string(),
            short_digest(layer),
            about(sizes.compressed.0, sizes.by_ratio == Some(ByRatio::Compressed)),
            about(sizes.unpacked.0, sizes.by_ratio == Some(ByRatio::Unpacked)),
            codec(layer),
            changes_with(*set).to_owned(),
        ];
        if several {
            let with = report.sharing.with.get(place).and_then(|layers| layers.get(at));
            let with: Vec<_> = with.into_iter().flatten().map(|n| (n + 1).to_string()).collect();
            row.push(with.join(", "));
        }
        row.push(made_by(layer));
        table.push(row);
    }
    let rest = |wire: String, disk: String, name: &str| {
        let nothing = String::new;
        let mut row = vec![nothing(), name.to_owned(), wire, disk, nothing(), nothing(), nothing()];
        row.extend(several.then(String::new));
        row
    };
    let config = format_bytes(image.found.config.size);
    table.push(rest(config.clone(), config, "config"));
    if image.found.attached > 0 {
        let stored = format!("{} stored", format_bytes(image.found.attached));
        table.push(rest(stored, String::new(), "attestations"));
    }
    table
}

/// The most frequent of the reasons for which a layer is rebuilt.
pub(super) fn changes_with(set: TriggerSet) -> &'static str {
    let often = [Trigger::Deploy, Trigger::DependencyUpdate];
    often.into_iter().find(|trigger| set.contains(*trigger)).unwrap_or(Trigger::BaseRefresh).name()
}

fn short_digest(layer: &InspectedLayer) -> String {
    let text = layer.digest.to_string();
    text.split_once(':').map_or(text.as_str(), |(_, hex)| hex).chars().take(12).collect()
}

fn codec(layer: &InspectedLayer) -> String {
    match layer.unpacked {
        Some((_, UnpackedFrom::Annotation)) => format!("{} (annotated)", layer.codec.name()),
        _ => layer.codec.name().to_owned(),
    }
}

/// The instruction, on one line that fits a screen.
fn made_by(layer: &InspectedLayer) -> String {
    let text = layer.created_by.as_deref().unwrap_or("-");
    let text = text.strip_prefix("/bin/sh -c #(nop)").unwrap_or(text);
    let text = text.strip_suffix("# buildkit").unwrap_or(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn waste(page: &mut Page, image: &Inspected<'_>, report: &InspectReport<'_>) {
    let Some(waste) = &image.found.waste else { return };
    let total = waste.hidden + waste.needless;
    if total == 0 {
        page.note(
            "Waste",
            "none found: no file is shipped twice, deleted later, or a package manager's cache.",
        );
        return;
    }
    let share = share_of(total, image.unpacked);
    page.note(
        "Waste",
        format!(
            "{} unpacked ({share} %) are shipped in vain: {} that a later layer overwrites or deletes, {} that nothing needs at run time.",
            format_bytes(total),
            format_bytes(waste.hidden),
            format_bytes(waste.needless),
        ),
    );
    if let Some(cost) = image.waste_cost {
        let complete = if cost.complete { "" } else { " at least (a price is missing)" };
        page.note(
            "Its cost",
            format!(
                "{}{complete} a month, {} per deploy, for {} (flags of whatif change the scene).",
                money(cost.monthly, cost.currency),
                money(cost.per_deploy, cost.currency),
                report.scene,
            ),
        );
    }
    let mut table = Table::new([
        ("bytes", Align::Right),
        ("why", Align::Left),
        ("layer", Align::Right),
        ("path", Align::Left),
    ]);
    for offender in waste.offenders.iter().take(SHOWN) {
        let count =
            if offender.count > 1 { format!(" ({} files)", offender.count) } else { String::new() };
        table.push([
            format_bytes(offender.bytes),
            why(offender.kind).to_owned(),
            (offender.layer + 1).to_string(),
            format!("{}{count}", offender.path),
        ]);
    }
    page.table(table);
}

fn share_of(part: u64, whole: u64) -> String {
    let (part, whole) =
        (rust_decimal::Decimal::from(part), rust_decimal::Decimal::from(whole.max(1)));
    decimals(part * rust_decimal::Decimal::ONE_HUNDRED / whole, 1)
}

/// Why bytes are in vain, in words.
pub(super) fn why(kind: WasteKind) -> &'static str {
    match kind {
        WasteKind::Overwritten => "overwritten later",
        WasteKind::Deleted => "deleted later",
        WasteKind::PackageCache => "package cache",
        WasteKind::DevDependencies => "development only",
    }
}
