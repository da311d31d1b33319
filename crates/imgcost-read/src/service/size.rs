//! Sizes on the hot path: `123.4MB` without a decimal library.

use crate::diagnostic::Flaw;
use crate::value::{SIZE, quantity};

/// Parses a size as the domain does, by hand where it is a plain one.
#[inline]
pub(crate) fn bytes(text: &str) -> Result<u64, Flaw> {
    match plain(text.as_bytes()) {
        Some(bytes) => Ok(bytes),
        None => quantity(text, SIZE),
    }
}

/// At most ten digits, one or two of them decimals, directly followed by kB, MB, GB, MiB or GiB.
#[inline]
pub(super) fn plain(text: &[u8]) -> Option<u64> {
    let mut number: u64 = 0;
    let mut at = 0;
    let digits = |number: &mut u64, at: &mut usize| {
        let start = *at;
        while let Some(byte @ b'0'..=b'9') = text.get(*at) {
            *number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            *at += 1;
        }
        *at - start
    };
    let whole = digits(&mut number, &mut at);
    let mut divisor = 1;
    if text.get(at) == Some(&b'.') {
        at += 1;
        divisor = match digits(&mut number, &mut at) {
            1 => 10,
            2 => 100,
            _ => return None,
        };
    }
    // Then ten digits times 2^30 fit into 64 bits.
    if whole == 0 || whole > 8 {
        return None;
    }
    let factor: u64 = match text.get(at..)? {
        b"MB" => 1_000_000,
        b"GB" => 1_000_000_000,
        b"kB" | b"KB" => 1_000,
        b"MiB" => 1 << 20,
        b"GiB" => 1 << 30,
        _ => return None,
    };
    let product = number.checked_mul(factor)?;
    let bytes = product / divisor;
    (bytes * divisor == product && bytes <= 1 << 50).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use imgcost::units::parse_bytes;

    #[test]
    fn the_fast_path_agrees_with_the_domain() {
        let units = [
            "B", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "mb", "", " MB", "MBs",
            "Mi",
        ];
        let numbers = [
            "0",
            "1",
            "00012",
            "1.2",
            "1.25",
            "123.4",
            "123.456",
            "0.1",
            "0.01",
            "0.001",
            "1.",
            ".5",
            "99999999",
            "9999999999",
            "99999999999",
            "1048576",
            "1048577",
            "1125899.9",
            "1125899906",
            "-1",
            "1e3",
            "1.2.3",
            "",
        ];
        for number in numbers {
            for unit in units {
                let text = format!("{number}{unit}");
                if let Some(fast) = plain(text.as_bytes()) {
                    assert_eq!(Ok(fast), parse_bytes(&text), "{text}");
                }
                assert_eq!(bytes(&text).ok(), parse_bytes(&text).ok(), "{text}");
            }
        }
        assert_eq!(plain(b"1.2GB"), Some(1_200_000_000));
        assert_eq!(plain(b"444.44MB"), Some(444_440_000));
    }
}
