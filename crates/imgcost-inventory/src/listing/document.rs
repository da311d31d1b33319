//! JSON documents of listings, entry by entry.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};
use std::marker::PhantomData;
use std::rc::Rc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, IntoDeserializer,
    MapAccess, SeqAccess, Visitor,
};

use super::vendor::Vendor;
use crate::error::InventoryError;
use crate::inventory::Input;

/// The most bytes of one entry; manifests are refused by registries beyond 4 MiB.
const LARGEST_ENTRY: u64 = 16 << 20;

/// What the object around a list says of all its entries: ACR's `registry` and `imageName`.
pub(crate) type Context = Vec<(&'static str, String)>;

/// Why an entry cannot be taken.
#[derive(Debug)]
pub(crate) struct Objection {
    pub(crate) problem: String,
    pub(crate) help: String,
}

/// Hands every entry of an input to `each`, as it comes.
///
/// Entries may stand in lists, in objects around lists, one per line, or in several documents one
/// after the other: as vendors' commands, their pages and `jq` write them.
pub(crate) fn entries<T: DeserializeOwned>(
    vendor: &Vendor,
    input: Input<'_>,
    each: &mut dyn FnMut(T, &Context) -> Result<(), Objection>,
) -> Result<(), InventoryError> {
    let Input { name, reader } = input;
    let reader = begin(&name, reader, vendor)?;
    let left = Rc::new(Cell::new(LARGEST_ENTRY));
    let limited = Limited { reader: BufReader::new(reader), left: left.clone() };
    let mut json = serde_json::Deserializer::from_reader(limited);
    let mut walk = Walk { vendor, left, context: Context::new(), objection: None, each };
    while json.end().is_err() {
        walk.left.set(LARGEST_ENTRY);
        let place = Place { walk: &mut walk, entry: PhantomData::<T> };
        if let Err(error) = place.deserialize(&mut json) {
            return Err(told(&name, vendor, &error, walk.objection));
        }
    }
    Ok(())
}

/// Skips a byte order mark and refuses what does not begin like JSON: commands write tables unless
/// they are told otherwise.
fn begin<'i>(
    name: &str,
    mut reader: Box<dyn Read + 'i>,
    vendor: &Vendor,
) -> Result<impl Read + 'i, InventoryError> {
    let mut first = Vec::new();
    let read = reader.by_ref().take(3).read_to_end(&mut first);
    read.map_err(|error| InventoryError::new(name, error.to_string()))?;
    if first.starts_with(&[0xff, 0xfe]) || first.starts_with(&[0xfe, 0xff]) {
        let help = "save it as UTF-8; PowerShell: ... | Out-File -Encoding utf8 FILE";
        return Err(InventoryError::new(name, "the text is UTF-16").help(help));
    }
    if first.starts_with(&[0xef, 0xbb, 0xbf]) {
        first.clear();
    }
    match first.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[' | b'n') | None => Ok(Cursor::new(first).chain(reader)),
        Some(_) => Err(InventoryError::new(name, "this is not JSON")
            .at(1, 1)
            .help(format!("have it written as JSON: {}", vendor.command))),
    }
}

fn told(
    file: &str,
    vendor: &Vendor,
    error: &serde_json::Error,
    objection: Option<Objection>,
) -> InventoryError {
    if let Some(Objection { problem, help }) = objection {
        return InventoryError::new(file, problem).at(error.line(), error.column()).help(help);
    }
    if error.is_eof() {
        return InventoryError::new(file, "the listing ends in the middle")
            .at(error.line(), error.column())
            .help(format!("it was cut off; run it again: {}", vendor.command));
    }
    InventoryError::json(file, error).help(format!("give the output of {}", vendor.command))
}

/// What goes along through all documents of an input.
struct Walk<'a, T> {
    vendor: &'a Vendor,
    left: Rc<Cell<u64>>,
    context: Context,
    objection: Option<Objection>,
    each: &'a mut dyn FnMut(T, &Context) -> Result<(), Objection>,
}

/// A place where entries can stand: alone, in a list, or in an object around a list.
struct Place<'w, 'a, T> {
    walk: &'w mut Walk<'a, T>,
    entry: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Place<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Place<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a list or an entry of {}", self.walk.vendor.title)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        loop {
            self.walk.left.set(LARGEST_ENTRY);
            let place = Place { walk: &mut *self.walk, entry: PhantomData::<T> };
            if list.next_element_seed(place)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Some(first) = object.next_key::<String>()? else { return Ok(()) };
        let walk = self.walk;
        if walk.vendor.is_around_entries(&first) {
            return around(walk, first, object);
        }
        let outcome = match walk.vendor.stranger(&first) {
            Some(objection) => Err(objection),
            None => {
                let entry = Peeked { first: Some(first), rest: object };
                let entry = T::deserialize(MapAccessDeserializer::new(entry))?;
                (walk.each)(entry, &walk.context)
            }
        };
        outcome.map_err(|objection| {
            walk.objection = Some(objection);
            A::Error::custom("not such an entry")
        })
    }
}

/// Reads an object around lists, of which the first key is known.
fn around<'de, T: DeserializeOwned, A: MapAccess<'de>>(
    walk: &mut Walk<'_, T>,
    first: String,
    mut object: A,
) -> Result<(), A::Error> {
    walk.context.clear();
    let mut next = Some(first);
    while let Some(key) = next {
        walk.left.set(LARGEST_ENTRY);
        if walk.vendor.lists.contains(&key.as_str()) {
            object.next_value_seed(Place { walk: &mut *walk, entry: PhantomData::<T> })?;
        } else if let Some(known) = walk.vendor.context.iter().find(|known| **known == key) {
            walk.context.push((known, object.next_value()?));
        } else {
            object.next_value::<IgnoredAny>()?;
        }
        next = object.next_key()?;
    }
    walk.context.clear();
    Ok(())
}

/// An object of which the first key was looked at.
struct Peeked<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Peeked<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(first.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

/// A reader that fails where one entry goes on and on, before memory does.
struct Limited<R> {
    reader: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(left.ok_or_else(|| {
            io::Error::other(format!("an entry is larger than {} MiB", LARGEST_ENTRY >> 20))
        })?);
        Ok(read)
    }
}
