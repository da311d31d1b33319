//! A fleet file with its services, wherever they are listed, and what they demand.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;

use imgcost::demand::{Demand, Grouping, Horizon, Ledger};
use imgcost::estimate::{Estimate, Terms, estimate, price_ids};
use imgcost::fleet::{Service, Side};
use imgcost::price::{PriceBook, PriceId};
use imgcost_read::{Assumed, CsvError, FleetFile, Names, Plan, ReadImage};

use crate::args::{Global, ImageArgs, Lines};
use crate::exit::{Failure, Problem};
use crate::images::Images;
use crate::{files, price_book, progress, render, result};

/// Services up to which every one has its own lines, unless the user says otherwise.
pub(crate) const OWN_LINES: u64 = 10_000;

/// A fleet file that was read.
pub(crate) struct Loaded<'a> {
    pub(crate) file: FleetFile,
    pub(crate) terms: Terms,
    pub(crate) images: Images<'a>,
    path: PathBuf,
}

/// The demands of the sides asked for, and the defaults that their services took.
pub(crate) struct Demands {
    pub(crate) sides: Vec<Demand>,
    pub(crate) assumed: Assumed,
}

impl<'a> Loaded<'a> {
    /// Reads a fleet file; its problems come all at once.
    pub(crate) fn open(
        path: &Path,
        images: &'a ImageArgs,
        global: &'a Global,
    ) -> Result<Self, Failure> {
        let text = files::text(path)?;
        let today = result::as_of(global, None);
        let images = Images::new(images, global);
        let name = files::name(path);
        let opened = images.reader(folder(path));
        let file = imgcost_read::read_fleet_with_images(&name, &text, today, &opened)
            .map_err(|problems| Failure::in_file(problems, &text))?;
        if !global.quiet {
            let text: std::sync::Arc<str> = text.into();
            let problem = |found: &imgcost_read::Diagnostic| Problem {
                diagnostic: found.clone(),
                text: Some(text.clone()),
            };
            let warnings: Vec<Problem> = file.warnings.iter().map(problem).collect();
            render::warnings(&warnings, global.color);
        }
        price_book::check_regions(&file.fleet, global)?;
        let terms = Terms {
            as_of: result::as_of(global, file.as_of),
            free: global.free || file.free,
            currency: file.fleet.currency,
        };
        drop(opened);
        Ok(Self { file, terms, images, path: path.to_owned() })
    }

    /// Whether every service is to have its own lines: as asked, or if there are not too many.
    pub(crate) fn own_lines(&self, global: &Global) -> Result<bool, Failure> {
        if let Some(lines) = global.lines {
            return Ok(lines == Lines::Service);
        }
        let mut count = self.file.services.len() as u64;
        for list in &self.file.csv {
            // The first line is the header.
            let lines = lines_up_to(&self.list(&list.path), OWN_LINES + 1)?;
            count += lines.saturating_sub(1);
        }
        Ok(count <= OWN_LINES)
    }

    /// What the services demand on each side. Lists are streamed, long ones by two threads; memory
    /// grows with the groups, not with the services.
    pub(crate) fn demands(
        &self,
        sides: &[Side],
        grouping: &Grouping,
        horizon: Horizon,
        global: &Global,
    ) -> Result<Demands, Failure> {
        let fresh = || Ok(Ledger::new(&self.file.fleet, sides, grouping.clone(), horizon)?);
        let mut ledger = fresh()?;
        self.file.services.iter().try_for_each(|service| ledger.add(service))?;
        let mut names = Names::of(&self.file.services);
        let mut assumed = self.file.assumed;
        for list in &self.file.csv {
            let path = self.list(&list.path);
            let progress = progress::bytes(&path, global);
            let (theirs, more) = self.stream(&path, &fresh, &mut names, &progress)?;
            assumed = assumed.union(more);
            ledger.merge(theirs)?;
        }
        Ok(Demands { sides: ledger.close()?, assumed })
    }

    /// Every service, in memory: for `explain`, which shows them one by one.
    pub(crate) fn services(&self) -> Result<Vec<Service>, Failure> {
        let mut services = Vec::new();
        self.each_service(|service, _| services.push(service.clone()))?;
        Ok(services)
    }

    /// Every service, one by one, wherever it is listed, with what it takes for granted.
    pub(crate) fn each_service(
        &self,
        mut each: impl FnMut(&Service, Assumed),
    ) -> Result<(), Failure> {
        let own = self.file.services.iter().zip(&self.file.assumed_by.services);
        own.for_each(|(service, assumed)| each(service, *assumed));
        let mut names = Names::of(&self.file.services);
        for list in &self.file.csv {
            let path = self.list(&list.path);
            let name = path.display().to_string();
            let opened = self.images.reader(folder(&path));
            let read = imgcost_read::read_services(
                &name,
                open(&path)?,
                &self.file.context(&opened),
                &mut names,
                |service, assumed| {
                    each(service, assumed);
                    Ok(())
                },
            );
            read.map_err(|error| failure(&path, error))?;
        }
        Ok(())
    }

    /// A warning where storage is a matter of which month it is.
    pub(crate) fn growing(&self) -> Option<String> {
        let fleet = &self.file.fleet;
        let forever = fleet.registries.iter().any(|registry| registry.retention.is_forever());
        forever.then(|| {
            let months = fleet.horizon;
            format!(
                "nothing is ever deleted from a registry: storage is the mean of {months} months"
            )
        })
    }

    /// Prices a demand with the built-in prices that it needs, and with what the file gives.
    pub(crate) fn book(&self, demands: &[Demand], global: &Global) -> Result<PriceBook, Failure> {
        let ids: Vec<PriceId> = demands.iter().flat_map(price_ids).collect();
        price_book::book(&ids, self.file.given.clone(), global)
    }

    /// Prices the demands of the sides.
    pub(crate) fn estimates(
        &self,
        demands: Vec<Demand>,
        global: &Global,
    ) -> Result<Vec<Estimate>, Failure> {
        let book = self.book(&demands, global)?;
        let priced = demands.into_iter().map(|demand| estimate(demand, &book, self.terms));
        Ok(priced.collect::<Result<_, _>>()?)
    }

    /// Where a list of services is: relative to the fleet file.
    fn list(&self, path: &str) -> PathBuf {
        folder(&self.path).join(path)
    }

    /// Reads one list in parts at the same time, or in one piece if a cut fell into a quoted cell.
    fn stream<'f>(
        &'f self,
        path: &Path,
        fresh: &(impl Fn() -> Result<Ledger<'f>, Failure> + Sync),
        names: &mut Names,
        progress: &progress::Progress,
    ) -> Result<(Ledger<'f>, Assumed), Failure> {
        let name = path.display().to_string();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let plan = imgcost_read::plan::<Failure>(&name, &mut open(path)?, threads)
            .map_err(|error| failure(path, error))?;
        let opened = self.images.reader(folder(path));
        let images: &ReadImage<'_> = &opened;
        let read: Vec<_> = thread::scope(|scope| {
            let part = |range: &std::ops::Range<u64>| {
                let range = range.clone();
                let (plan, name) = (&plan, &name);
                scope.spawn(move || self.part((path, name), plan, range, images, fresh, progress))
            };
            let started: Vec<_> = plan.parts.iter().map(part).collect();
            started
                .into_iter()
                .map(|thread| {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        let (mut sum, mut parts) = (fresh()?, Vec::new());
        for part in read {
            let (ledger, part) = part?;
            sum.merge(ledger)?;
            parts.push(part);
        }
        match imgcost_read::join::<Failure>(&name, &plan, parts, names) {
            Ok(summary) => Ok((sum, summary.assumed)),
            Err(CsvError::Torn) => {
                let mut ledger = fresh()?;
                let source = open(path)?;
                let whole = imgcost_read::read_services(
                    &name,
                    source,
                    &self.file.context(images),
                    names,
                    |service, _| ledger.add(service).map_err(Failure::from),
                );
                let summary = whole.map_err(|error| failure(path, error))?;
                Ok((ledger, summary.assumed))
            }
            Err(error) => Err(failure(path, error)),
        }
    }

    fn part<'f>(
        &'f self,
        (path, name): (&Path, &str),
        plan: &Plan,
        range: std::ops::Range<u64>,
        images: &ReadImage<'_>,
        fresh: &(impl Fn() -> Result<Ledger<'f>, Failure> + Sync),
        progress: &progress::Progress,
    ) -> Result<(Ledger<'f>, imgcost_read::CsvPart), Failure> {
        let mut ledger = fresh()?;
        let mut source = open(path)?;
        let failed = |error: io::Error| {
            Failure::plain(format!("cannot read {name}: {}", files::reason(&error)))
        };
        source.seek(SeekFrom::Start(range.start)).map_err(failed)?;
        let source = progress.watch(source.take(range.end - range.start));
        let part = imgcost_read::read_services_part(
            name,
            &plan.header,
            source,
            &self.file.context(images),
            |service, _| ledger.add(service),
        );
        let part = part.map_err(|error| match error {
            CsvError::Each(error) => Failure::from(error),
            CsvError::Problems(problems) => failure(path, CsvError::Problems(problems)),
            CsvError::Io(error) => failed(error),
            CsvError::Torn => Failure::plain(format!("cannot read {name}")),
        })?;
        Ok((ledger, part))
    }
}

/// The place of the service of that name, or which one may be meant.
pub(crate) fn service_named(services: &[Service], name: &str) -> Result<usize, Failure> {
    services.iter().position(|service| service.name == name).ok_or_else(|| {
        let near = services.iter().map(|service| service.name.as_str());
        let near = near.min_by_key(|known| strsim::damerau_levenshtein(known, name));
        let help = near.map_or(String::new(), |near| format!("did you mean `{near}`?"));
        Failure::with_help(format!("there is no service `{name}`"), help)
    })
}

/// The folder of a file: what its paths are relative to.
fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn open(path: &Path) -> Result<File, Failure> {
    let failed = |error: &io::Error| {
        Failure::plain(format!("cannot read {}: {}", path.display(), files::reason(error)))
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Failure::plain(format!("cannot read {}: it is a directory", path.display())));
    }
    Ok(file)
}

fn failure(path: &Path, error: CsvError<Failure>) -> Failure {
    match error {
        CsvError::Problems(problems) => {
            let problem = |diagnostic| Problem { diagnostic, text: None };
            Failure::Problems(problems.into_iter().map(problem).collect())
        }
        CsvError::Io(error) => {
            Failure::plain(format!("cannot read {}: {}", path.display(), files::reason(&error)))
        }
        CsvError::Torn => Failure::plain(format!("cannot read {} in parts", path.display())),
        CsvError::Each(failure) => failure,
    }
}

/// How many lines a file has, counted only up to a limit.
fn lines_up_to(path: &Path, limit: u64) -> Result<u64, Failure> {
    let mut file = open(path)?;
    let (mut lines, mut buffer) = (0, vec![0; 1 << 16]);
    while lines <= limit {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                lines += buffer[..count].iter().filter(|byte| **byte == b'\n').count() as u64
            }
            Err(error) => return Err(failure(path, CsvError::Io(error))),
        }
    }
    Ok(lines)
}
