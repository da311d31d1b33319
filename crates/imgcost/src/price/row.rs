use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use thiserror::Error;

use super::unit::PriceUnit;
use crate::units::{Currency, Span};

/// The name of a price, such as `aws.ecr.storage`: vendor, service, meter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceId(Arc<str>);

impl PriceId {
    /// The id of that name; whether a price goes by it shows in the book.
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Vendor and service, by which price files are named: `aws/ecr` of `aws.ecr.storage`.
    pub fn file(&self) -> Option<(&str, &str)> {
        let mut parts = self.0.split('.');
        Some((parts.next()?, parts.next()?))
    }
}

impl fmt::Display for PriceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One price: what, where, since when, how much, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    /// Its name.
    pub id: PriceId,
    /// Where it holds.
    pub regions: Regions,
    /// Destinations it holds for, for transfers; `None` holds for any that no other row names.
    pub to: Option<Vec<Arc<str>>>,
    /// The currency of its rates.
    pub currency: Currency,
    /// What the rates are per.
    pub unit: PriceUnit,
    /// Graduated rates, ascending from 0; a flat rate is one tier.
    pub tiers: Vec<Tier>,
    /// Across what quantities are pooled before tiers and rounding apply.
    pub scope: Scope,
    /// An allowance that some accounts have; applied only when asked.
    pub free: Option<Free>,
    /// Units of another price that this fee includes.
    pub included: Option<Included>,
    /// The least that is billed.
    pub minimum: Option<Minimum>,
    /// How quantities are rounded before they are billed.
    pub rounding: Option<Rounding>,
    /// Hours that make a month for this price.
    pub month_hours: u32,
    /// First day on which it is known to hold.
    pub effective_from: NaiveDate,
    /// First day on which it no longer holds.
    pub effective_to: Option<NaiveDate>,
    /// Where it was read or can be looked up.
    pub source: String,
    /// What was seen there, and when.
    pub evidence: String,
    /// The date of the evidence itself, where it has one.
    pub source_date: Option<NaiveDate>,
    /// When the row was last compared with its sources.
    pub checked: NaiveDate,
    /// How good the evidence is.
    pub confidence: Confidence,
    /// Caveats.
    pub note: Option<String>,
}

/// Where a price holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regions {
    /// Everywhere.
    All,
    /// In these regions.
    Only(Vec<Arc<str>>),
}

/// One step of a graduated price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// Where the step begins, in the row's unit.
    pub from: Decimal,
    /// The rate per unit from there on.
    pub rate: Decimal,
}

/// Across what quantities are pooled, or to whom an allowance is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole account.
    Account,
    /// Each region.
    Region,
    /// Each registry.
    Registry,
}

/// An allowance in the row's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Free {
    /// How much a month.
    pub amount: Decimal,
    /// To whom.
    pub scope: Scope,
    /// The name of an allowance that several prices draw on together.
    pub pool: Option<Arc<str>>,
}

/// What a base fee includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// Of which price.
    pub price: PriceId,
    /// How many of its units.
    pub amount: Decimal,
}

/// The least that is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minimum {
    /// A quantity in the row's unit.
    Amount(Decimal),
    /// A number of days that anything stored is billed for.
    Days(u32),
}

/// How a quantity is rounded before it is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// Each job, or the month's total.
    pub per: RoundingScope,
    /// To a multiple of this, in the row's unit.
    pub step: Decimal,
    /// Which way.
    pub mode: RoundingMode,
}

/// What is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoundingScope {
    /// Each build job by itself.
    Job,
    /// The pooled total of the month.
    Total,
}

/// Which way a quantity is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoundingMode {
    /// Up to the next step.
    Up,
    /// To the nearest step, halves up.
    Nearest,
}

/// How good the evidence for a price is, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The vendor's own page or document.
    Official,
    /// A dated reading of the vendor's price list, or a list price in a bill.
    PriceList,
    /// A golden file of a tool that reads the price list.
    ToolGolden,
    /// Somebody else's page.
    ThirdParty,
    /// Arithmetic on a bill or a source.
    Inferred,
    /// Given by the user.
    Given,
}

impl Confidence {
    /// All grades with their names in price files.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Official, "official"),
        (Self::PriceList, "price-list"),
        (Self::ToolGolden, "tool-golden"),
        (Self::ThirdParty, "third-party"),
        (Self::Inferred, "inferred"),
        (Self::Given, "given"),
    ];

    /// Its name in price files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(grade, _)| *grade == self).map_or("", |(_, name)| name)
    }
}

impl Scope {
    /// All scopes with their names in price files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Account, "account"), (Self::Region, "region"), (Self::Registry, "registry")];
}

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RowProblem {
    /// No tier at all.
    #[error("the row has no rate")]
    NoRate,
    /// The first tier does not begin at 0, or tiers do not ascend.
    #[error("tiers must begin at 0 and ascend")]
    UnsortedTiers,
    /// It ends before it begins.
    #[error("effective-to is not after effective-from")]
    EndsBeforeItBegins,
    /// No source or evidence.
    #[error("the row does not say where the price comes from")]
    NoProvenance,
    /// Two rows for the same thing on the same day.
    #[error("{id} is priced twice in {region} on {day}")]
    Overlap {
        /// The price.
        id: PriceId,
        /// A region both rows name.
        region: String,
        /// A day on which both hold.
        day: NaiveDate,
    },
}

impl PriceRow {
    /// A row that a user gives on the command line or in a fleet file: one rate, everywhere, always.
    pub fn given(
        id: PriceId,
        unit: PriceUnit,
        rate: Decimal,
        currency: Currency,
        by: &str,
        on: NaiveDate,
    ) -> Self {
        Self {
            id,
            regions: Regions::All,
            to: None,
            currency,
            unit,
            tiers: vec![Tier { from: Decimal::ZERO, rate }],
            scope: Scope::Region,
            free: None,
            included: None,
            minimum: None,
            rounding: None,
            month_hours: 730,
            effective_from: NaiveDate::MIN,
            effective_to: None,
            source: by.to_owned(),
            evidence: "given by the user".to_owned(),
            source_date: None,
            checked: on,
            confidence: Confidence::Given,
            note: None,
        }
    }

    /// Whether it holds on a day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.effective_from <= on && self.effective_to.is_none_or(|end| on < end)
    }

    /// Whether it names this region, or all.
    pub fn covers(&self, region: &str) -> bool {
        match &self.regions {
            Regions::All => true,
            Regions::Only(regions) => regions.iter().any(|known| &**known == region),
        }
    }

    /// Whether nobody compared it with its sources for a year before that day.
    pub fn is_stale(&self, on: NaiveDate) -> bool {
        self.unchecked_for(Span::hours(365 * 24), on)
    }

    /// Days since somebody compared it with its sources.
    pub fn days_unchecked(&self, on: NaiveDate) -> i64 {
        (on - self.checked).num_days()
    }

    /// Whether nobody compared it with its sources for longer than that before the day.
    pub fn unchecked_for(&self, age: Span, on: NaiveDate) -> bool {
        let seconds = (on - self.checked).num_seconds();
        u64::try_from(seconds).is_ok_and(|seconds| seconds > age.as_seconds())
    }

    /// Everything that is wrong with the row by itself.
    pub fn problems(&self) -> Vec<RowProblem> {
        let mut problems = Vec::new();
        match self.tiers.first() {
            None => problems.push(RowProblem::NoRate),
            Some(first) => {
                let ascending = self.tiers.windows(2).all(|pair| pair[0].from < pair[1].from);
                if !first.from.is_zero() || !ascending {
                    problems.push(RowProblem::UnsortedTiers);
                }
            }
        }
        if self.effective_to.is_some_and(|end| end <= self.effective_from) {
            problems.push(RowProblem::EndsBeforeItBegins);
        }
        if self.source.trim().is_empty() || self.evidence.trim().is_empty() {
            problems.push(RowProblem::NoProvenance);
        }
        problems
    }

    /// Whether both rows price the same thing in the same place on the same day, and where and when.
    pub fn overlap(&self, other: &Self) -> Option<RowProblem> {
        if self.id != other.id {
            return None;
        }
        let day = self.effective_from.max(other.effective_from);
        if !self.in_force(day) || !other.in_force(day) {
            return None;
        }
        let region = match (&self.regions, &other.regions) {
            (Regions::All, Regions::All) => "every region".to_owned(),
            (Regions::All, Regions::Only(some)) | (Regions::Only(some), Regions::All) => {
                some.first()?.to_string()
            }
            (Regions::Only(ours), Regions::Only(theirs)) => {
                ours.iter().find(|region| theirs.contains(region))?.to_string()
            }
        };
        let same_destination = match (&self.to, &other.to) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => ours.iter().any(|to| theirs.contains(to)),
            // A row with destinations is more specific than one without.
            _ => false,
        };
        same_destination.then(|| RowProblem::Overlap { id: self.id.clone(), region, day })
    }
}
