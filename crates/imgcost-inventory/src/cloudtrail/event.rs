//! Events, from whichever envelope they come in.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::json_stream::{Object, Text};

/// An event, as far as it is looked at.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) id: Option<String>,
    pub(super) time: Option<String>,
    pub(super) source: Option<String>,
    pub(super) name: Option<String>,
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) error: Option<String>,
    /// `AROA...:i-0123456789abcdef0` for an instance.
    pub(super) principal: Option<String>,
    pub(super) request: Parameters,
    pub(super) answer: Answer,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Parameters {
    pub(super) repository_name: Text,
    pub(super) registry_id: Text,
    pub(super) image_manifest: Text,
    pub(super) image_tag: Text,
    pub(super) image_digest: Text,
    pub(super) layer_digest: Text,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    pub(super) image: Object<Image>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Image {
    pub(super) image_id: Object<ImageId>,
    pub(super) image_manifest: Text,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ImageId {
    pub(super) image_digest: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Identity {
    principal_id: Text,
}

/// Hands the events of a document to `sink`, one at a time.
pub(super) struct Events<'s> {
    pub(super) sink: &'s mut dyn FnMut(Event),
    /// Whether there was a document at all.
    pub(super) started: &'s mut bool,
}

impl<'de> DeserializeSeed<'de> for Events<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Events<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event of CloudTrail or a list of them")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        *self.started = true;
        loop {
            let element = Events { sink: &mut *self.sink, started: &mut *self.started };
            if seq.next_element_seed(element)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        *self.started = true;
        let mut event = Event::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                // Files, `lookup-events`, and EventBridge.
                "Records" | "Events" | "detail" => {
                    let inner = Events { sink: &mut *self.sink, started: &mut *self.started };
                    map.next_value_seed(inner)?;
                }
                "CloudTrailEvent" => {
                    if let Text(Some(text)) = map.next_value()? {
                        let inner = Events { sink: &mut *self.sink, started: &mut *self.started };
                        inner
                            .deserialize(&mut serde_json::Deserializer::from_str(&text))
                            .map_err(|error| Error::custom(format!("CloudTrailEvent: {error}")))?;
                    }
                }
                "eventID" => event.id = text(&mut map)?,
                "eventTime" => event.time = text(&mut map)?,
                "eventSource" => event.source = text(&mut map)?,
                "eventName" => event.name = text(&mut map)?,
                "awsRegion" => event.region = text(&mut map)?,
                "recipientAccountId" => event.account = text(&mut map)?,
                "errorCode" => event.error = text(&mut map)?,
                "userIdentity" => {
                    event.principal = map.next_value::<Object<Identity>>()?.0.principal_id.0;
                }
                "requestParameters" => event.request = map.next_value::<Object<_>>()?.0,
                "responseElements" => event.answer = map.next_value::<Object<_>>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if event.source.is_some() && event.name.is_some() {
            (self.sink)(event);
        }
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<String>, A::Error> {
    Ok(map.next_value::<Text>()?.0)
}
