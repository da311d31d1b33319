//! Bars as SVG. Lengths are shares of the longest, as decimals: nothing here is a binary float.

use maud::{Markup, html};
use rust_decimal::{Decimal, RoundingStrategy};

/// A bar chart: every bar has its name and its value beside it, so that nothing is told by colour
/// or length alone.
pub(super) struct Bars {
    /// What the chart shows; with all names and values it is the text alternative.
    pub(super) title: String,
    pub(super) groups: Vec<Group>,
}

/// Bars that belong together: one component, before and after.
pub(super) struct Group {
    pub(super) label: String,
    pub(super) bars: Vec<Bar>,
}

/// One bar, of one part or of several.
pub(super) struct Bar {
    pub(super) name: &'static str,
    /// Each part with the class that gives it its colour.
    pub(super) parts: Vec<(&'static str, Decimal)>,
    /// What is written beside it.
    pub(super) value: String,
}

impl Bars {
    pub(super) fn draw(&self) -> Markup {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        let longest = bars().map(Bar::length).max().unwrap_or_default();
        html! {
            div.chart role="img" aria-label=(self.spoken()) {
                @for group in &self.groups {
                    p.label { (group.label) }
                    @for bar in &group.bars {
                        div.bar {
                            span.side { (bar.name) }
                            (svg(&bar.parts, longest))
                            span.value { (bar.value) }
                        }
                    }
                }
            }
        }
    }

    fn spoken(&self) -> String {
        let group = |group: &Group| {
            let bars = group.bars.iter().map(|bar| format!("{} {}", bar.name, bar.value));
            format!("{}: {}", group.label, bars.collect::<Vec<_>>().join(", "))
        };
        let groups: Vec<String> = self.groups.iter().map(group).collect();
        format!("{}. {}.", self.title, groups.join("; "))
    }
}

impl Bar {
    fn length(&self) -> Decimal {
        self.parts.iter().map(|(_, size)| (*size).max(Decimal::ZERO)).sum()
    }
}

/// Rectangles side by side; below nothing there is no bar.
pub(super) fn svg(parts: &[(&'static str, Decimal)], longest: Decimal) -> Markup {
    let mut left = Decimal::ZERO;
    let placed = parts.iter().map(|(class, size)| {
        let width = percent(*size, longest);
        let start = left;
        left += width;
        (class, start, width)
    });
    let placed: Vec<_> = placed.collect();
    html! {
        svg width="100%" height="100%" aria-hidden="true" focusable="false" {
            @for (class, start, width) in placed {
                @if !width.is_zero() {
                    rect class=(class) x={ (start) "%" } width={ (width) "%" } height="100%" {}
                }
            }
        }
    }
}

/// The share of the longest, in percent with two decimals.
pub(super) fn percent(size: Decimal, longest: Decimal) -> Decimal {
    let share = (size * Decimal::ONE_HUNDRED).checked_div(longest).unwrap_or_default();
    let within = share.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
    within.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}
