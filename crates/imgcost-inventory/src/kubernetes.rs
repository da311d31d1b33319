use crate::error::InventoryError;
use crate::inventory::{Input, Inventory};

/// Not read yet.
///
/// # Errors
/// Always.
pub fn kubernetes(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    Err(InventoryError::new(inputs.first().map_or("", |input| input.name.as_str()), "not read yet"))
}
