use std::fmt;

use rust_decimal::Decimal;

use super::parse::{ParseError, number_and_unit};
use super::ratio::{Ratio, divide_half_up};

/// Bytes as a registry stores and sends them (layer blobs, usually gzip).
///
/// Never mixes with [`Unpacked`]: one becomes the other only through a [`CompressionRatio`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Compressed(pub u64);

/// Bytes as a node's file system holds them; what `docker images` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unpacked(pub u64);

/// Unpacked bytes per compressed byte, such as 2.7.
///
/// Official images measure 2.65 to 2.81; the plausible range is 2.3 to 3.6. Values from 1 to 20
/// are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompressionRatio(Decimal);

/// Bytes a second: of a network, of an unpacker, of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speed(u64);

/// The largest size accepted, 1 PiB: far above any registry's limit, far below what could overflow.
const MAX_BYTES: u64 = 1 << 50;

const SIZE_HELP: &str = "write a size with its unit, such as 180MB (10^6 bytes) or 180MiB (2^20)";

/// Reads `1.2GB`, `180 MiB`, `42B`: decimal units are powers of 1000, `i` units powers of 1024.
///
/// # Errors
/// A bare number, an unknown unit, a negative number, a fraction of a byte, or more than 1 PiB.
///
/// ```
/// use imgcost::units::parse_bytes;
/// assert_eq!(parse_bytes("1.2GB").unwrap(), 1_200_000_000);
/// assert_eq!(parse_bytes("1.5GiB").unwrap(), 1_610_612_736);
/// assert!(parse_bytes("180").is_err());
/// ```
pub fn parse_bytes(text: &str) -> Result<u64, ParseError> {
    let (number, unit) = number_and_unit(text, SIZE_HELP)?;
    let factor: u64 = match unit {
        "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        "" => {
            let problem = format!("`{}` has no unit", text.trim());
            return Err(ParseError::new(problem, SIZE_HELP));
        }
        other => {
            let problem = format!("`{other}` is not a unit of size");
            return Err(ParseError::new(problem, size_unit_help(other)));
        }
    };
    let bytes = number * Decimal::from(factor);
    if bytes > Decimal::from(MAX_BYTES) {
        let problem = format!("`{}` is larger than 1 PiB", text.trim());
        return Err(ParseError::new(problem, "no image is that large; check the unit"));
    }
    if !bytes.fract().is_zero() {
        let problem = format!("`{}` is not a whole number of bytes", text.trim());
        return Err(ParseError::new(problem, SIZE_HELP));
    }
    u64::try_from(bytes).map_err(|_| ParseError::new("size out of range", SIZE_HELP))
}

fn size_unit_help(unit: &str) -> String {
    let meant = match unit.to_ascii_lowercase().as_str() {
        "b" => "B",
        "k" | "kb" => "kB",
        "m" | "mb" => "MB",
        "g" | "gb" => "GB",
        "t" | "tb" => "TB",
        "kib" => "KiB",
        "mib" => "MiB",
        "gib" => "GiB",
        "tib" => "TiB",
        _ => return "units of size are B, kB, MB, GB, TB (powers of 1000) and KiB, MiB, GiB, TiB (powers of 1024)".into(),
    };
    format!("write `{meant}`; units of size are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB")
}

/// A size for people: `444.4 MB`, `1.2 GB`; decimal units, at most one decimal.
pub fn format_bytes(bytes: u64) -> String {
    for (unit, factor) in
        [("TB", 1_000_000_000_000_u64), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)]
    {
        if bytes >= factor {
            let tenths = divide_half_up(i128::from(bytes) * 10, i128::from(factor));
            return match tenths % 10 {
                0 => format!("{} {unit}", tenths / 10),
                rest => format!("{}.{rest} {unit}", tenths / 10),
            };
        }
    }
    format!("{bytes} B")
}

impl CompressionRatio {
    /// A ratio between 1 and 20.
    ///
    /// # Errors
    /// [`ParseError`] outside that range.
    pub fn new(value: Decimal) -> Result<Self, ParseError> {
        if value < Decimal::ONE || value > Decimal::from(20) {
            let help = "unpacked bytes per compressed byte, between 1 and 20; official images measure 2.65 to 2.81";
            return Err(ParseError::new(
                format!("{value} is not a plausible compression ratio"),
                help,
            ));
        }
        Ok(Self(value))
    }

    /// The number itself.
    pub fn value(self) -> Decimal {
        self.0
    }

    /// What a registry would store for this many unpacked bytes, rounded to the nearest byte.
    ///
    /// ```
    /// use imgcost::units::{Compressed, CompressionRatio, Unpacked};
    /// let ratio = CompressionRatio::new("2.7".parse().unwrap()).unwrap();
    /// assert_eq!(ratio.compress(Unpacked(1_200_000_000)), Compressed(444_444_444));
    /// ```
    pub fn compress(self, unpacked: Unpacked) -> Compressed {
        let scale = 10_i128.pow(self.0.scale());
        let bytes = divide_half_up(i128::from(unpacked.0) * scale, self.0.mantissa());
        Compressed(bytes as u64)
    }

    /// What this many compressed bytes unpack to, rounded to the nearest byte.
    pub fn unpack(self, compressed: Compressed) -> Unpacked {
        let scale = 10_i128.pow(self.0.scale());
        let bytes = divide_half_up(i128::from(compressed.0) * self.0.mantissa(), scale);
        Unpacked(bytes as u64)
    }
}

impl fmt::Display for CompressionRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl Speed {
    /// Bytes a second; at least 1.
    pub const fn bytes_per_second(bytes: u64) -> Self {
        Self(if bytes == 0 { 1 } else { bytes })
    }

    /// Reads `162MB/s`.
    ///
    /// # Errors
    /// [`ParseError`] unless the text is a size followed by `/s`.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let help = "write a speed such as 162MB/s";
        let Some(size) = text.trim().strip_suffix("/s") else {
            return Err(ParseError::new(format!("`{}` is not a speed", text.trim()), help));
        };
        match parse_bytes(size)? {
            0 => Err(ParseError::new(format!("`{}` would never finish", text.trim()), help)),
            bytes => Ok(Self(bytes)),
        }
    }

    /// Bytes a second.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// `162 MB/s`
impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", format_bytes(self.0))
    }
}

/// `total x share`, rounded to the nearest byte.
pub(crate) fn part_of(total: u64, share: Ratio) -> u64 {
    let product = i128::from(total) * share.numerator();
    divide_half_up(product, share.denominator()) as u64
}
