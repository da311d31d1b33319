//! JSON of any size from people's files: bounded memory, and values of the wrong type passed over.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::InventoryError;

/// The longest string or number that is read. Manifests in CloudTrail, the longest strings that
/// these sources have, are below 256 KiB.
const MOST_BYTES: usize = 8 << 20;

/// The deepest nesting; serde_json has a limit of its own for what it keeps, but notes a byte for
/// each level of what it passes over.
const MOST_LEVELS: u32 = 10_000;

/// The most elements of a list that is kept.
const MOST_ELEMENTS: usize = 100_000;

/// Lets a visitor take `$value` for values of these kinds.
macro_rules! passed_over {
    ($de:lifetime, $value:expr, $($kind:ident)*) => { $(passed_over!(@$kind $de, $value);)* };
    (@scalars $de:lifetime, $value:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
    (@numbers $de:lifetime, $value:expr) => {
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
    (@seq $de:lifetime, $value:expr) => {
        fn visit_seq<A: SeqAccess<$de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
    (@map $de:lifetime, $value:expr) => {
        fn visit_map<A: MapAccess<$de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
}

/// Begins to read a file that should be JSON.
pub(crate) fn open<'i>(
    name: &str,
    reader: Box<dyn Read + 'i>,
    help: &str,
) -> Result<BufReader<impl Read + 'i>, InventoryError> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let wrong = |problem: String, help: &str| Err(InventoryError::new(name, problem).help(help));
    let first = match reader.fill_buf() {
        Ok(first) => first,
        Err(error) => return wrong(format!("cannot be read: {error}"), "check the file"),
    };
    if first.starts_with(&[0x1f, 0x8b]) {
        let problem = "the file is compressed with gzip".to_owned();
        return wrong(problem, "give what `gunzip -c` writes");
    }
    let text = first.trim_ascii_start();
    let Some(start) = text.first() else {
        return wrong("the file is empty".into(), help);
    };
    if !matches!(start, b'{' | b'[') {
        let before = first.get(..first.len() - text.len()).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let error = InventoryError::new(name, "this is not JSON").help(help);
        return Err(
            error.at(lines + 1, before.rsplit(|b| *b == b'\n').next().map_or(1, |l| l.len() + 1))
        );
    }
    Ok(bounded(reader))
}

/// JSON that fails where values are longer or deeper than can be kept in memory.
pub(crate) fn bounded<R: Read>(reader: R) -> BufReader<impl Read> {
    BufReader::with_capacity(1 << 16, Bounded { inner: reader, state: State::default() })
}

struct Bounded<R> {
    inner: R,
    state: State,
}

#[derive(Default)]
struct State {
    length: usize,
    levels: u32,
    in_string: bool,
    escaped: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for byte in buffer.get(..read).unwrap_or_default() {
            self.state.pass(*byte);
            let problem = if self.state.length > MOST_BYTES {
                format!("a string or number is longer than {MOST_BYTES} bytes")
            } else if self.state.levels > MOST_LEVELS {
                format!("values are nested deeper than {MOST_LEVELS} levels")
            } else {
                continue;
            };
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        Ok(read)
    }
}

impl State {
    fn pass(&mut self, byte: u8) {
        self.length += 1;
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_string => self.escaped = true,
            b'"' => {
                self.in_string = !self.in_string;
                self.length = 0;
            }
            b',' | b':' | b'{' | b'}' | b'[' | b']' | b' ' | b'\n' | b'\r' | b'\t'
                if !self.in_string =>
            {
                self.length = 0;
                match byte {
                    b'{' | b'[' => self.levels += 1,
                    b'}' | b']' => self.levels = self.levels.saturating_sub(1),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// A text, or nothing where there is a value of another type.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Option<String>);

/// An object, or the default where there is a value of another type.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Object<T>(pub(crate) T);

/// A list, or none where there is a value of another type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

/// A whole number that is not negative, whether written as a number or as a text, or else a text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum Number {
    /// There was none.
    #[default]
    None,
    /// A number; `-1`, which Docker writes for what it did not compute, is none.
    Exact(u64),
    /// A text that is no whole number, such as `4.5MB`.
    Text(String),
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(text.to_owned())))
            }
            passed_over!('de, Text(None), scalars numbers seq map);
        }
        deserializer.deserialize_any(Texts)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E>(self, text: &str) -> Result<Number, E> {
                Ok(text.parse().map_or_else(|_| Number::Text(text.to_owned()), Number::Exact))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number::Exact(number))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(u64::try_from(number).map_or(Number::None, Number::Exact))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Number, E> {
                Ok(Number::None)
            }
            passed_over!('de, Number::None, scalars seq map);
        }
        deserializer.deserialize_any(Numbers)
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Objects<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Objects<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
            fn visit_str<E>(self, _: &str) -> Result<Object<T>, E> {
                Ok(Object::default())
            }
            passed_over!('de, Object::default(), scalars numbers seq);
        }
        deserializer.deserialize_any(Objects(PhantomData))
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lists<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Lists<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(element) = seq.next_element()? {
                    if list.len() == MOST_ELEMENTS {
                        let problem = format!("a list has more than {MOST_ELEMENTS} elements");
                        return Err(Error::custom(problem));
                    }
                    list.push(element);
                }
                Ok(List(list))
            }
            fn visit_str<E>(self, _: &str) -> Result<List<T>, E> {
                Ok(List::default())
            }
            passed_over!('de, List::default(), scalars numbers map);
        }
        deserializer.deserialize_any(Lists(PhantomData))
    }
}
