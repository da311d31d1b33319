//! `imgcost serve`: the what-if as a local page, which shows what the command prints.

mod choices;
mod flags;

use std::sync::Arc;

use imgcost_report::printable;
use imgcost_serve::{Audience, Limits, Parameter, Refusal, Site};

use crate::args::{Color, Format, Global, Serve, Whatif};
use crate::commands::whatif;
use crate::exchange;
use crate::exit::Failure;
use crate::price_book;
use crate::result;

/// Services that the page counts: each has its lines in the answer (10 kB), which is held in memory until a
/// client has read it.
const MOST_SERVICES: u32 = 100;

pub(crate) fn run(serve: &Serve, global: &Global) -> Result<(), Failure> {
    if global.overlays.iter().any(|path| path.as_os_str() == "-") {
        let message =
            "the server reads price files again for each answer, and standard input cannot be";
        return Err(Failure::usage(message, "write the prices to a file"));
    }
    if global.out_file.is_some() || global.format != Format::Text {
        let message = "the server writes no result of its own";
        return Err(Failure::usage(message, "leave --out-file and --format out"));
    }
    // What is wrong with the files is said now, not to each request.
    price_book::book(&[], Vec::new(), global)?;
    let audience = match serve.allow_remote {
        true => Audience::Network(serve.allow_host.clone()),
        false => Audience::ThisMachine,
    };
    if !audience.may_listen_on(serve.listen.ip()) {
        let message = format!("{} can be reached from other machines", serve.listen);
        let help = "listen on 127.0.0.1, or let others in with --allow-remote";
        return Err(Failure::usage(message, help));
    }
    exchange::readable(&serve.exchange, global)?;
    let choices = choices::of(serve, global);
    let global = Arc::new(Global { color: Color::Never, out_file: None, ..global.clone() });
    let (ours, theirs) = (global.clone(), global.clone());
    let exchange = serve.exchange.clone();
    let site = Site {
        choices,
        whatif: Box::new(move |parameters| {
            let exchange = exchange.clone();
            answered(parameters, |asked| json(&Whatif { exchange, ..asked }, &ours))
        }),
        fleet: Box::new(move |parameters| answered(parameters, |asked| fleet(&asked, &theirs))),
    };
    let ready = |address: std::net::SocketAddr| {
        eprintln!("imgcost: the what-if page is at http://{address}/ (Ctrl-C ends it)");
        if !address.ip().is_loopback() {
            eprintln!(
                "imgcost: WARNING: OTHER MACHINES CAN REACH THIS PAGE. It has no password and no TLS; \
                 prices and discounts given to it can be read from its answers."
            );
        }
    };
    imgcost_serve::serve(serve.listen, audience, Limits::USUAL, site, ready)
        .map_err(|error| Failure::plain(format!("cannot listen on {}: {error}", serve.listen)))
}

fn answered(
    parameters: &[Parameter],
    compute: impl FnOnce(Whatif) -> Result<Vec<u8>, Failure>,
) -> Result<Vec<u8>, Refusal> {
    let asked = flags::whatif(parameters)?;
    if asked.services > MOST_SERVICES {
        return Err(Refusal {
            error: format!("the page counts up to {MOST_SERVICES} services"),
            help: Some("imgcost whatif on the command line counts more".into()),
        });
    }
    compute(asked).map_err(flags::refusal)
}

/// What `imgcost whatif --format json` writes.
fn json(asked: &Whatif, global: &Global) -> Result<Vec<u8>, Failure> {
    whatif::computed(asked, global, |view, outcome| {
        let mut json = Vec::new();
        let report = result::report(view, outcome, global)?;
        imgcost_report::json(&report, &mut json)
            .map_err(|error| Failure::plain(format!("cannot write the result: {error}")))?;
        result::object_to_report(&report, global)?;
        Ok(json)
    })
}

/// A fleet file that comes to the same, if it was computed.
fn fleet(asked: &Whatif, global: &Global) -> Result<Vec<u8>, Failure> {
    if asked.scene.storage_price.is_some() || asked.scene.egress_price.is_some() {
        let message = "a fleet file cannot carry --storage-price and --egress-price";
        return Err(Failure::with_help(message, "write a price file, and give it with --prices"));
    }
    whatif::computed(asked, global, |_, _| Ok(()))?;
    let file = format!(
        "# {} against {}: imgcost compare fleet.toml\n\
         # Prices, their date, discounts and allowances are flags of the command.\n\n{}",
        printable(&asked.before),
        printable(&asked.after),
        whatif::fleet_toml(asked)
    );
    Ok(many(&file, asked.services).into_bytes())
}

/// The file with its service so many times.
fn many(file: &str, count: u32) -> String {
    let named = |n| format!("name = \"service-{n}\"");
    match file.split_once("[[service]]\n") {
        Some((rest, service)) if count > 1 => (1..=count).fold(rest.to_owned(), |file, n| {
            let service = service.replacen("name = \"service\"", &named(n), 1);
            format!("{file}[[service]]\n{service}\n")
        }),
        _ => file.to_owned(),
    }
}
