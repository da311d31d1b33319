use std::collections::BTreeMap;

use super::{Estimate, Sums};

impl Estimate {
    /// What each service comes to a month, by its name, where services were kept apart; what no
    /// service causes is [`crate::demand::SHARED`]. Lines without a price are left out.
    pub fn services(&self) -> BTreeMap<&str, Sums> {
        let mut services: BTreeMap<&str, Sums> = BTreeMap::new();
        for line in self.lines() {
            let Some(service) = &line.cell.service else { continue };
            let sums = services.entry(service).or_default();
            sums.add(&line);
        }
        services
    }
}
