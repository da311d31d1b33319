use std::collections::BTreeMap;

use imgcost::demand::{Grouping, Horizon, Ledger, Schedule, step_seconds};
use imgcost::estimate::{Estimate, Line, ScenarioError, Terms, Warning, estimate};
use imgcost::fleet::{Build, BuildTime, Fleet, Service, Side, StepTimes};
use imgcost::image::Image;
use imgcost::price::PriceBook;
use imgcost::units::{Overflow, Ratio};

/// Where an image is built, stored and run, and at what prices.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'s> {
    /// The fleet.
    pub fleet: &'s Fleet,
    /// Its services.
    pub services: &'s [Service],
    /// Which of them the Dockerfile is for.
    pub index: usize,
    /// The prices.
    pub book: &'s PriceBook,
    /// On what terms.
    pub terms: Terms,
}

/// The rest of the fleet, added up once: images are then put in its midst, one after another.
pub(super) struct Midst<'s> {
    setting: Setting<'s>,
    service: &'s Service,
    others: Ledger<'s>,
    schedule: Schedule,
    /// What the rest comes to; nothing if there is none: fees are then the service's.
    rest: Option<Estimate>,
}

impl<'s> Setting<'s> {
    /// Adds up the other services, as they are; `None` if there is no such service.
    pub(super) fn midst(self) -> Result<Option<Midst<'s>>, ScenarioError> {
        let Some(service) = self.services.get(self.index) else { return Ok(None) };
        let Self { fleet, .. } = self;
        let grouping = Grouping::default();
        let mut others = Ledger::new(fleet, &[Side::Before], grouping, Horizon::Mean)?;
        for (at, other) in self.services.iter().enumerate() {
            if at != self.index {
                others.add(other)?;
            }
        }
        let places = (fleet.registries.get(service.registry), fleet.clusters.get(service.cluster));
        let (Some(registry), Some(cluster)) = places else { return Ok(None) };
        let schedule = Schedule::new(service, registry, cluster, Horizon::Mean, fleet.horizon)?;
        let mut midst = Midst { setting: self, service, others, schedule, rest: None };
        if self.services.len() > 1 {
            midst.rest = Some(midst.close(midst.others.clone())?);
        }
        Ok(Some(midst))
    }
}

impl<'s> Midst<'s> {
    /// The fleet with this image and builds of that length as the service's.
    pub(super) fn with(&self, image: Image, times: StepTimes) -> Result<Estimate, ScenarioError> {
        let time = BuildTime::Steps(times);
        let build = self.service.build.as_ref().map(|build| Build {
            price: build.price.clone(),
            before: time,
            after: time,
        });
        let service =
            Service { after: image.clone(), before: image, build, ..self.service.clone() };
        let mut ledger = self.others.clone();
        ledger.add(&service)?;
        self.close(ledger)
    }

    /// The fleet without the service, if it has others.
    pub(super) fn rest(&self) -> Option<&Estimate> {
        self.rest.as_ref()
    }

    /// The lines of the fleet to which the service adds: what only others need is their business.
    fn own<'e>(&self, whole: &'e Estimate) -> impl Iterator<Item = Line<'e>> {
        let rest = self.rest.iter().flat_map(Estimate::lines);
        let rest: BTreeMap<_, _> =
            rest.map(|line| ((&line.cell.group, line.meter), line.entry.quantity)).collect();
        whole.lines().filter(move |line| {
            rest.get(&(&line.cell.group, line.meter)) != Some(&line.entry.quantity)
        })
    }

    /// Whether everything that the service needs has a price.
    pub(super) fn is_complete(&self, whole: &Estimate) -> bool {
        self.own(whole).all(|line| line.amount.is_some())
    }

    /// What should be known of the prices that the service needs.
    pub(super) fn warnings(&self, whole: &Estimate) -> Vec<Warning> {
        Warning::about(self.own(whole), self.setting.terms)
    }

    fn close(&self, ledger: Ledger<'s>) -> Result<Estimate, ScenarioError> {
        let demand = ledger.close()?.pop().ok_or(Overflow)?;
        Ok(estimate(demand, self.setting.book, self.setting.terms)?)
    }

    /// Seconds that the steps of an average build take; `None` without builds.
    pub(super) fn mean_build(&self, times: StepTimes) -> Result<Option<Ratio>, Overflow> {
        let builds = self.schedule.builds;
        if builds.is_zero() {
            return Ok(None);
        }
        step_seconds(times, &self.schedule, self.service.cache_miss)?.div(builds).map(Some)
    }

    pub(super) fn service(&self) -> &Service {
        self.service
    }

    pub(super) fn schedule(&self) -> &Schedule {
        &self.schedule
    }
}
