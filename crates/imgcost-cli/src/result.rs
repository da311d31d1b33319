//! Writes a result in the format asked for, and lets `--strict` object to it.

use std::io::IsTerminal;

use chrono::NaiveDate;
use imgcost::demand::{SHARED, UNLABELLED, ready_sooner};
use imgcost::estimate::{Alternative, Warning};
use imgcost::fleet::defaults::{self, Assumption};
use imgcost::fleet::{Cluster, Fleet, Service};
use imgcost::price::PriceId;
use imgcost::units::Money;
use imgcost_read::Assumed;
use imgcost_report::{Colour, Report, View};

use crate::args::{Color, Document, ExchangeArgs, Format, Global, Lines};
use crate::exchange;
use crate::exit::Failure;
use crate::files;
use crate::fleet_file::{Loaded, OWN_LINES};

/// What a command knows about its result, beyond the numbers.
pub(crate) struct Outcome<'o> {
    pub(crate) title: String,
    pub(crate) setting: Vec<String>,
    pub(crate) fleet: &'o Fleet,
    /// The services, if they are in memory: some remarks hold only for a single one.
    pub(crate) services: &'o [Service],
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) alternatives: Vec<Alternative>,
    pub(crate) by_month: Vec<(u32, Money, Money)>,
    /// A second currency, if one was asked for.
    pub(crate) exchange: Option<&'o ExchangeArgs>,
    /// Whether lines are listed.
    pub(crate) lines: bool,
    pub(crate) warnings: Vec<String>,
}

impl<'o> Outcome<'o> {
    /// What is known of a fleet file.
    pub(crate) fn of_fleet(
        loaded: &'o Loaded<'_>,
        assumed: Assumed,
        count: u64,
        own_lines: bool,
        global: &Global,
    ) -> Self {
        let fleet = &loaded.file.fleet;
        let all_here = loaded.file.csv.is_empty();
        let mut warnings = loaded.images.notes();
        if !own_lines
            && global.lines.is_none()
            && matches!(global.format, Format::Json | Format::Csv | Format::Xlsx | Format::Focus)
        {
            warnings.push(format!(
                "lines are by component and group: there are more than {OWN_LINES} services; --lines service lists each"
            ));
        }
        let many =
            |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        Self {
            title: fleet.name.clone(),
            setting: vec![format!(
                "{} on {}, {}",
                many(count, "service"),
                many(fleet.clusters.len() as u64, "cluster"),
                if fleet.registries.len() == 1 {
                    "1 registry".to_owned()
                } else {
                    format!("{} registries", fleet.registries.len())
                },
            )],
            fleet,
            services: if all_here { &loaded.file.services } else { &[] },
            assumptions: assumed.list(),
            alternatives: Vec::new(),
            by_month: Vec::new(),
            exchange: None,
            lines: global.lines != Some(Lines::None),
            warnings,
        }
    }

    /// Every price that the fleet, or the fleet on other paths, may need.
    pub(crate) fn path_prices(&self) -> Vec<PriceId> {
        scenario_prices(self.fleet, self.services)
    }
}

/// Every price that a fleet may need, whatever paths its bytes take.
pub(crate) fn scenario_prices(fleet: &Fleet, services: &[Service]) -> Vec<PriceId> {
    let mut ids: Vec<PriceId> = Vec::new();
    ids.extend(services.iter().filter_map(|service| Some(service.build.as_ref()?.price.clone())));
    for registry in &fleet.registries {
        let provider = registry.provider;
        ids.extend([provider.storage, provider.pull, provider.internet].map(PriceId::new));
        let fee = registry.plan.map(|plan| plan.fee);
        ids.extend(
            [provider.inter_region, provider.replica_fee, fee]
                .into_iter()
                .flatten()
                .map(PriceId::new),
        );
        ids.extend(registry.scan.clone());
    }
    for cluster in &fleet.clusters {
        let cloud = cluster.cloud;
        let ways = [cloud.nat_data, cloud.endpoint_data, cloud.s3_gateway, cloud.cross_az];
        ids.extend(ways.into_iter().flatten().map(PriceId::new));
        let hours = [
            cloud.nat_hour.filter(|_| cluster.nat_gateways > 0),
            cloud.endpoint_hour.filter(|_| cluster.endpoints > 0),
        ];
        ids.extend(hours.into_iter().flatten().map(PriceId::new));
        let task =
            cloud.task.filter(|_| cluster.cacheless.is_some()).map(|(vcpu, memory)| [vcpu, memory]);
        ids.extend(task.into_iter().flatten().map(PriceId::new));
        ids.extend(cluster.disk.iter().chain(&cluster.node_price).cloned());
    }
    ids.sort();
    ids.dedup();
    ids
}

/// The day whose prices are taken: the flag's, the file's, or today.
pub(crate) fn as_of(global: &Global, file: Option<NaiveDate>) -> NaiveDate {
    global.as_of.or(file).unwrap_or_else(|| chrono::Local::now().date_naive())
}

/// Whether the result is coloured: never in a file, by default only in a terminal.
pub(crate) fn colour(global: &Global) -> Colour {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|no| !no.is_empty());
    let on = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => global.out_file.is_none() && std::io::stdout().is_terminal() && !no_color,
    };
    if on { Colour::On } else { Colour::Off }
}

pub(crate) fn write(view: View<'_>, outcome: Outcome<'_>, global: &Global) -> Result<(), Failure> {
    let report = report(view, outcome, global)?;
    let out_file = global.out_file.as_deref();
    match global.format {
        Format::Xlsx | Format::Focus if global.lines == Some(Lines::None) => {
            return Err(Failure::usage(
                "this format is made of lines",
                "use --lines service or --lines component, or leave it out",
            ));
        }
        Format::Html => files::deliver(out_file, |out| imgcost_report::html(&report, out))?,
        Format::GithubComment => {
            files::deliver(out_file, |out| imgcost_report::github_comment(&report, out))?;
        }
        Format::Xlsx => {
            files::not_to_a_terminal(out_file, "fleet.xlsx")?;
            files::deliver(out_file, |out| imgcost_report::xlsx(&report, out))?;
        }
        Format::Focus if report.exchange.is_some() => {
            return Err(Failure::usage(
                "the rows of a bill are in the currency of their prices",
                "leave --currency out",
            ));
        }
        Format::Focus => {
            files::deliver(out_file, |out| imgcost_report::focus(&report, out))?;
            let count = imgcost_report::focus_left_out(&report);
            if count > 0 && !global.quiet {
                let noun = if count == 1 { "line has" } else { "lines have" };
                eprintln!(
                    "warning: {count} {noun} no price and no row: these costs are incomplete"
                );
            }
        }
        _ => {
            let format = global.document()?;
            files::deliver(out_file, |out| match format {
                Document::Text => imgcost_report::text(&report, colour(global), out),
                Document::Json => imgcost_report::json(&report, out),
                Document::Csv => imgcost_report::csv(&report, out),
                Document::Markdown => imgcost_report::markdown(&report, out),
            })?;
        }
    }
    object_to_report(&report, global)
}

/// What `--strict` and `--deny-stale` have against a report, its rates of exchange included.
pub(crate) fn object_to_report(report: &Report<'_>, global: &Global) -> Result<(), Failure> {
    object(report.view, global)?;
    let exchange = report.exchange.as_ref().filter(|_| global.strict || global.deny_stale);
    match exchange.and_then(|exchange| exchange::old(exchange, report.view)) {
        None => Ok(()),
        Some(old) => Err(objection(old, global)),
    }
}

/// Everything that is said about a result.
pub(crate) fn report<'v>(
    view: View<'v>,
    outcome: Outcome<'_>,
    global: &Global,
) -> Result<Report<'v>, Failure> {
    let Outcome {
        title,
        setting,
        fleet,
        services,
        assumptions,
        alternatives,
        by_month,
        exchange,
        lines,
        warnings,
    } = outcome;
    let exchange = exchange.map(|args| exchange::exchange(args, view)).transpose()?.flatten();
    let old_rates = exchange.as_ref().and_then(|exchange| exchange::old(exchange, view));
    let single = services.first().filter(|first| {
        services
            .iter()
            .all(|service| service.before == first.before && service.after == first.after)
    });
    let sooner = single.map(|service| {
        ready_sooner(&fleet.clusters[service.cluster], &service.before, &service.after)
    });
    let mut paths: Vec<String> = fleet
        .clusters
        .iter()
        .flat_map(|cluster| &cluster.path)
        .map(|leg| leg.kind.name())
        .collect();
    paths.dedup();
    Ok(Report {
        title,
        setting,
        view,
        group_by: global.group_by.clone(),
        assumptions: taken(assumptions, &fleet.clusters, global),
        alternatives,
        paths,
        compression: single.map(|service| service.before.compression().to_decimal()),
        ready_sooner: sooner.transpose()?.map(|seconds| seconds.to_decimal()),
        effort: fleet.effort,
        container_bill: fleet.container_bill,
        by_month,
        exchange,
        verbose: global.verbose,
        lines,
        warnings: [
            warnings,
            old_rates.into_iter().collect(),
            unused_labels(view, global),
            nothing_to_compare(view, services),
        ]
        .concat(),
    })
}

/// All that was taken for granted: by the file, and by flags.
pub(crate) fn taken(
    assumptions: Vec<Assumption>,
    clusters: &[Cluster],
    global: &Global,
) -> Vec<Assumption> {
    [in_these(assumptions, clusters), terms(global)].concat()
}

/// Assumptions with the value that these clusters got, where a default differs by cloud.
fn in_these(assumptions: Vec<Assumption>, clusters: &[Cluster]) -> Vec<Assumption> {
    let prices = clusters.iter().filter_map(|cluster| cluster.node_price.as_ref());
    let mut nodes: Vec<String> = prices.map(PriceId::to_string).collect();
    nodes.sort();
    nodes.dedup();
    let here = |assumption: Assumption| {
        if assumption.name == defaults::NODE_PRICE.name && !nodes.is_empty() {
            Assumption { value: nodes.join(", "), ..assumption }
        } else {
            assumption
        }
    };
    assumptions.into_iter().map(here).collect()
}

/// The terms that flags set: what is deducted or replaced must not go unsaid.
pub(crate) fn terms(global: &Global) -> Vec<Assumption> {
    let said = |name: &str, value: String, source: &str| Assumption {
        name: name.into(),
        value,
        basis: "given".into(),
        source: source.into(),
    };
    let mut terms = Vec::new();
    terms.extend(global.free.then(|| said("free", "allowances deducted".into(), "--free")));
    terms.extend(global.discount.iter().map(|off| said("discount", off.clone(), "--discount")));
    let overlays = global.overlays.iter().map(|path| files::name(path));
    let source = "--prices: its rows win over the built-in ones";
    terms.extend(overlays.map(|path| said("prices", path, source)));
    terms
}

/// Labels grouped by that no service has.
fn unused_labels(view: View<'_>, global: &Global) -> Vec<String> {
    let unused = |(index, label): (usize, &String)| {
        let cells = || view.sides().into_iter().flat_map(|side| &side.demand.cells);
        let used = cells().any(|cell| ![UNLABELLED, SHARED].contains(&cell.group[index].as_str()));
        (!used).then(|| format!("no service has a label `{label}`"))
    };
    global.group_by.iter().enumerate().filter_map(unused).collect()
}

/// A comparison in which nothing changes is seldom meant.
fn nothing_to_compare(view: View<'_>, services: &[Service]) -> Vec<String> {
    let same =
        !services.is_empty() && services.iter().all(|service| service.before == service.after);
    match view {
        View::Compare(_) if same => {
            vec!["before and after are the same image everywhere: give services an `after`".into()]
        }
        _ => Vec::new(),
    }
}

/// What `--strict` and `--deny-stale` have against a report.
pub(crate) fn object(view: View<'_>, global: &Global) -> Result<(), Failure> {
    object_to(view.sides().into_iter().flat_map(|side| side.warnings()), global)
}

/// `--strict`: nothing unpriced, nothing stale. `--deny-stale`: nothing stale.
pub(crate) fn object_to(
    warnings: impl IntoIterator<Item = Warning>,
    global: &Global,
) -> Result<(), Failure> {
    let warnings = warnings.into_iter().filter(|warning| match warning {
        Warning::Unpriced { .. } => global.strict,
        Warning::Stale { .. } => global.strict || global.deny_stale,
        Warning::CrossRegion => false,
    });
    let mut objections: Vec<String> = warnings.map(|warning| warning.to_string()).collect();
    objections.sort();
    objections.dedup();
    if objections.is_empty() { Ok(()) } else { Err(objection(objections.join("; "), global)) }
}

/// What is objected to comes first: a verdict on numbers that are not to be trusted is none.
pub(crate) fn before_gates(
    objection: Result<(), Failure>,
    gates: Option<String>,
) -> Result<(), Failure> {
    match (objection, gates) {
        (objection, None) => objection,
        (Ok(()), Some(gates)) => Err(Failure::Gate(gates)),
        (Err(Failure::Strict(why)), Some(gates)) => Err(Failure::Strict(format!("{why}; {gates}"))),
        (Err(Failure::Stale(why)), Some(gates)) => Err(Failure::Stale(format!("{why}; {gates}"))),
        (Err(other), _) => Err(other),
    }
}

/// What the flag that was given objects to.
pub(crate) fn objection(objection: String, global: &Global) -> Failure {
    if global.strict { Failure::Strict(objection) } else { Failure::Stale(objection) }
}
