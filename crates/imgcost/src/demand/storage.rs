use crate::fleet::Registry;
use crate::image::Image;
use crate::units::{Measure, Overflow, Quantity, Ratio};

use super::account::Account;
use super::amounts::Amounts;
use super::posting::ClassBytes;
use super::schedule::Schedule;

/// Stored byte-months and pushed bytes of a service's layers, in each region that holds them.
pub(super) fn storage(
    amounts: &mut Amounts,
    account: &Account,
    registry: &Registry,
    schedule: &Schedule,
    image: &Image,
    bytes: &ClassBytes,
) -> Result<Quantity, Overflow> {
    let platforms = Ratio::whole(i64::from(registry.architectures));
    let held = schedule.retained().sum(bytes.each(|sizes| sizes.stored))?;
    let mut stored = Quantity::times(held.times(platforms)?, 1, Measure::ByteMonths)?;
    let mut pushed = Quantity::zero(Measure::Bytes);
    if !account.replication.is_empty() {
        let sent = schedule.pushed().sum(bytes.each(|sizes| sizes.compressed))?;
        pushed = Quantity::times(sent.times(platforms)?, 1, Measure::Bytes)?;
    }
    // Attestations describe one build: every tag has its own.
    let size = registry.attestations.0.checked_add(image.attached.0).ok_or(Overflow)?;
    if size > 0 {
        let tags = schedule.retained_tags.mul(platforms)?;
        stored = stored.add(Quantity::times(tags, size, Measure::ByteMonths)?)?;
        let sent = schedule.pushes.mul(platforms)?;
        pushed = pushed.add(Quantity::times(sent, size, Measure::Bytes)?)?;
    }
    in_every_region(amounts, account, stored)?;
    for &slot in &account.replication {
        amounts.add(slot, pushed)?;
    }
    stored.scaled(Ratio::whole(account.storage.len() as i64))
}

/// Adds stored bytes to the registry's own region and to each replica.
pub(super) fn in_every_region(
    amounts: &mut Amounts,
    account: &Account,
    stored: Quantity,
) -> Result<(), Overflow> {
    for &slot in &account.storage {
        amounts.add(slot, stored)?;
    }
    Ok(())
}
