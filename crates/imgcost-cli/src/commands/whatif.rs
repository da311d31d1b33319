//! `imgcost whatif`: two images in, savings out.

use std::path::Path;

use imgcost::demand::Grouping;
use imgcost::estimate::{Terms, alternatives, scenario};
use imgcost::fleet::Service;
use imgcost::units::format_bytes;
use imgcost_image::Reference;
use imgcost_inventory::quoted;
use imgcost_read::FleetFile;
use imgcost_report::View;

use crate::args::{Global, Lines, Whatif};
use crate::exit::Failure;
use crate::images::Images;
use crate::price_book;
use crate::result::{self, Outcome, scenario_prices};
use crate::scene;

pub(crate) fn run(whatif: &Whatif, global: &Global) -> Result<(), Failure> {
    computed(whatif, global, |view, outcome| result::write(view, outcome, global))
}

/// Computes the what-if and tells it.
pub(crate) fn computed<T>(
    whatif: &Whatif,
    global: &Global,
    tell: impl FnOnce(View<'_>, Outcome<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let as_of = result::as_of(global, None);
    let text = fleet_toml(whatif);
    let images = Images::new(&whatif.images, global);
    let opened = images.reader(Path::new(""));
    let file = imgcost_read::read_fleet_with_images("what-if", &text, as_of, &opened)
        .map_err(scene::in_flags)?;
    price_book::check_regions(&file.fleet, global)?;
    let FleetFile { fleet, services, mut given, assumed, .. } = file;
    let services = many(services, whatif.services);
    given.extend(scene::given_prices(&whatif.scene, &fleet, as_of)?);
    let book = price_book::book(&scenario_prices(&fleet, &services), given, global)?;

    let terms = Terms { as_of, free: global.free, currency: fleet.currency };
    let grouping = Grouping {
        by: global.group_by.clone(),
        per_service: global.lines.is_none_or(|lines| lines == Lines::Service),
    };
    let comparison = scenario(&fleet, &services, &grouping, &book, terms)?;
    let outcome = Outcome {
        title: title(whatif, services.first()),
        setting: vec![scene::setting(&whatif.scene, &fleet)],
        fleet: &fleet,
        services: &services,
        assumptions: scene::assumptions(&whatif.scene, &fleet, assumed.list()),
        alternatives: alternatives(&fleet, &services, &book, terms)?,
        by_month: Vec::new(),
        lines: global.lines != Some(Lines::None),
        exchange: Some(&whatif.exchange),
        warnings: images.notes(),
    };
    tell(View::Compare(&comparison), outcome)
}

/// The what-if as a fleet file, with one of its services.
pub(crate) fn fleet_toml(whatif: &Whatif) -> String {
    let before = described(whatif, &whatif.before, whatif.profile_before.as_deref());
    let after = described(whatif, &whatif.after, whatif.profile_after.as_deref());
    scene::fleet_toml(&whatif.scene, &before, &after)
}

/// An image as a fleet file has it: a size with its profile, or a reference.
fn described(whatif: &Whatif, image: &str, profile: Option<&str>) -> String {
    let profile = profile.map_or(String::new(), |name| format!(", profile = {}", quoted(name)));
    if Reference::is_meant(image) {
        return format!("{{ reference = {}{profile} }}", quoted(image));
    }
    let sizes = if whatif.compressed { ", sizes = \"compressed\"" } else { "" };
    format!("{{ size = {}{profile}{sizes} }}", quoted(image))
}

/// `--services 12` means twelve of them.
fn many(services: Vec<Service>, count: u32) -> Vec<Service> {
    let Some(one) = services.first().filter(|_| count > 1) else { return services };
    (1..=count).map(|n| Service { name: numbered(n), ..one.clone() }).collect()
}

/// What one of many services is called.
pub(super) fn numbered(n: u32) -> String {
    format!("service-{n}")
}

/// What the images were called, for the headline.
fn title(whatif: &Whatif, service: Option<&Service>) -> String {
    let what = match whatif.services {
        1 => "one service".to_owned(),
        count => format!("{count} services"),
    };
    let named = |text: &str, unpacked: Option<u64>| match unpacked {
        Some(bytes) => match Reference::parse(text) {
            Ok(image) => format!("{} ({})", short(&image), format_bytes(bytes)),
            Err(_) => spaced(text),
        },
        None => spaced(text),
    };
    let before = service.map(|service| service.before.unpacked().0);
    let after = service.map(|service| service.after.unpacked().0);
    format!("{what} from {} to {}", named(&whatif.before, before), named(&whatif.after, after))
}

/// What people call an image: `app:1.2`, `fat.tar`, `build:v1`.
fn short(image: &Reference) -> String {
    let tagged = |path: &Path, tag: &Option<String>| {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        tag.as_ref().map_or(name.to_string(), |tag| format!("{name}:{tag}"))
    };
    match image {
        Reference::Oci { folder, tag } => tagged(folder, tag),
        Reference::OciArchive { file, tag }
        | Reference::DockerArchive { file, tag }
        | Reference::Archive { file, tag } => tagged(file, tag),
        // Manifests are all called alike: what tells them apart is the folder.
        Reference::Manifest { file, .. } => match file.parent().and_then(Path::file_name) {
            Some(folder) => folder.to_string_lossy().into_owned(),
            None => tagged(file, &None),
        },
        Reference::Registry { repository, version, .. } => match version {
            Some(digest) if digest.contains(':') => format!("{repository}@{digest}"),
            Some(tag) => format!("{repository}:{tag}"),
            None => repository.clone(),
        },
    }
}

/// `1.2GB` as people write it in a sentence: `1.2 GB`.
fn spaced(size: &str) -> String {
    let unit = size.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(size.len());
    let (number, unit) = size.split_at(unit);
    format!("{} {unit}", number.trim())
}
