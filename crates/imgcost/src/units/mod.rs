//! Exact quantities: sizes, rates, spans of time, shares and money.
//!
//! Nothing in this room (or in this crate) is a binary float. Inputs are parsed from text into
//! integers, [`Ratio`]s or decimals; a quantity that an estimate adds up is an integer on a fixed
//! decimal grid ([`Quantity`], [`Money`]), so that sums do not depend on their order.

mod exchange;
mod money;
mod parse;
mod percent;
mod quantity;
mod rate;
mod ratio;
mod share;
mod size;
mod span;

pub use exchange::{ExchangeRate, ReferenceRates};
pub use money::{Currency, CurrencyMismatch, Money};
pub use parse::{ParseError, parse_decimal};
pub use percent::Percent;
pub use quantity::{Measure, Quantity};
pub use rate::PerMonth;
pub use ratio::{Overflow, Ratio};
pub use share::Share;
pub(crate) use size::part_of;
pub use size::{Compressed, CompressionRatio, Speed, Unpacked, format_bytes, parse_bytes};
pub use span::{HOURS_PER_MONTH, Span};
