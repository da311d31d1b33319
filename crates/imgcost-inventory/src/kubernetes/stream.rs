//! Lists, arrays and concatenated documents, to one object at a time.

use std::fmt;
use std::io::{self, Cursor, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};

use super::object::{Event, Involved, Metadata, Object, Series, Source};
use crate::error::InventoryError;
use crate::inventory::Input;
use crate::json_stream::bounded;

/// The kinds that say something about images and where they run.
const KINDS: [&str; 8] = [
    "Node",
    "Pod",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "ControllerRevision",
    "Event",
];

pub(super) const HELP: &str = "give it the output of `kubectl get nodes,pods,deployments,replicasets,statefulsets,daemonsets,events -A -o json`";

/// Hands each object of a file to `take`, which may refuse it.
pub(super) fn objects(
    input: Input<'_>,
    take: &mut dyn FnMut(Object) -> Result<(), String>,
) -> Result<(), InventoryError> {
    let Input { name, mut reader } = input;
    let unreadable = |error: io::Error| InventoryError::new(&*name, error.to_string());
    let mut start = Vec::new();
    reader.by_ref().take(4096).read_to_end(&mut start).map_err(unreadable)?;
    check_start(&name, &start)?;
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
    let reader = bounded(Cursor::new(text).chain(reader));
    let mut json = serde_json::Deserializer::from_reader(reader);
    loop {
        Document { kind: "", take }.deserialize(&mut json).map_err(|error| wrong(&name, &error))?;
        match json.end() {
            Ok(()) => return Ok(()),
            // More text follows: another document, as in JSON lines.
            Err(error) if error.is_syntax() => {}
            Err(error) => return Err(wrong(&name, &error)),
        }
    }
}

fn wrong(file: &str, error: &serde_json::Error) -> InventoryError {
    let found = InventoryError::json(file, error);
    if error.is_eof() {
        found.help("the text ends in the middle of an object; write the file again")
    } else {
        found.help(HELP)
    }
}

/// Tells what else people have at hand from JSON.
fn check_start(file: &str, start: &[u8]) -> Result<(), InventoryError> {
    let help = |problem: &str, help: &str| Err(InventoryError::new(file, problem).help(help));
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return help(
            "this is UTF-16",
            "write it as UTF-8, such as with `| Out-File -Encoding utf8`",
        );
    }
    if start.starts_with(b"\x1f\x8b") {
        return help("this is compressed by gzip", "unpack it first, such as with `gunzip`");
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = text.trim_ascii_start();
    match text.first() {
        None if start.len() < 4096 => help("the file is empty", HELP),
        None | Some(b'{' | b'[') => Ok(()),
        Some(_) => {
            let line = start.iter().take(start.len() - text.len()).filter(|b| **b == b'\n').count();
            let yaml = [&b"apiVersion:"[..], b"kind:", b"items:", b"---", b"- ", b"#"];
            let table = [&b"NAME"[..], b"NAMESPACE"];
            let problem = if yaml.iter().any(|start| text.starts_with(start)) {
                "this is YAML, not JSON"
            } else if table.iter().any(|start| text.starts_with(start)) {
                "this is a table for people, not JSON"
            } else {
                "this is not JSON"
            };
            Err(InventoryError::new(file, problem)
                .at(line + 1, 1)
                .help(format!("ask kubectl for `-o json`: {HELP}")))
        }
    }
}

/// An object, a list of objects or an array of either.
struct Document<'a> {
    /// What the list around it holds.
    kind: &'a str,
    take: &'a mut dyn FnMut(Object) -> Result<(), String>,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Kubernetes object or a list of them")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element_seed(Document { kind: self.kind, take: self.take })?.is_some() {
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut object = Object { kind: self.kind.to_owned(), ..Object::default() };
        let mut is_list = false;
        while let Some(key) = map.next_key()? {
            // Of other kinds nothing is known, not even the types of their fields.
            let counts = object.kind.is_empty() || KINDS.contains(&object.kind.as_str());
            match key {
                Key::Kind => {
                    object.kind = value::<_, Option<String>>(&mut map)?.unwrap_or_default()
                }
                Key::Items => {
                    is_list = true;
                    let kind = object.kind.strip_suffix("List").unwrap_or_default();
                    map.next_value_seed(Items(Document { kind, take: self.take }))?;
                }
                Key::Metadata => {
                    object.metadata = value::<_, Option<Metadata>>(&mut map)?.unwrap_or_default();
                }
                Key::Spec if counts => {
                    object.spec = value::<_, Option<_>>(&mut map)?.unwrap_or_default();
                }
                Key::Status if counts => {
                    object.status = value::<_, Option<_>>(&mut map)?.unwrap_or_default();
                }
                Key::Data if object.kind == "ControllerRevision" => {
                    let data: Option<RevisionData> = value(&mut map)?;
                    object.data = data.and_then(|data| data.spec).and_then(|spec| spec.template);
                }
                Key::Revision if object.kind == "ControllerRevision" => {
                    object.revision = value(&mut map)?;
                }
                key if object.kind.is_empty() || object.kind == "Event" => {
                    event(key, &mut object.event, &mut map)?;
                }
                _ => skip(&mut map)?,
            }
        }
        if is_list { Ok(()) } else { (self.take)(object).map_err(de::Error::custom) }
    }
}

fn event<'de, A: MapAccess<'de>>(key: Key, event: &mut Event, map: &mut A) -> Result<(), A::Error> {
    match key {
        Key::Reason => event.reason = value::<_, Option<_>>(map)?.unwrap_or_default(),
        Key::Message => event.message = value::<_, Option<_>>(map)?.unwrap_or_default(),
        Key::Count => event.count = event.count.max(value(map)?),
        Key::InvolvedObject => event.involved = value::<_, Option<Involved>>(map)?,
        Key::Source => {
            let host = value::<_, Option<Source>>(map)?.and_then(|source| source.host);
            event.host = host.filter(|host| !host.is_empty()).or(event.host.take());
        }
        // A kubelet's own name for itself is its node.
        Key::ReportingInstance => {
            let instance: Option<String> = value(map)?;
            event.host = event.host.take().or(instance.filter(|name| !name.is_empty()));
        }
        Key::Series => {
            let series = value::<_, Option<Series>>(map)?.unwrap_or_default();
            event.count = event.count.max(series.count);
            event.times.extend(series.last_observed_time);
        }
        Key::EventTime => event.times.extend(value::<_, Option<String>>(map)?),
        _ => skip(map)?,
    }
    Ok(())
}

fn value<'de, A: MapAccess<'de>, T: Deserialize<'de>>(map: &mut A) -> Result<T, A::Error> {
    map.next_value()
}

fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}

/// The `items` of a list; `null` if there are none.
struct Items<'a>(Document<'a>);

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Kubernetes objects")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        self.0.visit_seq(elements)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    Kind,
    Items,
    Metadata,
    Spec,
    Status,
    Data,
    Revision,
    Reason,
    #[serde(alias = "note")]
    Message,
    #[serde(alias = "deprecatedCount")]
    Count,
    #[serde(alias = "regarding")]
    InvolvedObject,
    #[serde(alias = "deprecatedSource")]
    Source,
    ReportingInstance,
    Series,
    #[serde(
        alias = "firstTimestamp",
        alias = "lastTimestamp",
        alias = "deprecatedFirstTimestamp",
        alias = "deprecatedLastTimestamp"
    )]
    EventTime,
    #[serde(other)]
    Other,
}

/// A patch that would bring the workload back to the revision.
#[derive(Deserialize)]
struct RevisionData {
    spec: Option<RevisionSpec>,
}

#[derive(Deserialize)]
struct RevisionSpec {
    template: Option<super::object::Template>,
}
