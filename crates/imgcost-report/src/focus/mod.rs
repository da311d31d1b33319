//! FOCUS 1.2: an estimate in the columns of a bill, so that the tools that read bills can read it.
//!
//! <https://focus.finops.org/focus-specification/v1-2/>

mod service;

use std::io::{self, Write};

use chrono::{Datelike, Months, NaiveDate};
use imgcost::demand::{Kind, SHARED};
use imgcost::estimate::{Estimate, Line, Pricing};
use imgcost::price::{Charge, PriceRow, PriceUnit, Regions};
use rust_decimal::Decimal;
use serde_json::Map;

use crate::components::label;
use crate::csv::safe;
use crate::dto::{exact, group};
use crate::{Report, printable};
use service::{provider_of, service_of};

/// The columns: those of FOCUS by name, then our own.
const COLUMNS: [&str; 47] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "Tags",
    "x_Complete",
    "x_Component",
    "x_Driver",
    "x_Estimate",
    "x_Path",
    "x_PriceChecked",
    "x_PriceConfidence",
    "x_PriceEvidence",
    "x_PriceSource",
    "x_PricesOf",
    "x_Side",
    "x_Tool",
];

/// Writes what is billed of one side as FOCUS 1.2 rows, one per line: of a comparison what comes
/// after, since two sides in one file would be added up.
///
/// Capacity and time are on no bill and are left out. So are lines without a price, which have no
/// cost that could be written: [`focus_left_out`] counts them, and `x_Complete` is false on every row.
///
/// # Errors
/// Those of the writer.
pub fn focus(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    if let Some(side) = side(report) {
        let complete = focus_left_out(report) == 0;
        for line in billed(side) {
            if let Some(cells) = row(report, side, &line, complete) {
                writer.write_record(cells)?;
            }
        }
    }
    writer.flush()
}

/// How many billed lines have no price, and so no row.
pub fn focus_left_out(report: &Report<'_>) -> usize {
    let unpriced = |side| billed(side).filter(|line| line.amount.is_none()).count();
    side(report).map_or(0, unpriced)
}

fn side<'r>(report: &Report<'r>) -> Option<&'r Estimate> {
    report.view.sides().pop()
}

fn billed(side: &Estimate) -> impl Iterator<Item = Line<'_>> {
    side.lines().filter(|line| line.kind() == Kind::Billed && !line.entry.quantity.is_zero())
}

/// The row of a line that has a price.
fn row(
    report: &Report<'_>,
    side: &Estimate,
    line: &Line<'_>,
    complete: bool,
) -> Option<[String; COLUMNS.len()]> {
    let Pricing::Priced { row, charge } = line.pricing else { return None };
    let amount = decimal(&line.amount?.to_string());
    let id = line.meter.tariff.id.as_str();
    let (from, to) = month(side.terms.as_of);
    let list = listed(row, charge, line.quantity().0)?;
    let region = match row.regions {
        Regions::All => String::new(),
        Regions::Only(_) => safe(line.meter.tariff.region.as_str()),
    };
    // Fees that no service causes are of no image.
    let service = line.cell.service.as_deref().filter(|name| *name != SHARED);
    let service = service.map(|name| safe(&printable(name)));
    let service = service.unwrap_or_default();
    let kind = if service.is_empty() { "" } else { "Container image" };
    let (provider, company) = provider_of(id);
    let (name, category, subcategory) = service_of(id);
    let what = label(line.meter.component);
    let unit = row.unit;
    let text = str::to_owned;
    Some([
        amount.clone(),
        text("estimate"),
        text("imgcost estimate, not billed"),
        text(side.terms.currency.code()),
        to.clone(),
        from.clone(),
        text("Usage"),
        String::new(),
        format!("Estimate: {what}, {id} per {unit}"),
        text("Usage-Based"),
        to,
        from,
        amount.clone(),
        amount,
        // What was not billed has no invoice.
        String::new(),
        // Another name than the provider's would say that somebody else is paid, and nothing is billed.
        safe(provider),
        decimal(&exact(list.cost)),
        decimal(&exact(list.rate)),
        text("Standard"),
        decimal(&exact(list.quantity)),
        pricing_unit(unit),
        safe(provider),
        safe(company),
        region.clone(),
        region.clone(),
        service.clone(),
        service,
        text(kind),
        text(category),
        safe(name),
        text(subcategory),
        safe(id),
        safe(id),
        sku_price(id, &region, line.meter.tariff.to.as_ref().map_or("", |to| to.as_str())),
        tags(report, side, line),
        complete.to_string(),
        text(line.meter.component.name()),
        text(line.driver().name()),
        text("true"),
        safe(line.meter.path.as_deref().unwrap_or_default()),
        row.checked.to_string(),
        text(row.confidence.name()),
        safe(&row.evidence),
        safe(&row.source),
        side.terms.as_of.to_string(),
        text(side.demand.side.name()),
        text(concat!("imgcost ", env!("CARGO_PKG_VERSION"))),
    ])
}

/// List price, quantity, and their product.
struct Listed {
    rate: Decimal,
    quantity: Decimal,
    cost: Decimal,
}

/// What a line would cost at list price. A price of one rate is that rate; where tiers, allowances
/// or rounding make a pool's price, it is what a unit of the pool comes to before discounts.
///
/// FOCUS wants the product to match, so that as many digits are given as make it exact.
fn listed(row: &PriceRow, charge: &Charge, quantity: Decimal) -> Option<Listed> {
    let flat = row.tiers.first().filter(|_| row.tiers.len() == 1);
    let rate = match flat.filter(|_| charge.billable == charge.quantity) {
        Some(tier) => tier.rate,
        None => charge.gross.to_decimal().checked_div(charge.quantity)?.round_sf(12)?,
    };
    let rate = rate.normalize();
    let digits = rate.mantissa().unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
    let quantity = quantity.round_sf(28_u32.saturating_sub(digits).max(12))?;
    let quantity = quantity.round_dp(28_u32.saturating_sub(rate.scale())).normalize();
    let cost = quantity.checked_mul(rate)?;
    Some(Listed { rate, quantity, cost })
}

/// First day of the month and of the next, as FOCUS writes instants.
fn month(day: NaiveDate) -> (String, String) {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let midnight = |day: NaiveDate| format!("{day}T00:00:00Z");
    (midnight(first), midnight(next))
}

/// A decimal with a point: a column of whole numbers would be taken for integers.
fn decimal(number: &str) -> String {
    if number.contains('.') { number.to_owned() } else { format!("{number}.0") }
}

/// The unit as FOCUS spells units: plural, and capitals where a word begins.
fn pricing_unit(unit: PriceUnit) -> String {
    match unit {
        PriceUnit::Gb => "GB".into(),
        PriceUnit::Gib => "GiB".into(),
        PriceUnit::GbMonth => "GB-Months".into(),
        PriceUnit::GibMonth => "GiB-Months".into(),
        PriceUnit::Hour => "Hours".into(),
        PriceUnit::Minute => "Minutes".into(),
        PriceUnit::Day => "Days".into(),
        PriceUnit::Month => "Months".into(),
        PriceUnit::VcpuHour => "vCPU-Hours".into(),
        PriceUnit::GbHour => "GB-Hours".into(),
        PriceUnit::Image => "Images".into(),
        // No quantity is priced in others (`PriceUnit::measure`).
        other => other.name().into(),
    }
}

/// A price of a SKU: where it holds is part of it.
fn sku_price(id: &str, region: &str, to: &str) -> String {
    let parts = [id, region, to].into_iter().filter(|part| !part.is_empty());
    safe(&parts.collect::<Vec<_>>().join("/"))
}

/// The labels grouped by, and that this is an estimate.
fn tags(report: &Report<'_>, side: &Estimate, line: &Line<'_>) -> String {
    let mut tags: Map<_, _> = group(&report.group_by, &line.cell.group);
    tags.insert("imgcost:estimate".into(), "true".into());
    tags.insert("imgcost:side".into(), side.demand.side.name().into());
    serde_json::Value::from(tags).to_string()
}
