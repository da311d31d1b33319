//! The totals in a second currency, by a file of rates.

use std::path::Path;

use chrono::NaiveDate;
use imgcost::units::{Currency, ExchangeRate, ReferenceRates};
use imgcost_report::{Exchange, View};

use crate::args::{ExchangeArgs, Global};
use crate::exit::Failure;
use crate::{files, result};

/// The oldest rates, in days, that nothing is said about: the European Central Bank publishes on
/// every working day, and holidays leave five days without.
const OLD: i64 = 7;

/// What a result comes to in the currency that was asked for; nothing if it is in that already.
pub(crate) fn exchange(args: &ExchangeArgs, view: View<'_>) -> Result<Option<Exchange>, Failure> {
    let (Some(to), Some(file)) = (args.currency, &args.rates) else { return Ok(None) };
    let Some(terms) = view.sides().first().map(|side| side.terms) else { return Ok(None) };
    let from = terms.currency;
    let rates = read(file, terms.as_of)?;
    if from == to {
        return Ok(None);
    }
    Ok(Some(Exchange::new(rate(&rates, from, to, file)?, view)?))
}

/// The rate between two currencies.
fn rate(
    rates: &ReferenceRates,
    from: Currency,
    to: Currency,
    file: &Path,
) -> Result<ExchangeRate, Failure> {
    rates.rate(from, to)?.ok_or_else(|| {
        let told = |code| code == rates.reference || rates.buys.contains_key(&code);
        let missing = if told(from) { to } else { from };
        let known = rates.buys.keys().chain([&rates.reference]).map(|code| code.code());
        Failure::with_help(
            format!("{} has no rate of {missing} on {}", file.display(), rates.on),
            format!("it has {}", known.collect::<Vec<_>>().join(", ")),
        )
    })
}

/// What is wrong with the rates that a server is started with is said then, not to each request.
pub(crate) fn readable(args: &ExchangeArgs, global: &Global) -> Result<(), Failure> {
    let Some(file) = &args.rates else { return Ok(()) };
    if file.as_os_str() == "-" {
        let message =
            "the server reads the rates again for each answer, and standard input cannot be";
        return Err(Failure::usage(message, "write the rates to a file"));
    }
    let rates = read(file, result::as_of(global, None))?;
    // Prices of a what-if are in dollars.
    args.currency.map_or(Ok(()), |to| rate(&rates, Currency::USD, to, file).map(|_| ()))
}

fn read(file: &Path, as_of: NaiveDate) -> Result<ReferenceRates, Failure> {
    let text = files::text(file)?;
    imgcost_read::read_rates(&file.display().to_string(), &text, as_of)
        .map_err(|problems| Failure::in_file(problems, &text))
}

/// What is to be said of rates that are much older than the prices.
pub(crate) fn old(exchange: &Exchange, view: View<'_>) -> Option<String> {
    let as_of = view.sides().first()?.terms.as_of;
    let days = exchange.days_old(as_of);
    (days > OLD).then(|| {
        format!("the rates of exchange are {days} days older than {as_of}: give a newer file")
    })
}
