//! What container images cost per deploy and per month, and what slimming them saves.
//!
//! This crate is the model: exact, layer-aware, pure. It reads no files, no clock and no
//! environment; scenarios, prices and dates are arguments. Reading fleet files and price files is
//! `imgcost-read`, writing reports is `imgcost-report`, ready-made prices are `imgcost-prices`.
//!
//! # The pipeline
//!
//! ```text
//! Fleet + Service... ── demand() ──> Demand ──┐
//!  (the scenario)                  (physical) ├── estimate() ──> Estimate ── compare() ──> Comparison
//! PriceRow... ──────── PriceBook ─────────────┘     (money)
//! ```
//!
//! Each arrow is a plain function. [`demand::Demand`] is the hinge: bytes by path, byte-months,
//! hours and minutes, without any money, so that traffic can be tested without prices and prices
//! without traffic. [`estimate::scenario`] is all of it in one call.
//!
//! # What `size x pulls x price` gets wrong
//!
//! It sends unpacked bytes (the wire carries compressed ones, about 2.7 times less), it forgets
//! that nodes keep layers (a warm pull moves only what changed), and it does not ask which way the
//! bytes take (inside a region most are free; a NAT gateway bills each of them). This model counts
//! layers with their triggers and cascades ([`image`]), nodes with their churn, and tolls on the
//! way ([`demand::tolls`]). It computes the naive figure too, to show the difference.
//!
//! # Example
//!
//! One service of 1.2 GB, slimmed to 180 MB, on 20 nodes behind a NAT gateway:
//!
//! ```
//! use chrono::NaiveDate;
//! use imgcost::demand::Grouping;
//! use imgcost::estimate::{Terms, scenario};
//! use imgcost::fleet::*;
//! use imgcost::image::Profile;
//! use imgcost::price::{PriceBook, PriceId, PriceRow, PriceUnit};
//! use imgcost::units::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let day = NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("no such day")?;
//! let ratio = CompressionRatio::new("2.7".parse()?)?;
//! let region = Region::new("us-east-1");
//! let fleet = Fleet {
//!     name: "shop".into(),
//!     currency: Currency::USD,
//!     horizon: 12,
//!     registries: vec![Registry {
//!         name: "main".into(),
//!         provider: RegistryProvider::named("aws-ecr").ok_or("no such registry")?,
//!         region: region.clone(),
//!         retention: Retention { last: Some(30), max_age: None },
//!         dedup: Dedup::Repository,
//!         replicas: vec![],
//!         architectures: 1,
//!         attestations: Compressed(0),
//!         scan: None,
//!         plan: None,
//!     }],
//!     clusters: vec![Cluster {
//!         name: "prod".into(),
//!         cloud: Cloud::named("aws").ok_or("no such cloud")?,
//!         region,
//!         nodes: 20,
//!         node_lifetime: Some(Span::parse("30d")?),
//!         evictions: PerMonth::times(0),
//!         path: vec![Leg { kind: PathKind::Nat, share: Share::ALL }],
//!         disk: None,
//!         keeps_compressed: true,
//!         versions_on_node: 2,
//!         pull_start_ms: defaults::PULL_START_MS,
//!         bandwidth: defaults::BANDWIDTH_ROLLING,
//!         unpack: defaults::GZIP_OUTPUT,
//!         disk_write: None,
//!         rollout: Rollout::Rolling,
//!         node_price: None,
//!         distribution: None,
//!         cacheless: None,
//!         nat_gateways: 0,
//!         endpoints: 0,
//!         labels: vec![],
//!     }],
//!     cross_region_rate: CrossRegionRate::Source,
//!     people_wait: false,
//!     effort: None,
//!     container_bill: None,
//! };
//! let service = Service {
//!     name: "checkout".into(),
//!     labels: vec![],
//!     registry: 0,
//!     cluster: 0,
//!     placement: Placement::Hosts(20),
//!     deploys: PerMonth::parse("60/month")?,
//!     pushes: PerMonth::times(60),
//!     builds: PerMonth::times(60),
//!     cache_miss: Share::NONE,
//!     dependency_updates: PerMonth::times(4),
//!     base_refreshes: PerMonth::times(2),
//!     install_time: Span::seconds(60),
//!     before: Profile::SingleStage.image_from_unpacked(Unpacked(parse_bytes("1.2GB")?), ratio),
//!     after: Profile::MultiStage.image_from_unpacked(Unpacked(parse_bytes("180MB")?), ratio),
//!     build: None,
//! };
//! let price = |id, unit, rate: &str| -> Result<PriceRow, Box<dyn std::error::Error>> {
//!     let rate = parse_decimal(rate)?;
//!     Ok(PriceRow::given(PriceId::new(id), unit, rate, Currency::USD, "our contract", day))
//! };
//! let prices = PriceBook::new(vec![
//!     price("aws.nat.data", PriceUnit::Gib, "0.045")?,
//!     price("aws.ecr.storage", PriceUnit::GibMonth, "0.10")?,
//! ]);
//!
//! let terms = Terms { as_of: day, free: false, currency: Currency::USD };
//! let comparison = scenario(&fleet, &[service], &Grouping::default(), &prices, terms)?;
//! let saving = comparison.saving().monthly.billed.to_decimal();
//! assert_eq!(saving.round_dp(2).to_string(), "4.39"); // 4.15 through NAT, 0.24 of storage
//! # Ok(())
//! # }
//! ```
//!
//! # What is exact, and what is rounded
//!
//! Sizes are integers, rates per month are fractions ([`units::Ratio`]), prices are decimals.
//! Every quantity is rounded once, to 10^-15 of a byte or 10^-20 of an hour, minute or piece
//! ([`units::Quantity`]); amounts are kept to 10^-24 of the currency ([`units::Money`]). Sums of
//! either are integer sums: they do not depend on order, and parts add up to their whole exactly.
//! Reports round, nothing else does.

pub mod demand;
pub mod estimate;
pub mod fleet;
pub mod gate;
pub mod image;
pub mod price;
pub mod units;
