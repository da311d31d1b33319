//! Sizes on the hot path: `123.4MB` without a decimal library.

use crate::diagnostic::Flaw;
use crate::value::{SIZE, quantity};

/// Parses a size, by hand where it is a plain one, else as the domain does.
#[inline]
pub(crate) fn bytes(text: &str) -> Result<u64, Flaw> {
    match plain(text.as_bytes()) {
        Some(bytes) => Ok(bytes),
        None => quantity(text, SIZE),
    }
}

/// At most eight digits and two decimals, directly followed by kB, MB, GB, MiB or GiB.
#[inline]
fn plain(text: &[u8]) -> Option<u64> {
    let mut number: u64 = 0;
    let mut digits = 0;
    let mut decimals: Option<u32> = None;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'0'..=b'9' => {
                number = number * 10 + u64::from(byte - b'0');
                digits += 1;
                if let Some(decimals) = &mut decimals {
                    *decimals += 1;
                }
                if digits > 10 {
                    return None;
                }
            }
            b'.' if digits > 0 && decimals.is_none() => decimals = Some(0),
            _ => break,
        }
        at += 1;
    }
    let factor: u64 = match text.get(at..)? {
        b"kB" | b"KB" => 1_000,
        b"MB" => 1_000_000,
        b"GB" => 1_000_000_000,
        b"MiB" => 1 << 20,
        b"GiB" => 1 << 30,
        _ => return None,
    };
    let divisor = match decimals {
        None => 1,
        Some(1) => 10,
        Some(2) => 100,
        // None after the point, or more than are plain.
        Some(_) => return None,
    };
    if digits == 0 {
        return None;
    }
    // Ten digits times 2^30 fit into 64 bits; the domain's own bound is looked after by itself.
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
        let units = ["B", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "mb", "", " MB", "MBs", "Mi"];
        let numbers = [
            "0", "1", "00012", "1.2", "1.25", "123.4", "123.456", "0.1", "0.01", "0.001", "1.", ".5", "99999999",
            "9999999999", "99999999999", "1048576", "1048577", "1125899.9", "1125899906", "-1", "1e3", "1.2.3", "",
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
