//! `imgcost image inspect`: layers, both sizes, sharing, and waste with its price.

use std::sync::Arc;

use imgcost::demand::Grouping;
use imgcost::estimate::{Terms, Warning, scenario};
use imgcost::image::{Contents, Image};
use imgcost::units::CompressionRatio;
use imgcost_image::{
    ClassRule, Inspection, LayerSizes, ReadLayers, classes, contents, rebuilt_by, sharing, sizes,
    to_model, without_waste,
};
use imgcost_read::{ImageProblem, ImageRead, ImageRequest};
use imgcost_report::{InspectReport, Inspected, View, WasteCost};

use crate::args::{Document, Global, Inspect, Scene};
use crate::exit::Failure;
use crate::images::Images;
use crate::result::scenario_prices;
use crate::{files, price_book, result, scene};

pub(crate) fn run(inspect: &Inspect, global: &Global) -> Result<(), Failure> {
    let (ratio, ratio_text) = super::ratio(inspect.scene.ratio.as_deref())?;
    let images = Images::new(&inspect.images, global);
    let mut opened: Vec<Arc<[Inspection]>> = Vec::new();
    for reference in &inspect.references {
        opened.push(images.open(reference, ReadLayers::Yes)?);
    }
    let found: Vec<&Inspection> = opened.iter().flat_map(|images| images.iter()).collect();
    let blobs: Vec<Contents> =
        found.iter().map(|image| contents(image, ratio)).collect::<Result<_, _>>()?;
    let mut setting = String::new();
    let (mut inspected, mut warnings) = (Vec::new(), Vec::new());
    for image in found {
        let cost = waste_cost(image, ratio, &inspect.scene, &mut setting, &mut warnings, global)?;
        inspected.push(inspected_image(image, ratio, cost)?);
    }
    let report = InspectReport {
        images: inspected,
        sharing: sharing(&blobs),
        ratio: ratio_text,
        scene: setting,
    };
    let colour = result::colour(global);
    let format = global.document()?;
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::inspect_text(&report, colour, out),
        Document::Json => imgcost_report::inspect_json(&report, out),
        Document::Csv => imgcost_report::inspect_csv(&report, out),
        Document::Markdown => imgcost_report::inspect_markdown(&report, out),
    })?;
    result::object_to(warnings, global)
}

fn inspected_image(
    found: &Inspection,
    ratio: CompressionRatio,
    waste_cost: Option<WasteCost>,
) -> Result<Inspected<'_>, Failure> {
    let each = found.layers.iter().map(|layer| sizes(found, layer, ratio));
    let sizes: Vec<LayerSizes> = each.collect::<Result<_, _>>()?;
    let triggers = classes(found, ClassRule::History);
    Ok(Inspected {
        found,
        triggers: triggers.into_iter().map(|(trigger, _)| trigger).collect(),
        rebuilt_by: rebuilt_by(found, ClassRule::History),
        compressed: imgcost_image::total_compressed(&sizes),
        unpacked: imgcost_image::total_unpacked(&sizes),
        sizes,
        waste_cost,
    })
}

/// What the waste of an image costs in a scene: the image as it is against the image without it.
fn waste_cost(
    found: &Inspection,
    ratio: CompressionRatio,
    scene: &Scene,
    setting: &mut String,
    warnings: &mut Vec<Warning>,
    global: &Global,
) -> Result<Option<WasteCost>, Failure> {
    let Some(slim) = without_waste(found, ratio, ClassRule::History)? else { return Ok(None) };
    let fat = to_model(found, ratio, ClassRule::History)?.image;
    if fat == slim {
        return Ok(None);
    }
    let as_of = result::as_of(global, None);
    let text = scene::fleet_toml(scene, &named("image:as-it-is"), &named("image:without-waste"));
    let images = |request: &ImageRequest| -> Result<ImageRead, ImageProblem> {
        let image: &Image = if request.reference == "image:as-it-is" { &fat } else { &slim };
        Ok(ImageRead { image: image.clone(), used_ratio: false, chose_platform: false })
    };
    let file = imgcost_read::read_fleet_with_images("what-if", &text, as_of, &images)
        .map_err(scene::in_flags)?;
    price_book::check_regions(&file.fleet, global)?;
    *setting = scene::setting(scene, &file.fleet);
    let mut given = file.given;
    given.extend(scene::given_prices(scene, &file.fleet, as_of)?);
    let book = price_book::book(&scenario_prices(&file.fleet, &file.services), given, global)?;
    let terms = Terms { as_of, free: global.free, currency: file.fleet.currency };
    let found = scenario(&file.fleet, &file.services, &Grouping::default(), &book, terms)?;
    let sides = View::Compare(&found).sides();
    warnings.extend(sides.into_iter().flat_map(|side| side.warnings()));
    let saving = found.saving();
    Ok(Some(WasteCost {
        monthly: saving.monthly.billed,
        per_deploy: saving.per_deploy.billed,
        currency: terms.currency,
        complete: found.before.is_complete() && found.after.is_complete(),
    }))
}

fn named(reference: &str) -> String {
    format!("{{ reference = {} }}", imgcost_inventory::quoted(reference))
}
