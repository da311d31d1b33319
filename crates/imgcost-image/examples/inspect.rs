//! Reads every layer of the images that a reference names, and prints sizes and waste.
//!
//! `cargo run --release --example inspect -- oci:DIR`

use std::process::ExitCode;

use imgcost_image::{Inspection, Options, Platform, ReadLayers, Reference, open};

fn main() -> ExitCode {
    let Some(reference) = std::env::args().nth(1) else {
        eprintln!("usage: inspect REFERENCE, such as oci:DIR or docker-archive:FILE");
        return ExitCode::FAILURE;
    };
    let platform = Platform::linux_amd64();
    let options = Options {
        platform: &platform,
        layers: ReadLayers::Yes,
        max_unpacked: Options::MAX_UNPACKED,
        progress: &|_| {},
    };
    match Reference::parse(&reference).and_then(|reference| open(&reference, options)) {
        Ok(images) => {
            images.iter().for_each(print);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            error.help.iter().for_each(|help| eprintln!("help: {help}"));
            ExitCode::FAILURE
        }
    }
}

fn print(image: &Inspection) {
    println!("{}", image.reference);
    for layer in &image.layers {
        let unpacked = layer.unpacked.map_or(0, |(bytes, _)| bytes);
        let compressed = layer.compressed.map_or("-".into(), |bytes| bytes.to_string());
        println!("  {} {compressed} {unpacked} {}", layer.digest, layer.codec.name());
    }
    let Some(waste) = &image.waste else { return };
    println!("  hidden {} {:?}", waste.hidden, waste.hidden_by_layer);
    println!("  needless {} {:?}", waste.needless, waste.needless_by_layer);
    for offender in &waste.offenders {
        println!(
            "  {:>12} {:>6} {:?} {}",
            offender.bytes, offender.count, offender.kind, offender.path
        );
    }
}
