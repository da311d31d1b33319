//! Savings that are none, and other currencies.

use imgcost::estimate::{Terms, scenario};
use imgcost::fleet::{Fleet, Placement, Service};
use imgcost::price::{PriceBook, PriceUnit};
use imgcost::units::{Currency, Money, PerMonth};

use crate::fixture::*;

#[test]
fn a_dearer_image_costs_more() {
    let swapped = Service { before: slim(), after: fat(), ..service("web") };
    let comparison = compared(&[swapped], &per_service(), &prices());
    let mut report = report(&comparison);
    report.effort = Some(money("1440"));
    let text = text(&report);
    // section 9 the other way round; 0.0692 = (3.9861 - 0.1553 + 0.36 - 0.036) / 60
    let headline = text.lines().next().unwrap();
    let title = "one service from 1.2 GB to 180 MB";
    assert_eq!(headline, format!("Moving {title} costs $4.72 a month more, $0.069 per deploy."));
    assert!(text.contains("-$4.72"), "{text}");
    // (4.97922 - 0.26255) / 0.26255 = 17.96475
    assert!(text.contains("+1,796 %"), "{text}");
    assert!(text.contains("never earned back"), "{text}");
    assert!(markdown(&report).contains("costs $4.72 a month more"));
    let json = json(&report);
    assert_eq!(cents(number(at(&json, "/saving/monthly/billed"))), number("-4.72"));
    assert!(json["payback_months"].is_null());
}

#[test]
fn savings_and_losses_that_cancel_change_nothing() {
    let swapped = Service { before: slim(), after: fat(), ..service("other") };
    let comparison = compared(&[service("web"), swapped], &per_service(), &prices());
    let text = text(&report(&comparison));
    assert!(text.starts_with("Moving one service from 1.2 GB to 180 MB changes nothing"), "{text}");
}

#[test]
fn a_saving_a_month_that_costs_more_per_deploy_says_so() {
    let (still, busy) = mixed();
    let mut rows = rates();
    rows.retain(|row| row.id.as_str() != "aws.ecr.storage");
    rows.push(row("aws.ecr.storage", PriceUnit::GibMonth, "0"));
    let free_storage = PriceBook::new(rows);
    for (services, verbs) in [
        ([still.clone(), busy.clone()], [" saves $", "more per deploy."]),
        ([swapped(still), swapped(busy)], [" costs $", "less per deploy."]),
    ] {
        let comparison = compared(&services, &per_service(), &free_storage);
        let saving = comparison.saving();
        let signs = (saving.monthly.billed > Money::ZERO, saving.per_deploy.billed < Money::ZERO);
        assert_eq!(signs.0, signs.1, "the one saves and the other costs");
        let text = text(&report(&comparison));
        let headline = text.lines().next().unwrap();
        assert!(headline.contains("$0.289 a month") && headline.contains("$0.016 "), "{headline}");
        assert!(verbs.iter().all(|verb| headline.contains(verb)), "{headline}");
    }
}

fn swapped(service: Service) -> Service {
    Service { before: service.after.clone(), after: service.before.clone(), ..service }
}

/// The first is slimmed and never deployed: what it saves are cold pulls, 20 x 73/72 x 377 777 777
/// bytes or $0.32 a month. The second grows as much, on one node, and is deployed once a month
/// without a build: a warm pull more for its one deploy, 377 777 777 bytes or $0.016, and 73/72 of
/// that for cold pulls. With free storage, 0.32105 - 0.01583 - 0.01605 = $0.289 a month are saved,
/// at $0.016 more per deploy.
fn mixed() -> (Service, Service) {
    let none = PerMonth::times(0);
    let still = Service {
        deploys: none,
        pushes: none,
        builds: none,
        dependency_updates: none,
        base_refreshes: none,
        ..service("still")
    };
    let once = PerMonth::times(1);
    let busy = Service {
        before: slim(),
        after: fat(),
        placement: Placement::Hosts(1),
        deploys: once,
        pushes: once,
        builds: once,
        build: None,
        ..service("busy")
    };
    (still, busy)
}

#[test]
fn the_same_image_changes_nothing() {
    let same = Service { after: fat(), ..service("web") };
    let comparison = compared(&[same], &per_service(), &prices());
    let mut report = report(&comparison);
    report.effort = Some(money("1440"));
    let text = text(&report);
    let title = "one service from 1.2 GB to 180 MB";
    assert!(text.starts_with(&format!("Moving {title} changes nothing that is billed.")), "{text}");
    assert!(!text.contains("-$") && !text.contains("-0"), "{text}");
    let json = json(&report);
    for kind in ["billed", "capacity", "time"] {
        for period in ["monthly", "per_deploy"] {
            assert_eq!(at(&json, &format!("/saving/{period}/{kind}")), "0");
        }
    }
    assert_eq!(at(&json, "/saving/percent_billed"), "0");
    assert_eq!(at(&json, "/naive/monthly_saving"), "0");
    assert!(json["payback_months"].is_null());
}

#[test]
fn nothing_billed_is_no_percentage() {
    let none = PerMonth::times(0);
    let idle = Service {
        deploys: none,
        pushes: none,
        builds: none,
        dependency_updates: none,
        base_refreshes: none,
        ..service("web")
    };
    let free = rates().into_iter().map(|mut row| {
        row.tiers[0].rate = number("0");
        row
    });
    let comparison = compared(&[idle], &per_service(), &PriceBook::new(free.collect()));
    let json = json(&report(&comparison));
    assert!(json["saving"]["percent_billed"].is_null());
    assert_eq!(at(&json, "/before/per_deploy/billed"), "0");
    assert!(text(&report(&comparison)).contains("changes nothing that is billed"));
}

#[test]
fn another_currency_is_named() {
    let euro: Currency = "EUR".parse().unwrap();
    let fleet = Fleet { currency: euro, ..fleet() };
    let rows = rates().into_iter().map(|row| imgcost::price::PriceRow { currency: euro, ..row });
    let book = PriceBook::new(rows.collect());
    let terms = Terms { currency: euro, ..terms() };
    let comparison = scenario(&fleet, &[service("web")], &per_service(), &book, terms).unwrap();
    let report = report(&comparison);
    // the same rates as in section 9, in euro
    for shown in [text(&report), markdown(&report)] {
        assert!(shown.contains("saves EUR 4.72 a month") && !shown.contains('$'), "{shown}");
    }
    let json = json(&report);
    assert_eq!((at(&json, "/currency"), &json["complete"]), ("EUR", &true.into()));
    assert!(records(&csv(&report)).iter().all(|line| line["currency"] == "EUR"));
}
