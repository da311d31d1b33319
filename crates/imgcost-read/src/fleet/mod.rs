//! Fleet files.

pub(crate) mod cluster;
pub(crate) mod general;
pub(crate) mod layers;
pub(crate) mod machine;
pub(crate) mod path;
mod real;
pub(crate) mod registry;
pub(crate) mod services;

use std::ops::Range;

use chrono::NaiveDate;
use imgcost::fleet::{Cluster, Fleet, Registry, Service, defaults};
use imgcost::price::{PriceId, PriceRow, PriceUnit};
use rust_decimal::Decimal;
use toml::de::DeValue;

pub use general::ServiceDefaults;
pub use path::path_kind;

use crate::assumed::{Assumed, AssumedBy, Taken};
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::labels::Interned;
use crate::real_image::{ReadImage, no_images};
use crate::service::{Rules, ServiceContext};
use crate::table::{self, View, items, view};

pub(crate) const KEYS: [&str; 5] = ["services", "fleet", "registry", "cluster", "service"];

/// What a fleet file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetFile {
    /// Everything but the services.
    pub fleet: Fleet,
    /// The services that stand in the file itself.
    pub services: Vec<Service>,
    /// Lists of further services, which the caller opens.
    pub csv: Vec<ServicesCsv>,
    /// Prices that the file gives: `given.people.hour`, `given.node.<cluster>`.
    pub given: Vec<PriceRow>,
    /// The day whose prices count, if the file names one.
    pub as_of: Option<NaiveDate>,
    /// Whether free allowances are to be applied.
    pub free: bool,
    /// The defaults that the fleet and its own services used.
    pub assumed: Assumed,
    /// The same, by what used them.
    pub assumed_by: AssumedBy,
    /// What the rows of lists fall back on.
    pub defaults: ServiceDefaults,
    /// What can be used but is probably not meant.
    pub warnings: Vec<Diagnostic>,
}

/// A list of services that a fleet file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicesCsv {
    /// The path as written: relative to the fleet file.
    pub path: String,
    /// Where it is written.
    pub span: Range<usize>,
}

/// Reads a fleet file.
///
/// `file` is what messages call it; prices that the file gives count as checked on `as_of`, unless
/// the file names a day itself.
///
/// # Errors
/// Every problem of the file, in the order of the file. Where the text is not TOML, problems that
/// may only follow from that are left out.
pub fn read_fleet(file: &str, text: &str, as_of: NaiveDate) -> Result<FleetFile, Vec<Diagnostic>> {
    read_fleet_with_images(file, text, as_of, &no_images)
}

/// [`read_fleet`], with a function that opens the real images which the file names.
///
/// # Errors
/// As [`read_fleet`], and one for each image that cannot be opened, at the place that names it.
pub fn read_fleet_with_images(
    file: &str,
    text: &str,
    as_of: NaiveDate,
    images: &ReadImage<'_>,
) -> Result<FleetFile, Vec<Diagnostic>> {
    let mut problems = Problems::new(file);
    let document = table::parse(text, &mut problems);
    let syntax = problems.found.len();
    // The document as a whole is pointed at by its first line.
    let whole = 0..text.find('\n').unwrap_or(text.len());
    let root = view("the file", document.get_ref(), whole, &KEYS, &mut problems);
    let read = read_root(&root, as_of, images, &mut problems);
    let found = table::in_order(problems, syntax, text);
    if found.iter().any(|found| found.severity == Severity::Error) {
        return Err(found);
    }
    Ok(FleetFile { warnings: found, ..read })
}

fn read_root(
    root: &View<'_>,
    as_of: NaiveDate,
    images: &ReadImage<'_>,
    problems: &mut Problems<'_>,
) -> FleetFile {
    let general = root.get("fleet").and_then(|item| item.view("[fleet]", &general::KEYS, problems));
    let general = general::read(general, problems);
    let on = general.as_of.unwrap_or(as_of);
    let (registries, mut of_registries) = registries(root, problems);
    if general.horizon.is_none() {
        let forever = registries.iter().zip(&mut of_registries);
        let forever = forever.filter(|(registry, _)| registry.retention.is_forever());
        forever.for_each(|(_, assumed)| assumed.take(Taken::HORIZON));
    }
    let mut names = Interned::default();
    let mut nodes = Vec::new();
    let (clusters, of_clusters) = clusters(root, &registries, &mut nodes, &mut names, problems);
    let mut given: Vec<PriceRow> = nodes
        .into_iter()
        .map(|(id, rate)| {
            let by = format!("node-price in {}", problems.file());
            PriceRow::given(PriceId::new(&id), PriceUnit::Hour, rate, general.currency, &by, on)
        })
        .collect();
    given.extend(
        general
            .people_rate
            .map(|rate| general::people_row(rate, general.currency, problems.file(), on)),
    );
    let fleet = Fleet {
        name: general.name,
        currency: general.currency,
        horizon: general.horizon.unwrap_or(defaults::HORIZON_MONTHS),
        registries,
        clusters,
        cross_region_rate: general.cross_region_rate,
        people_wait: general.people_rate.is_some(),
        effort: general.effort,
        container_bill: general.container_bill,
    };
    let rules = Rules::new(&fleet, &general.defaults, images);
    let services = root.get("service");
    let services = services.map(|item| services::read(&item, &rules, &mut names, problems));
    let (services, of_services) = services.unzip();
    let csv = lists(root, problems);
    if csv.is_none()
        && services.as_ref().is_none_or(Vec::is_empty)
        && !problems.found.iter().any(about_services)
    {
        let help = "add a [[service]] table, or services = \"services.csv\" above all tables";
        problems.error("no-services", root.span.clone(), "the file has no services", help);
    }
    let assumed_by = AssumedBy {
        registries: of_registries,
        clusters: of_clusters,
        services: of_services.unwrap_or_default(),
    };
    FleetFile {
        services: services.unwrap_or_default(),
        csv: csv.unwrap_or_default(),
        given,
        as_of: general.as_of,
        free: general.free,
        assumed: assumed_by.all(),
        assumed_by,
        defaults: general.defaults,
        warnings: Vec::new(),
        fleet,
    }
}

impl FleetFile {
    /// What the rows of its lists are read with.
    pub fn context<'a>(&'a self, images: &'a ReadImage<'a>) -> ServiceContext<'a> {
        ServiceContext { fleet: &self.fleet, defaults: &self.defaults, images }
    }
}

fn about_services(found: &Diagnostic) -> bool {
    found.code == "wrong-type" && found.message.starts_with("`service`")
}

/// Registries, each with what it took for granted.
fn registries(root: &View<'_>, problems: &mut Problems<'_>) -> (Vec<Registry>, Vec<Assumed>) {
    let tables = named_tables(root, "registry", &registry::KEYS, problems);
    let mut read = |(name, table): &(&str, View<'_>)| {
        let mut assumed = Assumed::NOTHING;
        (registry::read(name, table, &mut assumed, problems), assumed)
    };
    tables.iter().map(&mut read).unzip()
}

/// Clusters, each with what it took for granted.
fn clusters(
    root: &View<'_>,
    registries: &[Registry],
    given: &mut Vec<(String, Decimal)>,
    names: &mut Interned,
    problems: &mut Problems<'_>,
) -> (Vec<Cluster>, Vec<Assumed>) {
    let registry = registries.first();
    let tables = named_tables(root, "cluster", &cluster::KEYS, problems);
    let mut read = |(name, table): &(&str, View<'_>)| {
        let mut assumed = Assumed::NOTHING;
        let mut around = cluster::Surroundings { registry, given, names, assumed: &mut assumed };
        (cluster::read(name, table, &mut around, problems), assumed)
    };
    tables.iter().map(&mut read).unzip()
}

/// The tables under `[what.NAME]`, in the order of the file.
fn named_tables<'d>(
    root: &View<'d>,
    what: &str,
    keys: &[&str],
    problems: &mut Problems<'_>,
) -> Vec<(&'d str, View<'d>)> {
    let Some(item) = root.get(what) else { return Vec::new() };
    let Some(table) = item.table(problems) else { return Vec::new() };
    let mut tables = Vec::new();
    for item in items(table) {
        match item.value {
            DeValue::Table(table) => {
                let title = format!("[{what}.{}]", item.key);
                tables.push((item.key, view(title, table, item.key_span.clone(), keys, problems)));
            }
            _ => {
                let message = format!("`{}` stands outside of a named {what}", item.key);
                let help = format!("give the {what} a name: [{what}.main]");
                problems.error("wrong-type", item.key_span.clone(), message, help);
            }
        }
    }
    tables
}

/// `services = "services.csv"`, or an array of them.
fn lists(root: &View<'_>, problems: &mut Problems<'_>) -> Option<Vec<ServicesCsv>> {
    let item = root.get("services")?;
    let texts = match item.value {
        DeValue::String(_) => vec![(item.text(problems).unwrap_or_default(), item.span.clone())],
        _ => item.texts(problems).unwrap_or_default(),
    };
    Some(
        texts.into_iter().map(|(path, span)| ServicesCsv { path: path.to_owned(), span }).collect(),
    )
}
