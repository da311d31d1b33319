//! An inventory as a fleet file, each value with its provenance in a comment.

use std::fmt::Write as _;

use crate::fact::Fact;
use crate::inventory::{
    ClusterFound, ImageFound, Inventory, LayerFound, RegistryFound, ServiceFound,
};
use crate::readable::{Readable, least_nodes};

/// The fleet file of an inventory. It reads as it stands, unless no service has a known size.
pub fn fleet_toml(inventory: &Inventory) -> String {
    let mut file = Lines::default();
    file.comment(
        "Written by imgcost inventory. Every value says where it came from; what is not here",
    );
    file.comment("takes the default that imgcost lists under its assumptions.");
    for source in &inventory.sources {
        file.comment(&format!("Read: {source}"));
    }
    for note in &inventory.notes {
        file.comment(&format!("Note: {note}"));
    }
    file.comment("To see what slimmer images would save, give services an `after`.");
    file.blank();
    file.line("[fleet]");
    let name = printable(&inventory.name);
    file.key("name", &quoted(if name.trim().is_empty() { "fleet" } else { &name }), None);
    let mut readable = Readable::new(inventory);
    for found in &readable.registries {
        registry(&mut file, found);
    }
    if inventory.registries.is_empty() {
        file.blank();
        file.comment(
            "The source does not name a registry; an ordinary one stands here to be replaced.",
        );
        file.line("[registry.main]");
        file.key("provider", &quoted("aws-ecr"), Some("assumed"));
        file.key("region", &quoted("us-east-1"), Some("assumed"));
    }
    for found in &readable.clusters {
        cluster(&mut file, found);
    }
    if inventory.clusters.is_empty() {
        file.blank();
        file.comment(
            "The source does not tell of nodes; fill in how many there are, how long they live",
        );
        file.comment("and by which path they pull.");
        file.line("[cluster.main]");
        match least_nodes(inventory) {
            Some(nodes) => {
                let from = "assumed: as many as the service with the most hosts has";
                file.key("nodes", &nodes.to_string(), Some(from));
            }
            None => file.comment("nodes = 20"),
        }
        file.comment("node-lifetime = \"720h\"");
        file.comment("path = \"nat\"");
    }
    for found in &inventory.services {
        service(&mut file, &readable.service(found));
    }
    file.text
}

/// A fleet file around lists of services that are there already: what a list cannot say.
pub fn fleet_of_lists(lists: &[String]) -> String {
    let mut file = Lines::default();
    file.comment(
        "Written by imgcost inventory csv: the services are in their lists; what their columns",
    );
    file.comment("`registry` and `cluster` name is to be filled in here.");
    let names: Vec<String> = lists.iter().map(|name| quoted(name)).collect();
    file.line(&format!("services = [{}]", names.join(", ")));
    file.blank();
    file.line("[registry.main]");
    file.key("provider", &quoted("aws-ecr"), Some("assumed"));
    file.key("region", &quoted("us-east-1"), Some("assumed"));
    file.blank();
    file.line("[cluster.main]");
    file.comment("nodes = 20");
    file.comment("node-lifetime = \"720h\"");
    file.comment("path = \"nat\"    # the way of the bytes decides their price");
    file.text
}

fn registry(file: &mut Lines, found: &RegistryFound) {
    file.blank();
    file.notes(&found.notes);
    file.line(&format!("[registry.{}]", key(&found.name)));
    file.fact("provider", Some(&found.provider), |value| quoted(value));
    file.fact("region", found.region.as_ref(), |value| quoted(value));
    file.fact("retention", found.keep_last.as_ref(), |keep| format!("{{ keep-last = {keep} }}"));
}

fn cluster(file: &mut Lines, found: &ClusterFound) {
    file.blank();
    file.notes(&found.notes);
    file.line(&format!("[cluster.{}]", key(&found.name)));
    file.fact("provider", found.provider.as_ref(), |value| quoted(value));
    file.fact("region", found.region.as_ref(), |value| quoted(value));
    file.fact("nodes", Some(&found.nodes), u64::to_string);
    file.fact("node-lifetime", found.node_lifetime_hours.as_ref(), |hours| {
        quoted(&format!("{hours}h"))
    });
    file.fact("keeps-compressed", found.keeps_compressed.as_ref(), bool::to_string);
    file.comment("path = \"nat\"    # not in the source: the way of the bytes decides their price");
}

fn service(file: &mut Lines, found: &ServiceFound) {
    file.blank();
    file.notes(&found.notes);
    if let ImageFound::Unknown(why) = &found.image {
        file.comment(&format!(
            "The size of its image is not known: {why}. Fill it in to count this service."
        ));
        file.commented = true;
    }
    file.line("[[service]]");
    file.key("name", &quoted(&found.name), None);
    if !found.labels.is_empty() {
        let labels: Vec<_> = found
            .labels
            .iter()
            .map(|(name, value)| format!("{} = {}", key(name), quoted(value)))
            .collect();
        file.key("labels", &format!("{{ {} }}", labels.join(", ")), None);
    }
    file.name("registry", found.registry.as_deref());
    file.name("cluster", found.cluster.as_deref());
    file.fact("hosts", found.hosts.as_ref(), u64::to_string);
    file.fact("replicas", found.replicas.as_ref(), u64::to_string);
    let rates = [
        ("pulls", &found.pulls),
        ("deploys", &found.deploys),
        ("pushes", &found.pushes),
        ("dependency-updates", &found.dependency_updates),
        ("base-refreshes", &found.base_refreshes),
    ];
    for (name, rate) in rates {
        file.fact(name, rate.as_ref(), |rate| quoted(&rate.to_string()));
    }
    if found.deploys.is_none() && !file.commented {
        let usual = imgcost::fleet::defaults::DEPLOYS.value;
        file.comment(&format!("deploys = \"{usual}\"    # not in the source: this default counts until another is written"));
    }
    image(file, &found.image);
    if let Some(reference) = &found.reference {
        let reference = quoted(&format!("registry://{reference}"));
        file.comment(&format!("or, layer by layer, from its registry: before = {reference}"));
    }
    if let Some(why) = &found.not_built {
        file.key("build", &quoted("none"), Some(why));
    }
    file.commented = false;
}

fn image(file: &mut Lines, found: &ImageFound) {
    let bytes = |bytes: u64| quoted(&format!("{bytes}B"));
    match found {
        ImageFound::Compressed(size) => {
            file.fact("before", Some(size), |size| format!("{{ compressed = {} }}", bytes(*size)));
        }
        ImageFound::Unpacked(size) => {
            file.fact("before", Some(size), |size| format!("{{ unpacked = {} }}", bytes(*size)));
        }
        ImageFound::Both { compressed, unpacked } => {
            let value = format!(
                "{{ compressed = {}, unpacked = {} }}",
                bytes(compressed.value),
                bytes(unpacked.value)
            );
            file.key("before", &value, Some(&format!("{}; {}", compressed.from, unpacked.from)));
        }
        ImageFound::Layers { layers, from } => {
            file.line(&format!("before = {{ layers = [    # {}", printable(from)));
            for layer in layers {
                let why = layer
                    .from
                    .as_ref()
                    .map_or(String::new(), |from| format!("    # {}", printable(from)));
                file.line(&format!("    {{ {} }},{why}", layer_keys(layer)));
            }
            file.line("] }");
        }
        ImageFound::Unknown(_) => file.key("before", &quoted("?"), Some("such as 1.2GB")),
    }
}

fn layer_keys(layer: &LayerFound) -> String {
    let mut keys = Vec::new();
    let size = |bytes: u64| quoted(&format!("{bytes}B"));
    keys.extend(layer.compressed.map(|bytes| format!("compressed = {}", size(bytes))));
    keys.extend(layer.unpacked.map(|bytes| format!("unpacked = {}", size(bytes))));
    keys.extend(layer.digest.as_ref().map(|digest| format!("digest = {}", quoted(digest))));
    keys.push(format!("trigger = {}", quoted(layer.trigger)));
    keys.join(", ")
}

/// The lines of the file; while `commented`, each is written as a comment.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    commented: bool,
}

impl Lines {
    fn line(&mut self, line: &str) {
        let mark = if self.commented { "# " } else { "" };
        let _ = writeln!(self.text, "{mark}{line}");
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn comment(&mut self, text: &str) {
        let _ = writeln!(self.text, "# {}", printable(text));
    }

    fn notes(&mut self, notes: &[String]) {
        notes.iter().for_each(|note| self.comment(note));
    }

    fn key(&mut self, name: &str, value: &str, from: Option<&str>) {
        let from = from.map_or(String::new(), |from| format!("    # {}", printable(from)));
        self.line(&format!("{name} = {value}{from}"));
    }

    fn name(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.key(name, &quoted(value), None);
        }
    }

    fn fact<T>(&mut self, name: &str, fact: Option<&Fact<T>>, write: impl Fn(&T) -> String) {
        if let Some(fact) = fact {
            self.key(name, &write(&fact.value), Some(&fact.from));
        }
    }
}

/// A text as TOML has it: a basic string on one line, whatever it holds.
///
/// ```
/// assert_eq!(imgcost_inventory::quoted("a \"b\"\n"), r#""a \"b\"\u000A""#);
/// ```
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A TOML key: bare where it can be.
fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { name.to_owned() } else { quoted(name) }
}

/// Text that stays within its comment.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
