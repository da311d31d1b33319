//! A fleet against the result of an earlier run.

mod rows;
mod write;

use imgcost::estimate::Against;
use imgcost::fleet::defaults::Assumption;

use crate::number::{changed_percent, money};

pub use write::{baseline_comment, baseline_csv, baseline_json, baseline_markdown, baseline_text};

/// Everything that a comparison with a baseline says.
#[derive(Debug, Clone)]
pub struct BaselineReport<'r> {
    /// What the fleet is called.
    pub title: String,
    /// The scene, in short lines.
    pub setting: Vec<String>,
    /// The file that the baseline was read from.
    pub file: String,
    /// What was computed.
    pub against: Against<'r>,
    /// The labels that groups are made by.
    pub group_by: Vec<String>,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// Warnings beside those of the estimate.
    pub warnings: Vec<String>,
}

impl BaselineReport<'_> {
    fn currency(&self) -> imgcost::units::Currency {
        self.against.now.terms.currency
    }

    fn headline(&self) -> String {
        let (title, currency) = (crate::headline::capitalised(&self.title), self.currency());
        let before = self.against.baseline.figures.monthly.billed;
        let after = self.against.now.figures().monthly.billed;
        let cost = money(after, currency);
        if !self.against.now.is_complete() {
            let was = money(before, currency);
            return format!(
                "{title}: prices are missing. What has a price costs {cost} a month; all of it cost {was}."
            );
        }
        let percent = self.against.percent_billed().map(|saved| changed_percent(-saved));
        let percent = percent.map_or(String::new(), |percent| format!(" ({percent})"));
        match after.cmp(&before) {
            std::cmp::Ordering::Equal => {
                format!("{title}: {cost} a month, as it did in the baseline.")
            }
            std::cmp::Ordering::Greater => {
                let more = money(after - before, currency);
                format!("{title}: {cost} a month, {more} more{percent} than in the baseline.")
            }
            std::cmp::Ordering::Less => {
                let less = money(before - after, currency);
                format!("{title}: {cost} a month, {less} less{percent} than in the baseline.")
            }
        }
    }

    /// What the baseline is, and which sides were compared.
    fn sides(&self) -> String {
        let was = self.against.baseline;
        let now = self.against.now;
        format!(
            "Baseline {}: {}, side {}, prices of {}. Now: side {}, prices of {}.",
            self.file,
            was.title,
            was.side.name(),
            was.as_of,
            now.demand.side.name(),
            now.terms.as_of
        )
    }

    /// All warnings, once each.
    fn all_warnings(&self) -> Vec<String> {
        let estimated = self.against.now.warnings().into_iter().map(|warning| warning.to_string());
        let mut warnings = self.warnings.clone();
        warnings.extend(caveats(&self.against, &self.group_by));
        warnings.extend(estimated);
        let mut once = Vec::new();
        for warning in warnings {
            if !once.contains(&warning) {
                once.push(warning);
            }
        }
        once
    }
}

/// What a reader should know about the two sides before believing the difference.
pub(crate) fn caveats(against: &Against<'_>, group_by: &[String]) -> Vec<String> {
    let (was, now) = (against.baseline, against.now);
    let mut caveats = Vec::new();
    if was.as_of != now.terms.as_of {
        caveats.push(format!(
            "the baseline has prices of {}, this has those of {}: a part of the change may be the prices' (--as-of {} takes the older ones)",
            was.as_of, now.terms.as_of, was.as_of
        ));
    }
    if was.side != now.demand.side {
        caveats.push(format!(
            "the baseline's side is {}, the fleet's is {}",
            was.side.name(),
            now.demand.side.name()
        ));
    }
    if against.components.is_none() {
        caveats.push("the baseline lists no lines, so that only totals can be compared (do not write it with --lines none)".into());
    } else if against.services.is_none() {
        caveats.push("services are compared only where both sides have lines by service".into());
    }
    if !group_by.is_empty() && against.groups.is_none() {
        let theirs = match was.group_by.is_empty() {
            true => "not grouped".to_owned(),
            false => format!("grouped by {}", was.group_by.join(", ")),
        };
        caveats.push(format!(
            "the baseline is {theirs}: write it with the same --group-by to compare groups"
        ));
    }
    caveats
}
