//! The JSON contract and the exit codes that programs rely on.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::command::{imgcost, json, number, root, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

fn whatif(flags: &[&str]) -> Value {
    json(&[&["whatif", "1.2GB", "180MB"], flags, &DAY].concat())
}

#[test]
fn the_what_if_agrees_with_the_specification() {
    let output = whatif(&[]);
    assert_eq!(output["schema_version"], 1);
    assert_eq!(output["currency"], "USD");
    assert_eq!(output["as_of"], "2026-11-23");
    assert_eq!(output["complete"], true);
    assert_eq!(output["warnings"], Value::Array(vec![]));
    // model, section 9
    let exact = [
        ("/quantities/before/warm_pull_bytes", "95111111480"),
        ("/quantities/before/cold_pull_bytes", "9012345670"),
        ("/quantities/before/build_minutes", "60"),
        ("/quantities/after/warm_pull_bytes", "3706667040"),
        ("/quantities/after/build_minutes", "6"),
    ];
    for (at, expected) in exact {
        assert_eq!(output.pointer(at).unwrap(), expected, "{at}");
    }
    let cents = [
        ("/before/monthly/billed", "4.98"),
        ("/after/monthly/billed", "0.26"),
        ("/saving/monthly/billed", "4.72"),
        ("/saving/per_deploy/billed", "0.07"),
        ("/naive/monthly_saving", "51.30"),
    ];
    for (at, expected) in cents {
        let found = number(output.pointer(at).unwrap()).round_dp(2);
        assert_eq!(found, expected.parse::<Decimal>().unwrap(), "{at}");
    }
}

#[test]
fn every_promised_key_is_there() {
    let output = whatif(&["--group-by", "cluster"]);
    let keys = [
        "/before/monthly/billed",
        "/before/monthly/capacity",
        "/before/monthly/time",
        "/before/per_deploy/billed",
        "/before/per_deploy/capacity",
        "/before/per_deploy/time",
        "/after/monthly/billed",
        "/saving/per_deploy/time",
        "/saving/percent_billed",
        "/naive/monthly_saving",
        "/naive/why",
        "/quantities/before/storage_gib_month",
        "/quantities/after/node_disk_gib_month",
        "/lines/0/service",
        "/lines/0/side",
        "/lines/0/component",
        "/lines/0/driver",
        "/lines/0/kind",
        "/lines/0/quantity",
        "/lines/0/unit",
        "/lines/0/amount",
        "/lines/0/price/id",
        "/lines/0/price/region",
        "/lines/0/price/rate",
        "/lines/0/price/source",
        "/lines/0/price/checked",
        "/groups/0/by/cluster",
        "/groups/0/before/monthly/billed",
        "/groups/0/saving/monthly/billed",
        "/assumptions/0/name",
        "/assumptions/0/value",
        "/assumptions/0/source",
    ];
    for key in keys {
        assert!(output.pointer(key).is_some_and(|value| !value.is_null()), "{key} is missing");
    }
}

#[test]
fn lines_add_up_to_totals_exactly() {
    let output = json(&[
        "compare",
        "examples/fleet/fleet.toml",
        "--group-by",
        "team",
        "--group-by",
        "namespace",
        "--as-of",
        "2026-11-23",
    ]);
    for side in ["before", "after"] {
        for kind in ["billed", "capacity"] {
            let lines = output["lines"].as_array().unwrap().iter();
            let sum: Decimal = lines
                .filter(|line| line["side"] == side && line["kind"] == kind)
                .map(|line| number(&line["amount"]))
                .sum();
            let total = number(&output[side]["monthly"][kind]);
            assert_eq!(sum, total, "{side} {kind}");
            let groups = output["groups"].as_array().unwrap().iter();
            let groups: Decimal = groups.map(|group| number(&group[side]["monthly"][kind])).sum();
            assert_eq!(groups, total, "{side} {kind} by group");
        }
    }
    let saving = number(&output["before"]["monthly"]["billed"])
        - number(&output["after"]["monthly"]["billed"]);
    assert_eq!(saving, number(&output["saving"]["monthly"]["billed"]));
}

#[test]
fn a_line_is_quantity_times_rate() {
    let output = whatif(&[]);
    for line in output["lines"].as_array().unwrap() {
        let expected = number(&line["quantity"]) * number(&line["price"]["rate"]);
        let off = (expected - number(&line["amount"])).abs();
        assert!(off < Decimal::new(1, 18), "{line}");
    }
}

#[test]
fn flags_mean_what_the_model_says() {
    // no fresh nodes, no cold pulls
    assert_eq!(
        whatif(&["--node-lifetime", "static"])["quantities"]["before"]["cold_pull_bytes"],
        "0"
    );
    // sizes given as the registry has them: 20 x (1 020 000 000 x 2 + 180 000 000 x 60)
    let compressed = whatif(&["--compressed"]);
    assert_eq!(compressed["quantities"]["before"]["warm_pull_bytes"], "256800000000");
    // even spread: 5 of 20 nodes; 5 x (377 777 777 x 2 + 66 666 667 x 60)
    let replicas = whatif(&["--replicas", "5"]);
    assert_eq!(replicas["quantities"]["before"]["warm_pull_bytes"], "23777777870");
    // two such services
    let services = whatif(&["--services", "2"]);
    assert_eq!(services["quantities"]["before"]["warm_pull_bytes"], "190222222960");
    // a flat price per 10^9 bytes: (95 111 111 480 + 9 012 345 670) / 10^9 x 0.1
    let egress = whatif(&["--egress-price", "0.1", "--storage-price", "0", "--runner", "none"]);
    assert_eq!(egress["before"]["monthly"]["billed"], "10.412345715");
    // 200 pulls a month of the whole image: 200 x 444 444 444
    let pulls = whatif(&["--pulls", "200/month"]);
    assert_eq!(pulls["quantities"]["before"]["cold_pull_bytes"], "88888888800");
    // a path that is free inside a region
    let direct = whatif(&["--path", "direct"]);
    assert_eq!(number(&direct["saving"]["monthly"]["billed"]).round_dp(2).to_string(), "0.56");
    // every build installs: 60 minutes after as well
    assert_eq!(whatif(&["--cache-miss", "100%"])["quantities"]["after"]["build_minutes"], "60");
}

#[test]
fn half_of_a_path_costs_half() {
    let half =
        whatif(&["--path", "nat:50%,direct:50%", "--storage-price", "0", "--runner", "none"]);
    let whole = whatif(&["--path", "nat", "--storage-price", "0", "--runner", "none"]);
    let billed = |output: &Value| number(&output["before"]["monthly"]["billed"]);
    assert!((billed(&half) * Decimal::TWO - billed(&whole)).abs() < Decimal::new(1, 15));
}

#[test]
fn discounts_and_overlays_apply() {
    let plain = whatif(&["--storage-price", "0", "--runner", "none"]);
    let off = whatif(&["--storage-price", "0", "--runner", "none", "--discount", "aws.nat=25%"]);
    let billed = |output: &Value| number(&output["before"]["monthly"]["billed"]);
    assert!((billed(&plain) * Decimal::new(75, 2) - billed(&off)).abs() < Decimal::new(1, 15));

    let folder = tempfile::tempdir().unwrap();
    let overlay = folder.path().join("contract.toml");
    std::fs::write(&overlay, "[[price]]\nid = \"aws.nat.data\"\nregions = [\"*\"]\nunit = \"GB\"\nrate = \"0.01\"\neffective-from = \"2026-01-01\"\nsource = \"our contract\"\nevidence = \"signed\"\nchecked = \"2026-06-01\"\nconfidence = \"official\"\n").unwrap();
    let contract = whatif(&[
        "--storage-price",
        "0",
        "--runner",
        "none",
        "--prices",
        overlay.to_str().unwrap(),
    ]);
    // (95 111 111 480 + 9 012 345 670) / 10^9 x 0.01
    assert_eq!(contract["before"]["monthly"]["billed"], "1.0412345715");
}

#[test]
fn old_reports_are_priced_at_old_prices() {
    let minutes = |day: &str| {
        let output = json(&["whatif", "1.2GB", "180MB", "--as-of", day]);
        let lines = output["lines"].as_array().unwrap().clone();
        let line = lines
            .into_iter()
            .find(|line| line["component"] == "build-minutes" && line["side"] == "before")
            .unwrap();
        line["price"]["rate"].as_str().unwrap().to_owned()
    };
    assert_eq!(minutes("2025-12-31"), "0.008");
    assert_eq!(minutes("2026-01-01"), "0.006");
}

#[test]
fn a_missing_price_is_visible_and_never_zero() {
    // No NAT rate per GB is known for us-west-1.
    let output = whatif(&["--region", "us-west-1"]);
    assert_eq!(output["complete"], false);
    let lines = output["lines"].as_array().unwrap();
    let unpriced: Vec<_> = lines.iter().filter(|line| line["amount"].is_null()).collect();
    assert!(!unpriced.is_empty());
    assert!(unpriced.iter().all(|line| line["price"].is_null() && line["unpriced"].is_string()));
    assert!(
        output["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|warning| warning.as_str().unwrap().contains("aws.nat.data"))
    );
    let strict = imgcost(&[
        "whatif",
        "1.2GB",
        "180MB",
        "--region",
        "us-west-1",
        "--strict",
        "--as-of",
        "2026-11-23",
    ]);
    assert_eq!(strict.status.code(), Some(4));
}

#[test]
fn exit_codes_tell_failures_apart() {
    let code = |args: &[&str]| imgcost(args).status.code();
    assert_eq!(code(&["whatif", "1.2GB", "180MB", "--strict", "--as-of", "2026-11-23"]), Some(0));
    assert_eq!(code(&["compare", "no-such-file.toml"]), Some(1));
    assert_eq!(code(&["whatif", "1.2", "180MB"]), Some(2));
    assert_eq!(code(&["no-such-command"]), Some(2));
    // two years later nobody has checked these prices
    assert_eq!(code(&["whatif", "1.2GB", "180MB", "--strict", "--as-of", "2028-11-23"]), Some(4));
    assert_eq!(
        code(&[
            "prices",
            "quote",
            "aws.ecr.storage",
            "--region",
            "us-west-1",
            "--quantity",
            "1 GiB-month"
        ]),
        Some(1)
    );
}

#[test]
fn an_absent_price_names_what_exists() {
    let run = |args: &[&str]| String::from_utf8(imgcost(args).stderr).unwrap();
    let region = run(&[
        "prices",
        "quote",
        "aws.ecr.storage",
        "--region",
        "us-west-1",
        "--quantity",
        "1 GiB-month",
    ]);
    assert!(region.contains("us-west-1") && region.contains("us-west-2"), "{region}");
    let id = run(&[
        "prices",
        "quote",
        "aws.ecr.storag",
        "--region",
        "us-east-1",
        "--quantity",
        "1 GiB-month",
    ]);
    assert!(id.contains("aws.ecr.storage"), "{id}");
}

#[test]
fn an_estimate_has_only_its_side() {
    let file = "tests/cases/fleets/worked-example/fleet.toml";
    let before = json(&["estimate", file]);
    assert!(before["after"].is_null() && before["saving"].is_null());
    assert_eq!(number(&before["before"]["monthly"]["billed"]).round_dp(2).to_string(), "4.98");
    let after = json(&["estimate", file, "--side", "after"]);
    assert!(after["before"].is_null());
    assert_eq!(number(&after["after"]["monthly"]["billed"]).round_dp(2).to_string(), "0.26");
}

#[test]
fn two_files_are_compared_side_against_side() {
    let file = "tests/cases/fleets/worked-example/fleet.toml";
    let same = json(&["compare", file, file]);
    assert_eq!(same["saving"]["monthly"]["billed"], "0");
    let spot = json(&[
        "compare",
        "examples/spot-fleet/nat.toml",
        "examples/spot-fleet/s3-gateway.toml",
        "--as-of",
        "2026-11-23",
    ]);
    let nat = json(&["estimate", "examples/spot-fleet/nat.toml", "--as-of", "2026-11-23"]);
    assert_eq!(spot["before"], nat["before"]);
    assert!(number(&spot["saving"]["monthly"]["billed"]) > Decimal::ONE);
}

#[test]
fn an_output_file_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.json");
    let name = file.to_str().unwrap();
    stdout(&["whatif", "1.2GB", "180MB", "--format", "json", "-o", name]);
    assert!(serde_json::from_str::<Value>(&std::fs::read_to_string(&file).unwrap()).is_ok());
    let bad = folder.path().join("bad.json");
    let run = imgcost(&["compare", "no-such-file.toml", "-o", bad.to_str().unwrap()]);
    assert!(!run.status.success() && !bad.exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn results_go_to_stdout_and_nothing_else_does() {
    let run = imgcost(&["whatif", "1.2GB", "180MB"]);
    assert!(run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    let failed = imgcost(&["compare", "no-such-file.toml"]);
    assert!(failed.stdout.is_empty());
}

#[test]
fn the_environment_mirrors_flags() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_imgcost"));
    let run =
        command.args(["whatif", "1.2GB", "180MB"]).env("IMGCOST_FORMAT", "json").output().unwrap();
    assert!(serde_json::from_slice::<Value>(&run.stdout).is_ok());
    // Flags of one command too, with and without a value.
    let run = |args: &[&str], name: &str, value: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_imgcost"));
        command.args(args).env(name, value).current_dir(root()).output().unwrap()
    };
    let fleet = "tests/cases/fleets/worked-example/fleet.toml";
    let after = run(&["estimate", fleet, "--format", "json"], "IMGCOST_SIDE", "after");
    let after: Value = serde_json::from_slice(&after.stdout).unwrap();
    assert!(after["before"].is_null() && !after["after"].is_null());
    let unpacked = |value: &str| {
        let run = run(&["whatif", "444MB", "67MB"], "IMGCOST_COMPRESSED", value);
        String::from_utf8(run.stdout).unwrap()
    };
    assert_ne!(unpacked("1"), unpacked("0"));
}

#[cfg(unix)]
#[test]
fn an_output_file_keeps_who_may_read_it_and_a_dash_is_standard_output() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.txt");
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    stdout(&["whatif", "1.2GB", "180MB", "-o", file.to_str().unwrap()]);
    assert!(std::fs::read_to_string(&file).unwrap().contains("saves"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(stdout(&["whatif", "1.2GB", "180MB", "-o", "-"]).contains("saves"));
    assert!(!root().join("-").exists());
}

#[cfg(unix)]
#[test]
fn what_never_ends_is_read_to_a_limit() {
    let run = imgcost(&["compare", "/dev/zero"]);
    assert_eq!(run.status.code(), Some(1));
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("larger than 256 MiB"), "{said}");
}

#[test]
fn a_label_named_twice_groups_once() {
    let fleet = "examples/fleet/fleet.toml";
    let once = stdout(&["compare", fleet, "--group-by", "team", "--format", "csv"]);
    let twice = ["compare", fleet, "--group-by", "team", "--group-by", "team", "--format", "csv"];
    assert_eq!(stdout(&twice), once);
}

#[test]
fn without_lines_csv_has_its_heading_only() {
    let none = stdout(&["whatif", "1GB", "1MB", "--lines", "none", "--format", "csv"]);
    assert_eq!(none.lines().count(), 1, "{none}");
    for format in ["xlsx", "focus"] {
        let run = imgcost(&["whatif", "1GB", "1MB", "--lines", "none", "--format", format]);
        assert_eq!(run.status.code(), Some(2), "{format} is made of lines");
    }
}
