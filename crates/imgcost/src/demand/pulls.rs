use rust_decimal::Decimal;

use crate::fleet::{Cluster, Placement, Spread};
use crate::units::{Overflow, Ratio};

/// The number of nodes that run a service, as an expected value where placement is random; `None`
/// if only its pulls are known.
///
/// # Errors
/// [`Overflow`] never for counts that fit 32 bits.
///
/// ```
/// # use imgcost::fleet::{Placement, Spread};
/// # use imgcost::units::Ratio;
/// let replicas = Placement::Replicas { count: 12, spread: Spread::Even };
/// assert_eq!(imgcost::demand::hosts(replicas, 50), Ok(Some(Ratio::whole(12))));
/// ```
pub fn hosts(placement: Placement, nodes: u32) -> Result<Option<Ratio>, Overflow> {
    let whole = |count: u32| Ok(Some(Ratio::whole(i64::from(count))));
    match placement {
        Placement::Hosts(count) => whole(count),
        Placement::Replicas { count, spread: Spread::Even } => whole(count.min(nodes)),
        Placement::Replicas { spread: Spread::Daemonset, .. } => whole(nodes),
        Placement::Replicas { count, spread: Spread::Random } => {
            // N (1 - (1 - 1/N)^r)
            let empty = power(Decimal::ONE - Decimal::ONE / Decimal::from(nodes), count);
            let expected = Decimal::from(nodes) * (Decimal::ONE - empty);
            Ratio::from_decimal(expected)?.to_18_decimals().map(Some)
        }
        Placement::Pulls { .. } => Ok(None),
    }
}

/// Tasks that start a month on a runtime without an image cache: each replica with each deploy,
/// and once per mean task lifetime if one is given.
pub(super) fn task_starts(
    tasks: u32,
    deploys: Ratio,
    cluster: &Cluster,
) -> Result<Ratio, Overflow> {
    let starts = match cluster.node_lifetime {
        Some(life) => deploys.add(life.per_month()?)?,
        None => deploys,
    };
    Ratio::whole(i64::from(tasks)).mul(starts)
}

/// Full pulls of one node in a month: `730 h / mean lifetime`, and one per garbage collection.
pub(super) fn fills_per_node(cluster: &Cluster) -> Result<Ratio, Overflow> {
    let churn = match cluster.node_lifetime {
        Some(life) => life.per_month()?,
        None => Ratio::ZERO,
    };
    churn.add(cluster.evictions.get())
}

/// `base ^ exponent` by squaring, to the precision of a decimal.
fn power(base: Decimal, exponent: u32) -> Decimal {
    let (mut result, mut square, mut rest) = (Decimal::ONE, base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result *= square;
        }
        square *= square;
        rest >>= 1;
    }
    result
}
