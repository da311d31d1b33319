//! The scene in which a Dockerfile's image is priced: a service of a fleet file, or a what-if.

use std::path::Path;

use imgcost::estimate::Terms;
use imgcost::fleet::defaults::{self, Assumption};
use imgcost::fleet::{Cluster, Fleet, Service, Side};
use imgcost::image::Image;
use imgcost::price::PriceBook;
use imgcost::units::CompressionRatio;
use imgcost_dockerfile::price::Setting;
use imgcost_read::{Assumed, ImageProblem, ImageRead, ImageRequest};

use crate::args::{Global, ImageArgs, Scope};
use crate::exit::Failure;
use crate::fleet_file::{Loaded, service_named};
use crate::result::{self, scenario_prices};
use crate::{commands, files, price_book, scene};

/// A fleet, one of whose services is built by the Dockerfile.
pub(super) struct Scoped {
    pub(super) fleet: Fleet,
    pub(super) services: Vec<Service>,
    /// Which of them.
    pub(super) index: usize,
    pub(super) book: PriceBook,
    pub(super) terms: Terms,
    /// The scene in one line.
    pub(super) setting: String,
    pub(super) assumptions: Vec<Assumption>,
    /// The image that the fleet file gives the service.
    pub(super) given: Option<Image>,
    /// Which of the service's two images that is.
    pub(super) side: Side,
    pub(super) ratio: CompressionRatio,
    pub(super) warnings: Vec<String>,
}

impl Scoped {
    /// What estimates are made in.
    pub(super) fn priced_in(&self) -> Setting<'_> {
        let Self { fleet, services, index, book, terms, .. } = self;
        Setting { fleet, services, index: *index, book, terms: *terms }
    }
}

pub(super) fn scope(scope: &Scope, images: &ImageArgs, global: &Global) -> Result<Scoped, Failure> {
    match (&scope.fleet, &scope.service) {
        (Some(path), Some(service)) => of_fleet(path, service, scope, images, global),
        _ => of_what_if(scope, global),
    }
}

/// The one service of a what-if; its image is put in by whoever prices it.
fn of_what_if(scope: &Scope, global: &Global) -> Result<Scoped, Failure> {
    let (ratio, _) = commands::image::ratio(scope.scene.ratio.as_deref())?;
    let as_of = result::as_of(global, None);
    let image = "{ reference = \"image:of-the-dockerfile\" }";
    let text = scene::fleet_toml(&scope.scene, image, image);
    let images = |_: &ImageRequest| -> Result<ImageRead, ImageProblem> {
        let image = Image::of(Vec::new());
        Ok(ImageRead { image, used_ratio: false, chose_platform: false })
    };
    let file = imgcost_read::read_fleet_with_images("what-if", &text, as_of, &images)
        .map_err(scene::in_flags)?;
    price_book::check_regions(&file.fleet, global)?;
    let mut given = file.given;
    given.extend(scene::given_prices(&scope.scene, &file.fleet, as_of)?);
    let book = price_book::book(&scenario_prices(&file.fleet, &file.services), given, global)?;
    let assumptions = scene::assumptions(&scope.scene, &file.fleet, file.assumed.list());
    Ok(Scoped {
        assumptions: taken(assumptions, &file.fleet.clusters, global),
        setting: scene::setting(&scope.scene, &file.fleet),
        terms: Terms { as_of, free: global.free, currency: file.fleet.currency },
        fleet: file.fleet,
        services: file.services,
        index: 0,
        book,
        given: None,
        side: Side::Before,
        ratio,
        warnings: Vec::new(),
    })
}

fn of_fleet(
    path: &Path,
    name: &str,
    scope: &Scope,
    images: &ImageArgs,
    global: &Global,
) -> Result<Scoped, Failure> {
    if scope.scene.is_given() {
        return Err(Failure::usage(
            "the scene is the fleet file's",
            "leave out the flags of a what-if, or --fleet and --service",
        ));
    }
    let loaded = Loaded::open(path, images, global)?;
    let (mut services, mut own) = (Vec::new(), Assumed::NOTHING);
    loaded.each_service(|service, assumed| {
        if service.name == name {
            own = assumed;
        }
        services.push(service.clone());
    })?;
    let index = service_named(&services, name)?;
    let fleet = loaded.file.fleet.clone();
    let assumed = loaded.file.assumed_by.of(&services[index], own);
    let cluster = std::slice::from_ref(&fleet.clusters[services[index].cluster]);
    let assumptions = taken(assumed.list(), cluster, global);
    let book =
        price_book::book(&scenario_prices(&fleet, &services), loaded.file.given.clone(), global)?;
    let side = scope.side.map_or(Side::Before, Into::into);
    let (usual, _) = commands::image::ratio(None)?;
    let ratio = loaded.file.defaults.compression_ratio.unwrap_or(usual);
    Ok(Scoped {
        setting: format!("service {name} of {}, {}", fleet.name, files::name(path)),
        terms: loaded.terms,
        given: Some(services[index].image(side).clone()),
        side,
        warnings: loaded.images.notes(),
        assumptions,
        fleet,
        services,
        index,
        book,
        ratio,
    })
}

/// What was taken for granted, but for what is read from the Dockerfile: the shape of the image.
fn taken(assumptions: Vec<Assumption>, clusters: &[Cluster], global: &Global) -> Vec<Assumption> {
    let shape = [
        defaults::LAYER_CLASSES.name,
        defaults::PROFILE_SINGLE_STAGE.name,
        defaults::PROFILE_MULTI_STAGE.name,
    ];
    let rest = assumptions.into_iter().filter(|assumed| !shape.contains(&assumed.name.as_str()));
    result::taken(rest.collect(), clusters, global)
}
