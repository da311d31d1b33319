use imgcost::image::Profile;

/// The application's share of the base, as the profile has both: 1/85 or 1/94.
pub(super) const fn application_share(profile: Profile) -> (u64, u64) {
    let (base, dependencies) = profile.shares();
    (100 - base as u64 - dependencies as u64, base as u64)
}

/// `whole x above / below`, to the nearest byte.
pub(super) fn part(whole: u64, above: u64, below: u64) -> u64 {
    let (whole, above, below) = (u128::from(whole), u128::from(above), u128::from(below.max(1)));
    u64::try_from((whole * above * 2 + below) / (below * 2)).unwrap_or(u64::MAX)
}

/// Bytes in so many equal parts; the first takes what is left over.
pub(super) fn spread(bytes: u64, parts: usize) -> impl Iterator<Item = u64> {
    let count = u64::try_from(parts).unwrap_or(u64::MAX).max(1);
    let (each, rest) = (bytes / count, bytes % count);
    std::iter::once(each + rest).chain(std::iter::repeat(each)).take(parts)
}
