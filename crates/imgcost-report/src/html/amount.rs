//! Money on the page: rounded for people, exact for programs.

use imgcost::units::{Currency, Money};
use maud::{Markup, html};

use crate::components::Shown;
use crate::number::money;

/// The amount as people read it, in an element that has the exact one.
pub(super) fn amount(amount: Money, currency: Currency) -> Markup {
    html! { data value=(amount) { (money(amount, currency)) } }
}

/// The same with a name, for those who look for one figure.
pub(super) fn named(id: &str, amount: Money, currency: Currency) -> Markup {
    html! { data id=(id) value=(amount) { (money(amount, currency)) } }
}

/// One cell of a table.
pub(super) fn cell(content: Markup) -> Markup {
    html! { td.number { (content) } }
}

/// The cells of a row: each side, and what is saved if there are two.
pub(super) fn cells(sides: &[Shown], currency: Currency) -> Markup {
    html! {
        @for side in sides { (cell(shown(*side, currency))) }
        @if let [_, _] = sides { (last_cell(sides, currency)) }
    }
}

/// What is saved if there are two sides, or the only one.
pub(super) fn last_cell(sides: &[Shown], currency: Currency) -> Markup {
    match sides {
        [before, after] => cell(match (before.known(), after.known()) {
            (Some(before), Some(after)) => amount(before - after, currency),
            _ => html! { "unknown" },
        }),
        [one] => cell(shown(*one, currency)),
        _ => html! {},
    }
}

fn shown(side: Shown, currency: Currency) -> Markup {
    match side {
        Shown::Amount(exact) => amount(exact, currency),
        other => html! { (other.cell(currency)) },
    }
}
