//! Fleet files, price files, lists of services and histories: the first byte says which.
#![no_main]

use std::convert::Infallible;

use chrono::NaiveDate;
use imgcost_read::{Names, PriceFile, no_images, read_fleet, read_history, read_prices, read_services};
use libfuzzer_sys::fuzz_target;

const FLEET: &str = "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\n\
     [[service]]\nname = \"fuzz\"\nbefore = \"1GB\"\n";

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let text = String::from_utf8_lossy(data);
    match first % 4 {
        0 => drop(read_fleet("fuzz", &text, day)),
        1 => drop(read_prices("aws/nat.toml", &text, PriceFile::Shipped)),
        2 => drop(read_history("fuzz", data, &[])),
        _ => {
            let fleet = read_fleet("fleet", FLEET, day).expect("a fleet");
            let mut names = Names::of(&fleet.services);
            let _ = read_services("fuzz", data, &fleet.context(&no_images), &mut names, |_| {
                Ok::<_, Infallible>(())
            });
        }
    }
});
