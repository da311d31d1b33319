//! Rounding for people. Nothing else in the project rounds what it shows.

use imgcost::units::{Currency, Money, format_bytes};
use rust_decimal::{Decimal, RoundingStrategy};

/// `$4.72`, `$0.066`, `<$0.001`, `$12,345.67`, `-$3.10`, `EUR 4.72`.
pub(crate) fn money(amount: Money, currency: Currency) -> String {
    let amount = amount.to_decimal();
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    let code = if currency == Currency::USD { "$".to_owned() } else { format!("{currency} ") };
    let size = amount.abs();
    if size.is_zero() {
        return format!("{code}0");
    }
    if size < Decimal::new(1, 3) {
        return format!("{sign}<{code}0.001");
    }
    // 0.9996 must not become "1.000".
    let digits = if size < Decimal::ONE && rounded(size, 3) < Decimal::ONE { 3 } else { 2 };
    format!("{sign}{code}{}", grouped(rounded(size, digits), digits))
}

/// `+$2.00`, `-$3.10`, `$0`: by how much an amount changed.
pub(crate) fn growth(amount: Money, currency: Currency) -> String {
    let sign = if amount > Money::ZERO { "+" } else { "" };
    format!("{sign}{}", money(amount, currency))
}

/// `-95 %`, `+7.1 %`: by how many percent something changed.
pub(crate) fn changed_percent(percent: Decimal) -> String {
    let digits = if percent.abs() < Decimal::TEN { 1 } else { 0 };
    let shown = decimals(percent, digits);
    let sign = if percent.is_sign_positive() && !percent.is_zero() { "+" } else { "" };
    format!("{sign}{} %", shown.strip_suffix(".0").unwrap_or(&shown))
}

/// `377.8 MB`, `1.02 GB`, `2.2 kB`, `93 B`: at least three significant digits, so that a difference
/// shows what it is one of.
pub(crate) fn size(bytes: u64) -> String {
    let units = [("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)];
    let of = |(unit, power): (&'static str, u32)| {
        let size = rounded(Decimal::from(bytes) / Decimal::from(10_u64.pow(power)), 2);
        (size >= Decimal::ONE && size < Decimal::TEN)
            .then(|| format!("{} {unit}", size.normalize()))
    };
    units.into_iter().find_map(of).unwrap_or_else(|| format_bytes(bytes))
}

/// `0 s`, `<0.1 s`, `2.4 s`, `41 s`, `2.5 min`: nobody times a build to more digits than that.
pub(crate) fn duration(seconds: Decimal) -> String {
    let (size, minute) = (seconds.abs(), Decimal::from(60));
    let sign = if seconds < Decimal::ZERO { "-" } else { "" };
    if size.is_zero() {
        return "0 s".into();
    }
    let (tenths, whole) = (rounded(size, 1), rounded(size, 0));
    match () {
        () if tenths.is_zero() => format!("{sign}<0.1 s"),
        () if tenths < Decimal::TEN => format!("{sign}{} s", tenths.normalize()),
        () if whole < minute + minute => format!("{sign}{whole} s"),
        () => format!("{sign}{} min", short(size / minute)),
    }
}

/// A number with that many decimals and thousands separators: `12,345.7`.
pub(crate) fn decimals(value: Decimal, digits: u32) -> String {
    let sign = if value.is_sign_negative() && !rounded(value, digits).is_zero() { "-" } else { "" };
    format!("{sign}{}", grouped(rounded(value.abs(), digits), digits))
}

/// A number with one decimal (none if that is 0), or three significant digits if it is small, or 0.
pub(crate) fn short(value: Decimal) -> String {
    if value.is_zero() {
        return "0".into();
    }
    let size = value.abs();
    if size >= Decimal::ONE && rounded(size, 1).fract().is_zero() {
        return decimals(value, 0);
    }
    if size >= Decimal::ONE {
        return decimals(value, 1);
    }
    match size.round_sf_with_strategy(3, RoundingStrategy::MidpointAwayFromZero) {
        Some(short) if value.is_sign_negative() => format!("-{}", short.normalize()),
        Some(short) => short.normalize().to_string(),
        None => size.to_string(),
    }
}

fn rounded(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

fn grouped(value: Decimal, digits: u32) -> String {
    let text = format!("{value:.*}", digits as usize);
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match rest {
        Some(rest) => format!("{grouped}.{rest}"),
        None => grouped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(amount: &str) -> String {
        money(Money::from_decimal(amount.parse().unwrap()).unwrap(), Currency::USD)
    }

    #[test]
    fn money_is_rounded_for_people() {
        let cases = [
            ("0", "$0"),
            ("0.0004", "<$0.001"),
            ("-0.0004", "-<$0.001"),
            ("0.0665", "$0.067"),
            ("0.9996", "$1.00"),
            ("4.7249", "$4.72"),
            ("4.725", "$4.73"),
            ("-3.1", "-$3.10"),
            ("9999.99", "$9,999.99"),
            ("12345.678", "$12,345.68"),
            ("1234567", "$1,234,567.00"),
        ];
        for (amount, expected) in cases {
            assert_eq!(shown(amount), expected);
        }
    }

    #[test]
    fn differences_of_sizes_keep_three_digits() {
        let cases = [
            (93, "93 B"),
            (2_222, "2.22 kB"),
            (9_996, "10 kB"),
            (66_700_000, "66.7 MB"),
            (180_000_000, "180 MB"),
            (377_777_778, "377.8 MB"),
            (999_999_999, "1 GB"),
            (1_020_000_000, "1.02 GB"),
            (1_200_000_000, "1.2 GB"),
            (1_355_000_000, "1.36 GB"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn times_have_no_more_digits_than_anybody_measures() {
        let cases = [
            ("0", "0 s"),
            ("0.03", "<0.1 s"),
            ("-0.03", "-<0.1 s"),
            ("0.25", "0.3 s"),
            ("2.04", "2 s"),
            ("9.96", "10 s"),
            ("20.896", "21 s"),
            ("-56.1", "-56 s"),
            ("119.4", "119 s"),
            ("119.7", "2 min"),
            ("150", "2.5 min"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(duration(seconds.parse().unwrap()), expected);
        }
    }

    #[test]
    fn changes_have_a_sign() {
        let cases = [("7.14", "+7.1 %"), ("-94.7", "-95 %"), ("0", "0 %"), ("5.00", "+5 %")];
        for (percent, expected) in cases {
            assert_eq!(changed_percent(percent.parse().unwrap()), expected);
        }
    }

    #[test]
    fn other_currencies_are_named() {
        let euro = "EUR".parse().unwrap();
        assert_eq!(money(Money::from_decimal("4.7".parse().unwrap()).unwrap(), euro), "EUR 4.70");
    }

    #[test]
    fn small_quantities_keep_three_digits() {
        for (value, expected) in
            [("88.58", "88.6"), ("60", "60"), ("0.14551", "0.146"), ("0", "0"), ("-2.25", "-2.3")]
        {
            assert_eq!(short(value.parse().unwrap()), expected);
        }
    }
}
