//! What one service is read with, besides its own text: the fleet around it, defaults, and a
//! memory of what was read before.

use std::collections::HashMap;

use imgcost::fleet::{Fleet, defaults, runner_price};
use imgcost::price::PriceId;
use imgcost::units::{CompressionRatio, PerMonth, Share, Span};
use rust_decimal::Decimal;

use super::field::Field;
use super::memo::Memo;
use crate::assumed::{Assumed, Taken};
use crate::diagnostic::Flaw;
use crate::fleet::ServiceDefaults;
use crate::real_image::ReadImage;
use crate::suggest::instead;

/// What the rows of a service list refer to and fall back on.
#[derive(Clone, Copy)]
pub struct ServiceContext<'a> {
    /// The fleet with the registries and clusters that rows name.
    pub fleet: &'a Fleet,
    /// What rows fall back on where they say nothing.
    pub defaults: &'a ServiceDefaults,
    /// What opens the images that rows name.
    pub images: &'a ReadImage<'a>,
}

/// A context prepared for many services.
pub(crate) struct Rules<'a> {
    pub(crate) fleet: &'a Fleet,
    pub(crate) defaults: &'a ServiceDefaults,
    pub(crate) images: &'a ReadImage<'a>,
    registries: HashMap<&'a str, usize>,
    clusters: HashMap<&'a str, usize>,
    default_ratio: CompressionRatio,
    pub(super) runner: PriceId,
}

/// Values read before, by their texts.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(super) rates: Memo<PerMonth>,
    pub(super) shares: Memo<Share>,
    pub(super) spans: Memo<Span>,
    pub(super) ratios: Memo<CompressionRatio>,
    pub(super) registries: Memo<usize>,
    pub(super) clusters: Memo<usize>,
    pub(super) runners: Memo<PriceId>,
    /// The registry and cluster of the last service, and whether bytes cross regions between them.
    pub(super) last_crossing: Option<((usize, usize), bool)>,
}

/// What came up while services were read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) assumed: Assumed,
    /// What is wrong with the service read last, and in which field.
    pub(crate) flaws: Vec<(Option<Field>, Flaw)>,
}

impl std::fmt::Debug for ServiceContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceContext")
            .field("fleet", self.fleet)
            .field("defaults", self.defaults)
            .finish_non_exhaustive()
    }
}

impl<'a> Rules<'a> {
    pub(crate) fn new(
        fleet: &'a Fleet,
        defaults: &'a ServiceDefaults,
        images: &'a ReadImage<'a>,
    ) -> Self {
        let registries = fleet.registries.iter().enumerate();
        let clusters = fleet.clusters.iter().enumerate();
        let ratio =
            defaults.compression_ratio.or_else(|| CompressionRatio::new(Decimal::new(27, 1)).ok());
        Self {
            fleet,
            defaults,
            images,
            registries: registries
                .map(|(index, registry)| (registry.name.as_str(), index))
                .collect(),
            clusters: clusters.map(|(index, cluster)| (cluster.name.as_str(), index)).collect(),
            default_ratio: ratio.unwrap_or_else(|| unreachable!("2.7 is a plausible ratio")),
            runner: runner_price(defaults::RUNNER.value)
                .unwrap_or_else(|| PriceId::new(defaults::RUNNER.value)),
        }
    }

    pub(crate) fn ratio(&self, assumed: &mut Assumed) -> CompressionRatio {
        if self.defaults.compression_ratio.is_none() {
            assumed.take(Taken::COMPRESSION_RATIO);
        }
        self.default_ratio
    }

    /// The ratio without noting its use.
    pub(crate) fn any_ratio(&self) -> CompressionRatio {
        self.default_ratio
    }

    pub(super) fn registry(&self, name: Option<&str>, memory: &mut Memory) -> Result<usize, Flaw> {
        match name {
            Some(name) => {
                memory.registries.get(name, |name| named(name, "registry", &self.registries))
            }
            None => only("registry", &self.registries),
        }
    }

    pub(super) fn cluster(&self, name: Option<&str>, memory: &mut Memory) -> Result<usize, Flaw> {
        match name {
            Some(name) => memory.clusters.get(name, |name| named(name, "cluster", &self.clusters)),
            None => only("cluster", &self.clusters),
        }
    }
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self {
            rates: Memo::new(),
            shares: Memo::new(),
            spans: Memo::new(),
            ratios: Memo::new(),
            registries: Memo::new(),
            clusters: Memo::new(),
            runners: Memo::new(),
            last_crossing: None,
        }
    }
}

impl Found {
    pub(super) fn push(&mut self, field: Option<Field>, flaw: Flaw) {
        self.flaws.push((field, flaw));
    }

    pub(super) fn flaw(&mut self, field: Field, flaw: Flaw) {
        self.push(Some(field), flaw);
    }

    #[inline]
    pub(super) fn settle<T>(&mut self, field: Field, result: Result<T, Flaw>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(flaw) => {
                self.flaw(field, flaw);
                None
            }
        }
    }
}

/// The declared names, in the order of the file.
fn declared<'n>(known: &HashMap<&'n str, usize>) -> Vec<&'n str> {
    let mut names: Vec<_> = known.iter().map(|(name, index)| (*index, *name)).collect();
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name).collect()
}

fn named(name: &str, what: &str, known: &HashMap<&str, usize>) -> Result<usize, Flaw> {
    known.get(name).copied().ok_or_else(|| {
        let code = if what == "registry" { "unknown-registry" } else { "unknown-cluster" };
        let help = if known.is_empty() {
            format!("declare it: [{what}.{name}]")
        } else {
            instead(name, &declared(known))
        };
        Flaw::new(code, format!("no {what} is called `{name}`"), help)
    })
}

fn only(what: &str, known: &HashMap<&str, usize>) -> Result<usize, Flaw> {
    match known.len() {
        1 => Ok(0),
        0 => {
            let message = format!("the service has no {what}, and none is declared");
            Err(Flaw::new("missing-table", message, format!("declare one, such as [{what}.main]")))
        }
        _ => {
            let message = format!("the service has no `{what}`, and several are declared");
            Err(Flaw::new(
                "missing-key",
                message,
                format!("name one of {}", declared(known).join(", ")),
            ))
        }
    }
}
