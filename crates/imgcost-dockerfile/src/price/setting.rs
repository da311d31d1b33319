use imgcost::demand::{Grouping, Horizon, Ledger, Schedule, step_seconds};
use imgcost::estimate::{Estimate, ScenarioError, Terms, estimate};
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
        Ok(Some(Midst { setting: self, service, others, schedule }))
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

    /// The fleet without the service.
    pub(super) fn without(&self) -> Result<Estimate, ScenarioError> {
        self.close(self.others.clone())
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

    /// Whether the fleet has no other service.
    pub(super) fn is_alone(&self) -> bool {
        self.setting.services.len() == 1
    }
}
