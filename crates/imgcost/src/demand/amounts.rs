use crate::units::{Measure, Overflow, Quantity, Ratio};

/// The quantities of one cell and account, slot by slot.
#[derive(Debug, Clone)]
pub(super) struct Amounts {
    slots: Vec<Quantity>,
    /// Deploys of the services in it, as a count on the grid of quantities.
    pub(super) deploys: Quantity,
}

impl Amounts {
    pub(super) fn new(measures: impl Iterator<Item = Measure>) -> Self {
        Self {
            slots: measures.map(Quantity::zero).collect(),
            deploys: Quantity::zero(Measure::Images),
        }
    }

    pub(super) fn add(&mut self, slot: usize, quantity: Quantity) -> Result<(), Overflow> {
        self.slots[slot].accumulate(quantity)
    }

    /// Adds to each slot its share of a quantity.
    pub(super) fn spread(
        &mut self,
        slots: &[(usize, Ratio)],
        quantity: Quantity,
    ) -> Result<(), Overflow> {
        for &(slot, factor) in slots {
            let part = if factor == Ratio::ONE { quantity } else { quantity.scaled(factor)? };
            self.add(slot, part)?;
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        for (slot, quantity) in other.slots.iter().enumerate() {
            self.add(slot, *quantity)?;
        }
        self.deploys = self.deploys.add(other.deploys)?;
        Ok(())
    }

    pub(super) fn slots(&self) -> &[Quantity] {
        &self.slots
    }
}
