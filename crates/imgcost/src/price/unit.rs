use std::fmt;

use rust_decimal::Decimal;

use crate::units::{Measure, ParseError, Span, parse_decimal};

/// The unit a price is quoted in. GB (10^9 bytes) and GiB (2^30) are different units, because
/// vendors differ; "GB" on an AWS page means GiB here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names are the documentation
pub enum PriceUnit {
    Gb,
    Gib,
    GbMonth,
    GibMonth,
    GbDay,
    Hour,
    Minute,
    Day,
    Month,
    VcpuHour,
    GbHour,
    GibHour,
    Image,
    Pull,
    Request,
    MillionRequests,
    IopsMonth,
    MibpsMonth,
    UserMonth,
    Credit,
}

impl PriceUnit {
    /// Every unit with its name in price files.
    pub const ALL: [(Self, &'static str); 20] = [
        (Self::Gb, "GB"),
        (Self::Gib, "GiB"),
        (Self::GbMonth, "GB-month"),
        (Self::GibMonth, "GiB-month"),
        (Self::GbDay, "GB-day"),
        (Self::Hour, "hour"),
        (Self::Minute, "minute"),
        (Self::Day, "day"),
        (Self::Month, "month"),
        (Self::VcpuHour, "vcpu-hour"),
        (Self::GbHour, "gb-hour"),
        (Self::GibHour, "gib-hour"),
        (Self::Image, "image"),
        (Self::Pull, "pull"),
        (Self::Request, "request"),
        (Self::MillionRequests, "million-requests"),
        (Self::IopsMonth, "iops-month"),
        (Self::MibpsMonth, "mibps-month"),
        (Self::UserMonth, "user-month"),
        (Self::Credit, "credit"),
    ];

    /// The unit of that name, as price files spell it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, spelt)| *spelt == name).map(|(unit, _)| *unit)
    }

    /// Its name in price files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(unit, _)| *unit == self).map_or("", |(_, name)| name)
    }

    /// What it measures and how many base units (bytes, hours, minutes, months) it holds, for the
    /// units that a demand can be priced in.
    pub fn measure(self) -> Option<(Measure, u64)> {
        Some(match self {
            Self::Gb => (Measure::Bytes, 1_000_000_000),
            Self::Gib => (Measure::Bytes, 1 << 30),
            Self::GbMonth => (Measure::ByteMonths, 1_000_000_000),
            Self::GibMonth => (Measure::ByteMonths, 1 << 30),
            Self::Hour => (Measure::Hours, 1),
            Self::Minute => (Measure::Minutes, 1),
            Self::Month | Self::Day => (Measure::Months, 1),
            Self::VcpuHour => (Measure::VcpuHours, 1),
            Self::GbHour => (Measure::MemoryGbHours, 1),
            Self::Image => (Measure::Images, 1),
            _ => return None,
        })
    }
}

impl fmt::Display for PriceUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An amount that a user asks the price of: `50 GiB-month`, `1000 GB for 5d`, `730 hour`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// How much.
    pub value: Decimal,
    /// Of what.
    pub unit: PriceUnit,
    /// For how long it is stored, if the amount is a size and a time.
    pub held: Option<Span>,
}

impl Amount {
    /// Reads a number, a unit as price files spell it (or its plural), and perhaps `for 5d`.
    ///
    /// # Errors
    /// [`ParseError`] on a missing or unknown unit or a malformed number.
    ///
    /// ```
    /// use imgcost::price::{Amount, PriceUnit};
    /// let amount = Amount::parse("50 GiB-month").unwrap();
    /// assert_eq!(amount.unit, PriceUnit::GibMonth);
    /// ```
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (size, held) = match text.split_once(" for ") {
            Some((size, time)) => (size, Some(Span::parse(time)?)),
            None => (text, None),
        };
        let size = size.trim();
        let cut = size
            .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
            .unwrap_or(size.len());
        let value = parse_decimal(&size[..cut])?;
        let name = size[cut..].trim();
        let help = || {
            let names: Vec<_> = PriceUnit::ALL.iter().map(|(_, name)| *name).collect();
            format!("write an amount such as \"50 GiB-month\"; units are {}", names.join(", "))
        };
        if name.is_empty() {
            return Err(ParseError::new(format!("`{size}` has no unit"), help()));
        }
        let lower = name.to_ascii_lowercase();
        let found = PriceUnit::ALL.iter().find(|(_, spelt)| {
            let spelt = spelt.to_ascii_lowercase();
            lower == spelt || lower.strip_suffix('s') == Some(&spelt)
        });
        match found {
            Some((unit, _)) => Ok(Self { value, unit: *unit, held }),
            None => Err(ParseError::new(format!("`{name}` is not a unit"), help())),
        }
    }

    /// The amount in a price's unit, where one turns into the other exactly or through the hours
    /// of a month: GB and GiB, hours and months of storage, days and months.
    ///
    /// `month_hours` is how long a month is.
    pub fn in_unit(self, target: PriceUnit, month_hours: Decimal) -> Option<Decimal> {
        use PriceUnit::{
            Day, Gb, GbDay, GbHour, GbMonth, Gib, GibHour, GibMonth, Hour, MillionRequests, Minute,
            Month, Request,
        };
        let gib = Decimal::from(1_u64 << 30);
        let gb = Decimal::from(1_000_000_000_u64);
        let sixty = Decimal::from(60);
        let day = Decimal::from(24);
        // Everything to a base unit, as a fraction, and from there to the target.
        let base = |unit: PriceUnit| -> Option<(&'static str, Decimal, Decimal)> {
            let one = Decimal::ONE;
            Some(match unit {
                Gb => ("bytes", gb, one),
                Gib => ("bytes", gib, one),
                GbMonth => ("byte-hours", gb * month_hours, one),
                GibMonth => ("byte-hours", gib * month_hours, one),
                GbDay => ("byte-hours", gb * day, one),
                GibHour => ("byte-hours", gib, one),
                GbHour => ("byte-hours", gb, one),
                Hour => ("hours", one, one),
                Minute => ("hours", one, sixty),
                Day => ("hours", day, one),
                Month => ("hours", month_hours, one),
                Request => ("requests", one, one),
                MillionRequests => ("requests", Decimal::from(1_000_000), one),
                _ => return None,
            })
        };
        if self.unit == target && self.held.is_none() {
            return Some(self.value);
        }
        let (mut kind, mut times, over) = base(self.unit)?;
        if let Some(held) = self.held {
            if kind != "bytes" {
                return None;
            }
            kind = "byte-hours";
            times = times * Decimal::from(held.as_seconds()) / Decimal::from(3600);
        }
        let (target_kind, target_times, target_over) = base(target)?;
        if kind != target_kind {
            return None;
        }
        Some(self.value * times * target_over / (over * target_times))
    }
}
