//! Lists that come in pages: an object with the list, and a word on whether there is more.

use std::fmt;
use std::io::Read;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::error::FeedError;
use crate::json::{Each, open};
use crate::sieve::{Input, Problem, Sieve};

/// The names that a vendor gives to the parts of a page.
pub(crate) struct Page {
    pub(crate) list: &'static str,
    pub(crate) next: &'static str,
    pub(crate) help: &'static str,
}

/// Reads documents one after the other, as often as there are any in the file.
pub(crate) fn documents<R: Read>(
    reader: R,
    mut read: impl FnMut(
        &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
    ) -> serde_json::Result<()>,
) -> serde_json::Result<()> {
    let mut documents = serde_json::Deserializer::from_reader(reader);
    loop {
        read(&mut documents)?;
        match documents.end() {
            Ok(()) => return Ok(()),
            // Another document follows, as where pages were written into one file.
            Err(error) if error.is_syntax() => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads the pages of one vendor, whichever files they are in. The last must not name another.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(
    page: &Page,
    inputs: Vec<Input<'_>>,
    sieve: &mut Sieve<'_>,
    take: fn(T, &mut Sieve<'_>),
) -> Result<(), FeedError> {
    let mut last = None;
    for input in inputs {
        let reader = open(&input.name, input.reader, page.help)?;
        let mut lists = 0;
        let read = documents(reader, |document| {
            let seen = Document { page, sieve, take }.deserialize(document)?;
            lists += usize::from(seen.list);
            last = Some((input.name.clone(), seen.next));
            Ok(())
        });
        read.map_err(|error| FeedError::json(&input.name, &error, page.help))?;
        if lists == 0 {
            let problem = format!("there is no `{}`", page.list);
            return Err(FeedError::new(&input.name, problem, page.help));
        }
    }
    if let Some((file, true)) = last {
        sieve.problem(Problem::GoesOn { file, key: page.next });
    }
    Ok(())
}

/// What was in a document.
#[derive(Default)]
struct Seen {
    list: bool,
    next: bool,
}

struct Document<'d, 's, T> {
    page: &'d Page,
    sieve: &'d mut Sieve<'s>,
    take: fn(T, &mut Sieve<'_>),
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Document<'_, '_, T> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Document<'_, '_, T> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{}`", self.page.list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let mut seen = Seen::default();
        let Self { page, sieve, take } = self;
        while let Some(key) = map.next_key::<String>()? {
            if key == page.list {
                map.next_value_seed(Each::new(&mut |element| take(element, sieve)))?;
                seen.list = true;
            } else if key == page.next {
                let next: Option<String> = map.next_value()?;
                seen.next = next.is_some_and(|next| !next.trim().is_empty());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(seen)
    }
}
