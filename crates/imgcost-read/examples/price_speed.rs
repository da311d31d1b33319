//! Measures how fast the shipped price files are read: `cargo run --release --example price_speed`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use imgcost_read::{PriceFile, read_prices};

fn main() {
    let best = |name: &str, text: &str| {
        let once = |_| {
            let begin = Instant::now();
            black_box(read_prices(name, black_box(text), PriceFile::Shipped)).expect("a good file");
            begin.elapsed()
        };
        (0..50).map(once).min().unwrap_or_default()
    };
    let mut files: Vec<_> = imgcost_prices::FILES
        .iter()
        .map(|(name, text)| (best(name, text), text.len(), name))
        .collect();
    files.sort();
    let total: Duration = files.iter().map(|(took, _, _)| *took).sum();
    let bytes: usize = files.iter().map(|(_, bytes, _)| *bytes).sum();
    for (took, bytes, name) in files.iter().rev().take(3) {
        println!("{name}: {bytes} bytes in {took:?}");
    }
    println!("all {} files: {bytes} bytes in {total:?}", files.len());
}
