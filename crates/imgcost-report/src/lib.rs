//! Results out: estimates and comparisons for people, programs, spreadsheets and reviews.
//!
//! One small writer per format. Writers round and arrange, nothing else: every number comes from
//! `imgcost`. JSON and CSV carry exact decimal strings, text and markdown round for people.
//!
//! | writer | for |
//! |---|---|
//! | [`text`] | one screen in a terminal |
//! | [`json`] | programs; contract of schema version 1 |
//! | [`gates_text`] and its like | gates, passed and not |
//! | [`csv`] | spreadsheets: one row per line, no totals among the data |
//! | [`markdown`] | pull requests |
//! | [`github_comment`] | a comment on a pull request, within what GitHub takes |
//! | [`baseline_text`] and its like | a fleet against the result of an earlier run |
//! | [`html`] | people away from a terminal: one page, self-contained |
//! | [`xlsx`] | analysts: live formulas |
//! | [`focus`](fn@focus) | tools that read bills: FOCUS 1.2 |
//! | [`explain_text`] and its like | every line as a derivation |
//! | [`inspect_text`], [`pulls_text`], [`churn_text`] and their like | real images |
//! | [`check_text`], [`cache_text`], [`cost_text`], [`compare_text`] and their like | Dockerfiles |
//! | [`quote_text`], [`prices_text`], [`stale_text`], [`drift_text`] and their like | the price book |
//! | [`SCHEMAS`] | JSON Schema of what the JSON writers write |

mod baseline;
mod code;
mod comment;
mod components;
mod csv;
mod dockerfile;
mod drift;
mod dto;
mod exchange;
mod explain;
mod focus;
mod gates;
mod headline;
mod html;
mod image;
mod json;
mod markdown;
mod number;
mod page;
mod prices;
mod remarks;
mod schema;
mod stale;
mod style;
mod table;
mod text;
mod wrap;
mod xlsx;

use chrono::NaiveDate;
use imgcost::estimate::{Alternative, Comparison, Estimate};
use imgcost::fleet::defaults::Assumption;
use imgcost::units::{Currency, Money};
use rust_decimal::Decimal;

pub use baseline::{
    BaselineReport, baseline_comment, baseline_csv, baseline_json, baseline_markdown, baseline_text,
};
pub use comment::github_comment;
pub use csv::csv;
pub use dockerfile::{
    CacheReport, CheckReport, CheckedFile, ComparedFile, CostReport, DockerfileCompareReport,
    PricedFinding, cache_csv, cache_json, cache_markdown, cache_text, check_csv, check_github,
    check_json, check_markdown, check_sarif, check_text, compare_csv, compare_json,
    compare_markdown, compare_text, cost_csv, cost_json, cost_markdown, cost_text,
};
pub use drift::{DriftReport, drift_csv, drift_json, drift_markdown, drift_text};
pub use exchange::Exchange;
pub use explain::{Explained, explain_csv, explain_json, explain_markdown, explain_text};
pub use focus::{focus, focus_left_out};
pub use gates::{GateReport, gates_json, gates_junit, gates_markdown, gates_text};
pub use html::html;
pub use image::{
    ChurnReport, InspectReport, Inspected, PullReport, Pulled, WasteCost, churn_csv,
    churn_fragment, churn_json, churn_markdown, churn_text, inspect_csv, inspect_json,
    inspect_markdown, inspect_text, pulls_csv, pulls_json, pulls_markdown, pulls_text,
};
pub use json::json;
pub use markdown::markdown;
pub use prices::{
    Quote, prices_csv, prices_json, prices_markdown, prices_text, quote_csv, quote_json,
    quote_markdown, quote_text,
};
pub use schema::{Published, SCHEMAS};
pub use stale::{StaleReport, stale_csv, stale_json, stale_markdown, stale_text};
pub use style::Colour;
pub use table::{Align, Table};
pub use text::text;
pub use xlsx::xlsx;

/// Everything that a report says.
#[derive(Debug, Clone)]
pub struct Report<'r> {
    /// What it is about: a fleet's name, or `one service from 1.2 GB to 180 MB`.
    pub title: String,
    /// The scene, in short lines: nodes, deploys, registry, path.
    pub setting: Vec<String>,
    /// What was computed.
    pub view: View<'r>,
    /// The labels that groups are made by.
    pub group_by: Vec<String>,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What other paths would cost; empty if that was not asked.
    pub alternatives: Vec<Alternative>,
    /// The names of the paths taken.
    pub paths: Vec<String>,
    /// Unpacked bytes per compressed byte, if one number says it.
    pub compression: Option<Decimal>,
    /// Seconds by which a fresh node is ready sooner, if one number says it.
    pub ready_sooner: Option<Decimal>,
    /// The one-off work of slimming.
    pub effort: Option<Money>,
    /// The container bill that the user states.
    pub container_bill: Option<Money>,
    /// Billed amounts month by month, before and after, where storage grows without end.
    pub by_month: Vec<(u32, Money, Money)>,
    /// The totals in another currency, if one was asked for.
    pub exchange: Option<Exchange>,
    /// Whether text gives each assumption a line with its source.
    pub verbose: bool,
    /// Whether JSON lists lines.
    pub lines: bool,
    /// Warnings beside those of the estimates.
    pub warnings: Vec<String>,
}

/// What was computed.
#[derive(Debug, Clone, Copy)]
pub enum View<'r> {
    /// Before against after.
    Compare(&'r Comparison),
    /// One side.
    Estimate(&'r Estimate),
}

impl<'r> View<'r> {
    /// The sides, before first.
    pub fn sides(self) -> Vec<&'r Estimate> {
        match self {
            Self::Compare(comparison) => vec![&comparison.before, &comparison.after],
            Self::Estimate(estimate) => vec![estimate],
        }
    }

    /// Whether every line has a price.
    pub fn is_complete(self) -> bool {
        self.sides().iter().all(|side| side.is_complete())
    }

    /// Whether all that is billed has a price: capacity and time may be without.
    fn is_priced(self) -> bool {
        self.sides().iter().all(|side| !side.figures().monthly.unpriced)
    }

    fn currency(self) -> Currency {
        self.sides()[0].terms.currency
    }

    fn as_of(self) -> NaiveDate {
        self.sides()[0].terms.as_of
    }
}

/// Text that a terminal shows as it is: names come from users, control characters would reach the
/// terminal as commands, and marks of direction would show other words than stand there.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character acts instead of being seen, or is none: XML refuses U+FFFE and U+FFFF.
fn is_hidden(c: char) -> bool {
    let marks = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || marks || matches!(c, '\u{fffe}' | '\u{ffff}')
}

impl Report<'_> {
    /// All warnings, once each: those of the estimates and those of the caller.
    pub fn all_warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = Vec::new();
        let estimated = self.view.sides().into_iter().flat_map(Estimate::warnings);
        for warning in self.warnings.iter().cloned().chain(estimated.map(|w| w.to_string())) {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        warnings
    }
}
