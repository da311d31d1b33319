//! `imgcost init --from`: a what-if as the fleet file that it is, with the defaults it took.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::FromArgMatches;
use imgcost::price::PriceRow;
use imgcost_image::Reference;
use imgcost_inventory::quoted;

use super::{defaults, fresh};
use crate::args::{self, Cli, Command, Global, Whatif};
use crate::commands::whatif;
use crate::exit::Failure;
use crate::images::Images;
use crate::{files, price_book, result, scene};

/// Takes the arguments of a what-if, and writes what it would read.
pub(super) fn run(arguments: &[OsString], global: &Global) -> Result<(), Failure> {
    let line = ["imgcost", "whatif"].map(OsString::from).into_iter();
    let parsed = args::command().try_get_matches_from(line.chain(arguments.iter().cloned()));
    let cli = parsed.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(Failure::Flags)?;
    let Command::Whatif(whatif) = cli.command else {
        return Err(Failure::usage("these are no arguments of a what-if", "imgcost whatif --help"));
    };
    write(&whatif, &both(cli.global, global))
}

/// Flags that every command understands, before and after `--from`.
fn both(inner: Global, outer: &Global) -> Global {
    Global {
        out_file: inner.out_file.or_else(|| outer.out_file.clone()),
        as_of: inner.as_of.or(outer.as_of),
        overlays: [outer.overlays.clone(), inner.overlays].concat(),
        discount: [outer.discount.clone(), inner.discount].concat(),
        free: inner.free || outer.free,
        quiet: inner.quiet || outer.quiet,
        ..inner
    }
}

fn write(whatif: &Whatif, global: &Global) -> Result<(), Failure> {
    let out_file = global.out_file.as_deref();
    fresh(out_file)?;
    images_are_found_from(out_file, whatif)?;
    let one = whatif::fleet_toml(whatif);
    let as_of = result::as_of(global, None);
    let images = Images::new(&whatif.images, global);
    let opened = images.reader(Path::new(""));
    let file = imgcost_read::read_fleet_with_images("what-if", &one, as_of, &opened)
        .map_err(scene::in_flags)?;
    price_book::check_regions(&file.fleet, global)?;
    let given = scene::given_prices(&whatif.scene, &file.fleet, as_of)?;
    let prices = prices_file(&given, out_file)?;
    let text = head(prices.as_deref(), whatif, global) + &body(&one, whatif, global);
    if let Some(path) = &prices {
        files::deliver(Some(path), |out| out.write_all(prices_toml(&given).as_bytes()))?;
        if !global.quiet {
            eprintln!("wrote {}: give it with --prices", path.display());
        }
    }
    files::deliver(out_file, |out| out.write_all(text.as_bytes()))
}

/// Paths in a fleet file are relative to it, those of a what-if to where one is.
fn images_are_found_from(out_file: Option<&Path>, whatif: &Whatif) -> Result<(), Failure> {
    let elsewhere = out_file.and_then(Path::parent).is_some_and(|dir| dir != Path::new(""));
    let relative = |image: &String| match Reference::parse(image) {
        Ok(Reference::Oci { folder: path, .. })
        | Ok(Reference::OciArchive { file: path, .. })
        | Ok(Reference::DockerArchive { file: path, .. })
        | Ok(Reference::Archive { file: path, .. })
        | Ok(Reference::Manifest { file: path, .. }) => path.is_relative(),
        Ok(Reference::Registry { .. }) | Err(_) => false,
    };
    let meant = [&whatif.before, &whatif.after].into_iter().filter(|i| Reference::is_meant(i));
    match meant.filter(|_| elsewhere).find(|image| relative(image)) {
        None => Ok(()),
        Some(image) => Err(Failure::usage(
            format!("{image} would not be found from there: paths are relative to the fleet file"),
            "write the fleet file into this folder, or give the image's full path",
        )),
    }
}

/// Where prices go that a fleet file has no keys for.
fn prices_file(given: &[PriceRow], out_file: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    if given.is_empty() {
        return Ok(None);
    }
    let Some(fleet) = out_file else {
        return Err(Failure::usage(
            "prices given by flags need a file of their own, beside the fleet file",
            "name the fleet file: -o fleet.toml writes fleet.prices.toml too",
        ));
    };
    let prices = fleet.with_extension("prices.toml");
    fresh(Some(&prices))?;
    Ok(Some(prices))
}

fn prices_toml(given: &[PriceRow]) -> String {
    let mut toml = String::from("# Prices given with the what-if; use them with --prices.\n");
    for row in given {
        let rate = row.tiers.first().map_or(String::new(), |tier| tier.rate.to_string());
        let keys = [
            ("id", row.id.as_str()),
            ("currency", row.currency.code()),
            ("unit", row.unit.name()),
            ("rate", &rate),
            // The first day that a fleet file can name: they hold always.
            ("effective-from", "2000-01-01"),
            ("checked", &row.checked.to_string()),
            ("source", &row.source),
        ];
        toml.push_str("\n[[price]]\nregions = [\"*\"]\n");
        for (key, value) in keys {
            let _ = writeln!(toml, "{key} = {}", quoted(value));
        }
    }
    toml
}

fn head(prices: Option<&Path>, whatif: &Whatif, global: &Global) -> String {
    let schema = super::FLEET.lines().next().unwrap_or_default();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut command = "imgcost compare".to_owned();
    let fleet = global.out_file.as_deref().map_or("fleet.toml".into(), name);
    for word in
        std::iter::once(fleet).chain(prices.into_iter().flat_map(|p| ["--prices".into(), name(p)]))
    {
        command += &format!(" {}", imgcost_report::printable(&word));
    }
    let mut head = format!(
        "{schema}\n# A what-if as a fleet file. It comes to the same totals:\n#     {command}\n# Every key that is commented out shows its default.\n"
    );
    if !(global.overlays.is_empty() && global.discount.is_empty()) {
        head += "# Price files and discounts are no part of it: give them again.\n";
    }
    if whatif.exchange.currency.is_some() {
        head += "# Nor is a second currency: give --currency and --rates again.\n";
    }
    head + "\n"
}

/// The tables, each with the defaults of what it does not say.
fn body(one: &str, whatif: &Whatif, global: &Global) -> String {
    let mut tables: Vec<String> = Vec::new();
    for table in one.split("\n\n") {
        let mut table = format!("{}\n", table.trim_end());
        if table.starts_with("[fleet]") {
            if let Some(day) = global.as_of {
                let _ = writeln!(table, "as-of = \"{day}\"");
            }
            if global.free {
                table.push_str("plan = { free = true }\n");
            }
        }
        let defaults = defaults::of(&table, &whatif.scene);
        if !table.starts_with("[[service]]") || whatif.services == 1 {
            tables.push(table + &defaults);
            continue;
        }
        for n in 1..=whatif.services {
            let name = format!("name = {}", quoted(&whatif::numbered(n)));
            let named = table.replacen("name = \"service\"", &name, 1);
            tables.push(if n == 1 { named + &defaults } else { named });
        }
    }
    tables.join("\n")
}
