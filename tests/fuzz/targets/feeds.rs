//! Price lists: the first byte says whose, the rest are files, cut at zero bytes. From three on the
//! first file is a mapping. Whatever comes of them must be a price file that reads.
#![no_main]

use chrono::NaiveDate;
use imgcost_feeds::{Input, Mapping, Vendor, Wanted, import, price_toml};
use imgcost_read::{PriceFile, read_prices};
use libfuzzer_sys::fuzz_target;

const VENDORS: [Vendor; 3] = [Vendor::Aws, Vendor::Azure, Vendor::Gcp];

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let vendor = VENDORS[usize::from(*first) % VENDORS.len()];
    let mut files = data.split(|byte| *byte == 0);
    let mapping = if *first < 3 {
        Mapping::built_in(vendor).expect("it is tested")
    } else {
        let text = files.next().and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
        let Ok(mapping) = Mapping::read("map.toml", text) else { return };
        mapping
    };
    let input = |file| Input { name: "fuzz".into(), reader: Box::new(file) };
    let on = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let wanted = Wanted { ids: Vec::new(), regions: Vec::new(), on };
    let Ok(found) = import(&mapping, files.map(input).collect(), &wanted) else { return };
    if found.rows.is_empty() {
        return;
    }
    let toml = price_toml(&["fuzz".into()], &found.rows);
    match read_prices("prices.toml", &toml, PriceFile::Overlay) {
        Ok(rows) => assert_eq!(rows, found.rows, "{toml}"),
        Err(problems) => panic!("{problems:?}\n{toml}"),
    }
});
