use rustc_hash::FxHashMap;

use crate::fleet::{Fleet, Service, Side};
use crate::units::{Measure, Overflow, Quantity, Ratio};

use super::account::{Account, AccountKey, fixed_fees};
use super::amounts::Amounts;
use super::cell::{Cells, Grouping};
use super::meter::Meter;
use super::posting::Posting;
use super::schedule::{Schedule, ScheduleKey};
use super::sharing::{Overlaps, Shared};
use super::{Demand, DemandError, Entry, Horizon, Totals};

/// Adds up the demand of services, one at a time, on one side or on both at once.
///
/// Memory grows with the number of groups (and of distinct layer digests), not of services.
/// Ledgers of parts of a fleet can be merged; the result does not depend on order or division.
#[derive(Debug, Clone)]
pub struct Ledger<'f> {
    fleet: &'f Fleet,
    horizon: Horizon,
    cells: Cells,
    accounts: Vec<Account>,
    account_of: FxHashMap<AccountKey, u32>,
    schedules: Vec<Schedule>,
    schedule_of: FxHashMap<ScheduleKey, u32>,
    /// Cell and account of each place, and the place of each pair.
    places: Vec<(u32, u32)>,
    place_of: FxHashMap<(u32, u32), u32>,
    pages: Vec<Page>,
    services: u64,
}

/// What one side comes to: an entry for each place.
#[derive(Debug, Clone)]
struct Page {
    side: Side,
    amounts: Vec<Amounts>,
    shared: Shared,
    totals: Totals,
}

impl<'f> Ledger<'f> {
    /// An empty ledger for some sides of a fleet.
    ///
    /// # Errors
    /// [`DemandError::NoSuchPath`] if a cluster's path does not exist on its cloud.
    pub fn new(
        fleet: &'f Fleet,
        sides: &[Side],
        grouping: Grouping,
        horizon: Horizon,
    ) -> Result<Self, DemandError> {
        let page = |side: &Side| Page {
            side: *side,
            amounts: Vec::new(),
            shared: Shared::default(),
            totals: Totals::ZERO,
        };
        Ok(Self {
            fleet,
            horizon,
            cells: Cells::new(grouping),
            accounts: Vec::new(),
            account_of: FxHashMap::default(),
            schedules: Vec::new(),
            schedule_of: FxHashMap::default(),
            places: Vec::new(),
            place_of: FxHashMap::default(),
            pages: sides.iter().map(page).collect(),
            services: 0,
        })
    }

    /// Adds a service.
    ///
    /// # Errors
    /// [`DemandError::TooLarge`] when its sizes or rates are beyond anything exact.
    ///
    /// # Panics
    /// If the service names a registry or cluster that the fleet does not have.
    pub fn add(&mut self, service: &Service) -> Result<(), DemandError> {
        let account = self.account(service)?;
        let cell = self.cells.of(self.fleet, service);
        let place = self.place(cell, account);
        let too_large = |_: Overflow| DemandError::TooLarge { what: service.name.clone() };
        let schedule = self.schedule(service).map_err(too_large)?;
        for page in &mut self.pages {
            let posting = Posting {
                fleet: self.fleet,
                side: page.side,
                service,
                account: &self.accounts[account as usize],
                schedule: &self.schedules[schedule as usize],
                place,
            };
            let amounts = &mut page.amounts[place as usize];
            posting.post(amounts, &mut page.shared, &mut page.totals).map_err(too_large)?;
        }
        self.services += 1;
        Ok(())
    }

    /// Adds everything from a ledger of the same fleet and sides.
    ///
    /// # Errors
    /// [`DemandError::TooLarge`] when the sum is beyond anything exact.
    pub fn merge(&mut self, other: Ledger<'f>) -> Result<(), DemandError> {
        let too_large = |_: Overflow| DemandError::TooLarge { what: "the fleet".into() };
        let mut account_here = vec![0; other.accounts.len()];
        for (key, &theirs) in &other.account_of {
            account_here[theirs as usize] = self.open(key.clone())?;
        }
        let mut here = Vec::with_capacity(other.places.len());
        for (cell, account) in &other.places {
            let cell = self.cells.find_or_insert(other.cells.list[*cell as usize].clone());
            here.push(self.place(cell, account_here[*account as usize]));
        }
        for (ours, theirs) in self.pages.iter_mut().zip(other.pages) {
            for (place, amounts) in theirs.amounts.iter().enumerate() {
                ours.amounts[here[place] as usize].merge(amounts).map_err(too_large)?;
            }
            ours.shared.merge(theirs.shared, &here);
            ours.totals = ours.totals.add(theirs.totals).map_err(too_large)?;
        }
        self.services += other.services;
        Ok(())
    }

    /// How much less than the sum of their users shared layers cost, side by side, for
    /// [`super::derive`].
    ///
    /// # Errors
    /// [`DemandError::TooLarge`] when a sum is beyond anything exact.
    pub fn overlaps(&self) -> Result<Vec<Overlaps>, DemandError> {
        let too_large = |_: Overflow| DemandError::TooLarge { what: "the fleet".into() };
        self.pages
            .iter()
            .map(|page| page.shared.clone().overlaps(self.fleet).map_err(too_large))
            .collect()
    }

    /// Closes the ledger, side by side: shares out layers that services have in common, adds the
    /// fees of registries and clusters, and lists every quantity.
    ///
    /// # Errors
    /// [`DemandError::TooLarge`] when a sum is beyond anything exact.
    pub fn close(mut self) -> Result<Vec<Demand>, DemandError> {
        let too_large = |_: Overflow| DemandError::TooLarge { what: "the fleet".into() };
        let pages = std::mem::take(&mut self.pages);
        pages.into_iter().map(|page| self.close_page(page).map_err(too_large)).collect()
    }

    fn close_page(&mut self, mut page: Page) -> Result<Demand, Overflow> {
        let accounts = |place: u32| &self.accounts[self.places[place as usize].1 as usize];
        let shared = page.shared.settle(self.fleet, accounts, &mut page.amounts)?;
        let totals = page.totals.add(shared)?;

        let mut listed: FxHashMap<(u32, Meter), Quantity> = FxHashMap::default();
        let mut deploys = vec![Quantity::zero(Measure::Images); self.cells.list.len()];
        for ((cell, account), amounts) in self.places.iter().zip(&page.amounts) {
            let deployed = &mut deploys[*cell as usize];
            *deployed = deployed.add(amounts.deploys)?;
            for (meter, quantity) in
                self.accounts[*account as usize].meters.iter().zip(amounts.slots())
            {
                let sum =
                    listed.entry((*cell, meter.clone())).or_insert(Quantity::zero(meter.measure));
                *sum = sum.add(*quantity)?;
            }
        }
        for fee in fixed_fees(self.fleet) {
            let cell = self.cells.shared(self.fleet, fee.registry, fee.cluster);
            deploys.resize(self.cells.list.len(), Quantity::zero(Measure::Images));
            let times = Quantity::times(Ratio::ONE, fee.times, fee.meter.measure)?;
            let sum = listed.entry((cell, fee.meter)).or_insert(Quantity::zero(times.measure()));
            *sum = sum.add(times)?;
        }
        Ok(self.list(page.side, listed, &deploys, totals))
    }

    /// Puts cells and meters in order, so that nothing depends on the order of services.
    fn list(
        &self,
        side: Side,
        listed: FxHashMap<(u32, Meter), Quantity>,
        deploys: &[Quantity],
        totals: Totals,
    ) -> Demand {
        let mut order: Vec<usize> = (0..self.cells.list.len()).collect();
        order.sort_by(|&a, &b| self.cells.list[a].cmp(&self.cells.list[b]));
        let mut rank = vec![0; order.len()];
        for (place, &cell) in order.iter().enumerate() {
            rank[cell] = place;
        }
        let mut meters: Vec<Meter> = listed.keys().map(|(_, meter)| meter.clone()).collect();
        meters.sort_unstable();
        meters.dedup();
        let index: FxHashMap<&Meter, usize> = meters.iter().zip(0..).collect();
        let mut entries: Vec<Entry> = listed
            .iter()
            .map(|((cell, meter), &quantity)| Entry {
                cell: rank[*cell as usize],
                meter: index[meter],
                quantity,
            })
            .collect();
        entries.sort_unstable_by_key(|entry| (entry.cell, entry.meter));
        let deploys = order.iter().map(|&cell| deploys[cell]).collect();
        let cells = order.into_iter().map(|cell| self.cells.list[cell].clone()).collect();
        Demand { side, meters, cells, deploys, entries, totals, services: self.services }
    }

    fn account(&mut self, service: &Service) -> Result<u32, DemandError> {
        let build = service.build.as_ref().map(|build| build.price.clone());
        self.open(AccountKey { registry: service.registry, cluster: service.cluster, build })
    }

    fn open(&mut self, key: AccountKey) -> Result<u32, DemandError> {
        if let Some(&account) = self.account_of.get(&key) {
            return Ok(account);
        }
        let number = self.accounts.len() as u32;
        self.accounts.push(Account::open(self.fleet, &key)?);
        self.account_of.insert(key, number);
        Ok(number)
    }

    /// The place of a cell and an account, on every page.
    fn place(&mut self, cell: u32, account: u32) -> u32 {
        let Self { places, place_of, pages, accounts, .. } = self;
        *place_of.entry((cell, account)).or_insert_with(|| {
            let meters = &accounts[account as usize].meters;
            for page in pages {
                page.amounts.push(Amounts::new(meters.iter().map(|meter| meter.measure)));
            }
            places.push((cell, account));
            places.len() as u32 - 1
        })
    }

    fn schedule(&mut self, service: &Service) -> Result<u32, Overflow> {
        let key = ScheduleKey::of(service);
        if let Some(&schedule) = self.schedule_of.get(&key) {
            return Ok(schedule);
        }
        let registry = &self.fleet.registries[service.registry];
        let cluster = &self.fleet.clusters[service.cluster];
        let schedule = Schedule::new(service, registry, cluster, self.horizon, self.fleet.horizon)?;
        // A fleet in which every service has rates of its own must not keep a million schedules.
        if self.schedules.len() >= 4096 {
            self.schedules.clear();
            self.schedule_of.clear();
        }
        let number = self.schedules.len() as u32;
        self.schedules.push(schedule);
        self.schedule_of.insert(key, number);
        Ok(number)
    }
}
