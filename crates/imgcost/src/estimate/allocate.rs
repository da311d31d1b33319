use ethnum::I256;

use crate::units::Money;

/// Divides an amount in proportion to weights, so that the parts add up to it exactly.
///
/// Each part is rounded towards zero to 10^-24 of the currency; what is left over, less than one
/// such step a part, goes to the largest part (the first of them, if several are equal).
///
/// ```
/// use imgcost::{estimate::allocate, units::Money};
/// let third = Money::from_decimal("1".parse().unwrap()).unwrap();
/// let parts = allocate(third, &[1, 1, 1]);
/// assert_eq!(parts.iter().copied().sum::<Money>(), third);
/// ```
pub fn allocate(total: Money, weights: &[i128]) -> Vec<Money> {
    let whole: I256 = weights.iter().map(|&weight| I256::from(weight)).sum();
    let mut parts: Vec<i128> = weights
        .iter()
        .map(|&weight| match whole {
            I256::ZERO => 0,
            whole => (I256::from(total.steps()) * I256::from(weight) / whole).as_i128(),
        })
        .collect();
    let left = total.steps() - parts.iter().sum::<i128>();
    let largest = (0..weights.len()).rev().max_by_key(|&index| weights[index].abs());
    if let Some(largest) = largest {
        parts[largest] += left;
    }
    parts.into_iter().map(Money::from_steps).collect()
}
