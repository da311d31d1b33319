//! What can be chosen on the page: the names that flags know.

use imgcost::fleet::{self, RegistryProvider};
use imgcost_serve::{Choices, Cloud, Named, Registry};

use crate::args::{Global, Lines, Serve};
use crate::{price_book, scene};

pub(super) fn of(serve: &Serve, global: &Global) -> Choices {
    let registry = |provider: &RegistryProvider| Registry {
        name: provider.name.into(),
        title: provider.title.into(),
        network: provider.cloud.map(Into::into),
        plans: provider.plans.iter().map(|plan| plan.name.into()).collect(),
    };
    let cloud =
        |cloud: &fleet::Cloud| Cloud { name: cloud.name.into(), network: cloud.network.into() };
    let mut networks: Vec<&str> = fleet::Cloud::all().iter().map(|cloud| cloud.network).collect();
    networks.dedup();
    let regions = networks.into_iter().map(|network| Named {
        name: network.into(),
        values: price_book::regions(network).into_iter().map(Into::into).collect(),
    });
    Choices {
        registry: scene::REGISTRY.into(),
        registries: RegistryProvider::all().iter().map(registry).collect(),
        clouds: fleet::Cloud::all().iter().map(cloud).collect(),
        regions: regions.collect(),
        runners: fleet::runner_families().map(Into::into).collect(),
        terms: terms(serve, global),
    }
}

/// The flags that the server was started with and that count in every answer, as the command takes them.
fn terms(serve: &Serve, global: &Global) -> Vec<String> {
    let mut terms = Vec::new();
    let mut add = |flag: &str, value: String| terms.extend([flag.to_owned(), value]);
    if let Some(day) = global.as_of {
        add("--as-of", day.to_string());
    }
    global.overlays.iter().for_each(|path| add("--prices", path.display().to_string()));
    global.discount.iter().for_each(|discount| add("--discount", discount.clone()));
    global.group_by.iter().for_each(|label| add("--group-by", label.clone()));
    if let (Some(currency), Some(rates)) = (serve.exchange.currency, &serve.exchange.rates) {
        add("--currency", currency.code().into());
        add("--rates", rates.display().to_string());
    }
    if let Some(lines) = global.lines {
        let name = match lines {
            Lines::Service => "service",
            Lines::Component => "component",
            Lines::None => "none",
        };
        add("--lines", name.into());
    }
    if global.free {
        terms.push("--free".into());
    }
    terms
}
