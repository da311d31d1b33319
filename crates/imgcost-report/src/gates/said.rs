//! Gates in words: what was found, what would be allowed, who is to blame.

use imgcost::demand::Kind;
use imgcost::estimate::Warning;
use imgcost::gate::{
    Excess, Found, Gate, LeastSaving, MostIncrease, Offender, Outcome, Verdict, Who, within,
};
use imgcost::units::{Compressed, Money, format_bytes};
use rust_decimal::Decimal;

use super::{GateReport, counted};
use crate::components::label;
use crate::number::{changed_percent, decimals, growth, money};

/// A gate as it is asked for on the command line.
pub(super) fn flag(gate: &Gate) -> String {
    match gate {
        Gate::Budget(limit) => format!("--budget {}", limit),
        Gate::BudgetPer { label, limit } => format!("--budget-per {label}={limit}"),
        Gate::MaxIncrease(MostIncrease::Percent(percent)) => format!("--max-increase {percent}"),
        Gate::MaxIncrease(MostIncrease::Amount(amount)) => {
            format!("--max-increase-amount {amount}")
        }
        Gate::MaxIncrease(MostIncrease::Either(percent, amount)) => {
            format!("--max-increase {percent} --max-increase-amount {amount}")
        }
        Gate::MinImageSaving(LeastSaving::Percent(percent)) => {
            format!("--min-image-saving {percent}")
        }
        Gate::MinImageSaving(LeastSaving::Bytes(Compressed(bytes))) => {
            format!("--min-image-saving {bytes}B")
        }
    }
}

impl GateReport<'_> {
    fn money(&self, amount: Money) -> String {
        money(amount, self.estimate.terms.currency)
    }

    /// What came of a gate, without its name.
    pub(super) fn sentence(&self, verdict: &Verdict) -> String {
        let said = match (&verdict.gate, verdict.found) {
            (Gate::Budget(limit), Found::Billed(billed)) => self.budget(verdict, *limit, billed),
            (Gate::BudgetPer { label, limit }, Found::Groups(groups)) => {
                let limit = self.money(*limit);
                match verdict.outcome {
                    Outcome::Passed => {
                        format!("every value of `{label}` is within {limit} a month ({groups})")
                    }
                    _ => format!(
                        "values of `{label}` that are not within {limit} a month: {} of {groups}",
                        verdict.offenders.len()
                    ),
                }
            }
            (Gate::MaxIncrease(most), Found::Change { before, after }) => {
                self.increase(verdict, *most, before, after)
            }
            (Gate::MinImageSaving(least), Found::Services { judged, of }) => {
                image(verdict, *least, judged, of)
            }
            // A gate and what is found for it go together.
            _ => verdict.outcome.name().to_owned(),
        };
        match verdict.outcome {
            Outcome::Unknown if !matches!(verdict.gate, Gate::MinImageSaving(_)) => {
                format!("{said}; this cannot be told: {}", self.why_unknown())
            }
            _ => said,
        }
    }

    fn budget(&self, verdict: &Verdict, limit: Money, billed: Money) -> String {
        // Where cents would make them the same, every digit is shown.
        let exactly = billed != limit && self.money(billed) == self.money(limit);
        let shown = |amount: Money| match exactly {
            true => format!("{amount} {}", self.estimate.terms.currency),
            false => self.money(amount),
        };
        let (amount, allowed) = (shown(billed), shown(limit));
        match verdict.outcome {
            Outcome::Passed => {
                format!("{amount} a month is within {allowed}, {} is left", shown(limit - billed))
            }
            Outcome::Breached => {
                let over = shown(billed - limit);
                format!("{amount} a month is {over} above the {allowed} that are allowed")
            }
            Outcome::Unknown => {
                format!("what has a price comes to {amount} a month, {allowed} are allowed")
            }
        }
    }

    fn increase(
        &self,
        verdict: &Verdict,
        most: MostIncrease,
        before: Money,
        after: Money,
    ) -> String {
        let currency = self.estimate.terms.currency;
        let percent = verdict.found.growth_percent().map(changed_percent);
        let percent = percent.map_or(String::new(), |percent| format!(" ({percent})"));
        let change = format!("{}{percent}", growth(after - before, currency));
        let (was, is) = (self.money(before), self.money(after));
        let allowed = match most {
            MostIncrease::Percent(percent) => format!("{percent} more is allowed"),
            MostIncrease::Amount(amount) => format!("{} more is allowed", self.money(amount)),
            MostIncrease::Either(percent, amount) => {
                format!("{percent} or {} more is allowed, whichever is more", self.money(amount))
            }
        };
        let beyond_one = match (verdict.outcome, most) {
            (Outcome::Passed, MostIncrease::Either(percent, _))
                if !within(MostIncrease::Percent(percent), before, after) =>
            {
                "; beyond the percentage, but not beyond the amount"
            }
            (Outcome::Passed, MostIncrease::Either(_, amount))
                if !within(MostIncrease::Amount(amount), before, after) =>
            {
                "; beyond the amount, but not beyond the percentage"
            }
            _ => "",
        };
        let now = match verdict.outcome {
            Outcome::Unknown => format!("what has a price went from {was} to {is} a month"),
            _ => format!("{was} became {is} a month, {change}"),
        };
        format!("{now}; {allowed}{beyond_one}")
    }

    /// Which lines have no price, and why.
    fn why_unknown(&self) -> String {
        let billed = self.estimate.lines().filter(|line| line.kind() == Kind::Billed);
        let count = billed.filter(|line| line.amount.is_none()).count();
        let reasons = self.estimate.warnings().into_iter().filter_map(|warning| match warning {
            Warning::Unpriced { what, why } => Some(format!("{what}: {why}")),
            _ => None,
        });
        let reasons: Vec<String> = reasons.take(super::NAMED).collect();
        let have = if count == 1 { "has" } else { "have" };
        format!("{} {have} no price ({})", counted(count, "line"), reasons.join("; "))
    }

    /// Who is to blame: the first so many of them, and how many more there are.
    pub(super) fn blamed(&self, verdict: &Verdict, most: usize) -> Vec<String> {
        let shown = verdict.offenders.iter().take(most);
        let mut named: Vec<String> = shown
            .map(|offender| format!("{}: {}", name(&offender.who), self.excess(verdict, offender)))
            .collect();
        let more = verdict.offenders.len().saturating_sub(most) as u64 + verdict.more;
        if more > 0 {
            named.push(format!("and {more} more"));
        }
        named
    }

    /// By how much somebody is to blame.
    pub(super) fn excess(&self, verdict: &Verdict, offender: &Offender) -> String {
        let currency = self.estimate.terms.currency;
        let over = |amount: Money| match &verdict.gate {
            Gate::BudgetPer { limit, .. } if amount > *limit => {
                format!(", {} above", self.money(amount - *limit))
            }
            _ => String::new(),
        };
        match offender.by {
            Excess::Billed(amount) => format!("{}{}", self.money(amount), over(amount)),
            Excess::AtLeast(amount) => {
                format!("at least {}{}, some without a price", self.money(amount), over(amount))
            }
            Excess::Grew { before, after } => format!(
                "{} ({} to {})",
                growth(after - before, currency),
                self.money(before),
                self.money(after)
            ),
            Excess::GrewAtLeast { before, after } => format!(
                "at least {} ({} to {} and what has no price)",
                growth(after - before, currency),
                self.money(before),
                self.money(after)
            ),
            Excess::Image { before, after } => saved(before, after, offender.by.percent_saved()),
        }
    }
}

fn image(verdict: &Verdict, least: LeastSaving, judged: u64, of: u64) -> String {
    let least = match least {
        LeastSaving::Percent(percent) => format!("{percent} of its compressed bytes"),
        LeastSaving::Bytes(Compressed(bytes)) => {
            format!("{} of compressed bytes", format_bytes(bytes))
        }
    };
    let short = verdict.offenders.len() as u64 + verdict.more;
    let which = format!("services with another image to move to: {judged} of {of}");
    match verdict.outcome {
        Outcome::Passed => format!("{which}; each would save at least {least}"),
        Outcome::Breached => format!("{which}; those that would not save {least}: {short}"),
        Outcome::Unknown => format!(
            "none of {of} services has another image to move to, so that this cannot be told: give services an `after`"
        ),
    }
}

/// `saves 2 MB of 100 MB (2.0 %)`
fn saved(
    Compressed(before): Compressed,
    Compressed(after): Compressed,
    percent: Option<Decimal>,
) -> String {
    let of = format_bytes(before);
    if after > before {
        return format!("grows from {of} by {}", format_bytes(after - before));
    }
    let percent = percent.map_or(String::new(), |percent| format!(" ({} %)", decimals(percent, 1)));
    format!("saves {} of {of}{percent}", format_bytes(before - after))
}

pub(super) fn name(who: &Who) -> String {
    match who {
        Who::Service(name) | Who::Group(name) => name.clone(),
        Who::Component(component) => label(*component).to_owned(),
    }
}
