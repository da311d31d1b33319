use rustc_hash::FxHashMap;

use crate::fleet::{Fleet, Service};

/// Among what quantities are divided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grouping {
    /// Labels to group by, together; `cluster`, `registry` and `service` are labels too.
    pub by: Vec<String>,
    /// Whether every service is kept apart, for one line per service.
    pub per_service: bool,
}

/// The value of a label that a service does not have.
pub const UNLABELLED: &str = "(none)";
/// The value of a label for costs that no single service causes, such as base fees.
pub const SHARED: &str = "(shared)";

/// A group of services, or one of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The values of the labels grouped by, in that order.
    pub group: Vec<String>,
    /// The service, if services are kept apart; [`SHARED`] for costs of the fleet itself.
    pub service: Option<String>,
}

/// Cells by their values, found without allocating once they exist.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    grouping: Grouping,
    index: FxHashMap<Box<str>, u32>,
    key: String,
    pub(super) list: Vec<Cell>,
}

const SEPARATOR: char = '\u{1f}';

impl Cells {
    pub(super) fn new(grouping: Grouping) -> Self {
        Self { grouping, index: FxHashMap::default(), key: String::new(), list: Vec::new() }
    }

    /// The cell of a service.
    pub(super) fn of(&mut self, fleet: &Fleet, service: &Service) -> u32 {
        let cluster = &fleet.clusters[service.cluster];
        let value = |by: &str| match by {
            "cluster" => cluster.name.as_str(),
            "registry" => fleet.registries[service.registry].name.as_str(),
            "service" => service.name.as_str(),
            label => {
                let inherited = || cluster.labels.iter().find(|l| &*l.name == label);
                service
                    .label(label)
                    .or_else(|| inherited().map(|label| label.value.as_str()))
                    .unwrap_or(UNLABELLED)
            }
        };
        self.key.clear();
        for by in &self.grouping.by {
            self.key.push_str(value(by));
            self.key.push(SEPARATOR);
        }
        if self.grouping.per_service {
            self.key.push_str(&service.name);
        }
        if let Some(&cell) = self.index.get(self.key.as_str()) {
            return cell;
        }
        let cell = Cell {
            group: self.grouping.by.iter().map(|by| value(by).to_owned()).collect(),
            service: self.grouping.per_service.then(|| service.name.clone()),
        };
        self.insert(cell)
    }

    /// The cell of a cost that belongs to a registry or cluster as a whole.
    pub(super) fn shared(
        &mut self,
        fleet: &Fleet,
        registry: Option<usize>,
        cluster: Option<usize>,
    ) -> u32 {
        let cluster = cluster.map(|index| &fleet.clusters[index]);
        let value = |by: &str| match (by, registry, cluster) {
            ("registry", Some(registry), _) => fleet.registries[registry].name.clone(),
            ("cluster", _, Some(cluster)) => cluster.name.clone(),
            (label, _, Some(cluster)) => cluster
                .labels
                .iter()
                .find(|l| &*l.name == label)
                .map_or_else(|| SHARED.to_owned(), |label| label.value.clone()),
            _ => SHARED.to_owned(),
        };
        let group = self.grouping.by.iter().map(|by| value(by)).collect();
        self.find_or_insert(Cell {
            group,
            service: self.grouping.per_service.then(|| SHARED.to_owned()),
        })
    }

    /// The cell with these values.
    pub(super) fn find_or_insert(&mut self, cell: Cell) -> u32 {
        self.key.clear();
        for value in &cell.group {
            self.key.push_str(value);
            self.key.push(SEPARATOR);
        }
        self.key.push_str(cell.service.as_deref().unwrap_or_default());
        match self.index.get(self.key.as_str()) {
            Some(&cell) => cell,
            None => self.insert(cell),
        }
    }

    fn insert(&mut self, cell: Cell) -> u32 {
        let number = self.list.len() as u32;
        self.index.insert(self.key.as_str().into(), number);
        self.list.push(cell);
        number
    }
}
