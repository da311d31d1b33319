//! The defaults of what a table does not say, as comments. A test takes them at their word.

use imgcost::fleet::defaults as d;

use crate::args::Scene;

type Key = (&'static str, String, &'static str);

/// A commented line for each key that the table leaves out and that has a default.
pub(super) fn of(table: &str, scene: &Scene) -> String {
    let has = |key: &str| {
        table.lines().any(|line| line.split_once(" = ").is_some_and(|(known, _)| known == key))
    };
    let keys = match table.split(['.', ']']).next() {
        Some("[fleet") => fleet(),
        Some("[registry") => registry(),
        Some("[cluster") => cluster(),
        _ => service(scene),
    };
    let missing = keys.into_iter().filter(|(key, ..)| !has(key));
    let line =
        |(key, value, about): Key| format!("{:<34}# {about}\n", format!("# {key} = {value}"));
    missing.map(line).collect()
}

fn text(value: &str) -> String {
    format!("\"{value}\"")
}

fn fleet() -> Vec<Key> {
    vec![
        ("currency", text("USD"), "of the report"),
        (
            "compression-ratio",
            text(d::COMPRESSION_RATIO.value),
            "unpacked bytes per compressed byte",
        ),
        ("base-refreshes", text(d::BASE_REFRESHES.value), "deploys that carry a new base image"),
        (
            "dependency-updates",
            text(d::DEPENDENCY_UPDATES.value),
            "deploys that carry a changed lock file",
        ),
        ("install-time", text(d::INSTALL_TIME.value), "a dependency install in a build"),
        ("cache-miss", text(d::CACHE_MISS.value), "builds that find no layer cache"),
        ("plan", "{ free = false }".into(), "true deducts the vendors' free allowances"),
        ("cross-region-rate", text("source"), "or both-sides, or internet"),
    ]
}

fn registry() -> Vec<Key> {
    vec![
        (
            "retention",
            format!("{{ keep-last = {} }}", d::KEEP_LAST),
            "or { max-age = \"90d\" }, both, or \"forever\"",
        ),
        (
            "dedup",
            text("repository"),
            "equal layers are stored once per repository, registry, or none",
        ),
        ("replicas", "[]".into(), "regions with a full copy"),
        ("architectures", "1".into(), "platforms stored of each image"),
        ("scan", "false".into(), "whether each pushed image is scanned"),
    ]
}

fn cluster() -> Vec<Key> {
    vec![
        ("nodes", d::NODE_COUNT.to_string(), "nodes of the cluster"),
        (
            "node-lifetime",
            text(d::NODE_LIFETIME.value),
            "mean; static for nodes that are never replaced",
        ),
        (
            "versions-on-node",
            d::VERSIONS_KEPT_ON_NODE.to_string(),
            "versions of an image that a node keeps",
        ),
        ("unpack", text("gzip"), "or zstd, or a speed such as 500MB/s"),
        ("rollout", text("rolling"), "or all-at-once"),
        ("nat-gateways", "0".into(), "gateways whose hourly fee is counted"),
        ("endpoints", "0".into(), "endpoints whose hourly fee is counted"),
    ]
}

fn service(scene: &Scene) -> Vec<Key> {
    let deploys = scene.deploys.as_deref().unwrap_or(d::DEPLOYS.value);
    let mut keys = vec![
        ("deploys", text(d::DEPLOYS.value), "or /day, /week, /year"),
        ("builds", text(deploys), "as many as deploys"),
        ("pushes", text(deploys), "as many as deploys"),
        ("build", text(d::RUNNER.value), "only installs, unless job times are given"),
    ];
    match (scene.replicas, &scene.pulls) {
        (Some(_), _) => keys.push(("spread", text("even"), "or random, or daemonset")),
        (None, Some(_)) => {
            keys.push((
                "cached-share",
                text(d::CACHED_SHARE.value),
                "pulls' bytes that a cache has",
            ));
        }
        (None, None) => {
            let nodes = scene.nodes.unwrap_or(d::NODE_COUNT);
            keys.push((
                "hosts",
                nodes.to_string(),
                "every node; or replicas, or pulls = \"200/month\"",
            ));
        }
    }
    keys
}
