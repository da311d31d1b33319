//! `imgcost prices import`: vendors' price lists, to a price file.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use imgcost_feeds::{FeedError, Input, Mapping, Problem, Vendor, Wanted, import, price_toml};

use crate::args::{Format, Global, ImportPrices, VendorArg};
use crate::exit::Failure;
use crate::{files, progress, result};

pub(super) fn run(asked: &ImportPrices, global: &Global) -> Result<(), Failure> {
    if global.format != Format::Text {
        let help = "leave --format out: what is written is a price file";
        return Err(Failure::usage("an import has no other format", help));
    }
    let vendor = match asked.vendor {
        VendorArg::Aws => Vendor::Aws,
        VendorArg::Azure => Vendor::Azure,
        VendorArg::Gcp => Vendor::Gcp,
    };
    let mapping = mapping(vendor, asked.map.as_deref())?;
    let inputs = asked.files.iter().map(|path| input(path, global)).collect::<Result<_, _>>()?;
    let wanted = Wanted {
        ids: asked.ids.clone(),
        regions: asked.regions.clone(),
        on: result::as_of(global, None),
    };
    let found = import(&mapping, inputs, &wanted)?;
    let (waived, problems): (Vec<&Problem>, Vec<&Problem>) =
        found.problems.iter().partition(|problem| asked.partial && problem.is_gap());
    if !problems.is_empty() {
        return Err(refusal(&problems));
    }
    if found.rows.is_empty() {
        let help = "see which ids the mapping has rules for: docs/price-feeds.md";
        return Err(Failure::with_help("the lists have no price that a rule selects", help));
    }
    for problem in waived.iter().filter(|_| !global.quiet) {
        eprintln!("warning: {}", imgcost_report::printable(&problem.to_string()));
    }
    let names: Vec<String> = asked.files.iter().map(|path| files::name(path)).collect();
    let heading = [
        format!("Prices that imgcost read on {} from {}.", wanted.on, names.join(", ")),
        "Use them with --prices, or see what changed with `imgcost prices diff built-in`.".into(),
    ];
    let toml = price_toml(&heading, &found.rows);
    files::deliver(global.out_file.as_deref(), |out| out.write_all(toml.as_bytes()))
}

fn mapping(vendor: Vendor, path: Option<&Path>) -> Result<Mapping, Failure> {
    let Some(path) = path else { return Ok(Mapping::built_in(vendor)?) };
    let name = files::name(path);
    let mapping = Mapping::read(&name, &files::text(path)?)?;
    if mapping.vendor != vendor {
        let help = "name the vendor that the mapping is for";
        return Err(Failure::with_help(format!("{name} is for another vendor"), help));
    }
    Ok(mapping)
}

/// Everything that stands in the way, at once.
fn refusal(problems: &[&Problem]) -> Failure {
    let lines: Vec<String> = problems.iter().map(|problem| problem.to_string()).collect();
    let count = match lines.len() {
        1 => "one price cannot be taken".to_owned(),
        many => format!("{many} prices cannot be taken"),
    };
    // Line by line: a text from the list could hold codes of terminals.
    let lines = lines.join("\n");
    let lines: Vec<String> = lines.lines().map(imgcost_report::printable).collect();
    let help = if problems.iter().all(|problem| problem.is_gap()) {
        "--partial writes the others"
    } else {
        "name what you need with --id and --region, or say which SKU is meant in a mapping of your own (--map)"
    };
    Failure::with_help(format!("{count}\n{}", lines.join("\n")), help)
}

fn input(path: &Path, global: &Global) -> Result<Input<'static>, Failure> {
    if files::is_stdin(path) {
        return Ok(Input { name: files::name(path), reader: Box::new(io::stdin().lock()) });
    }
    let failed = |error: &io::Error| {
        Failure::plain(format!("cannot read {}: {}", path.display(), files::reason(error)))
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Failure::plain(format!("cannot read {}: it is a directory", path.display())));
    }
    let reader: Box<dyn Read> = Box::new(BufReader::new(progress::bytes(path, global).watch(file)));
    Ok(Input { name: files::name(path), reader })
}

impl From<FeedError> for Failure {
    fn from(error: FeedError) -> Self {
        Self::with_help(error.to_string(), error.help)
    }
}
