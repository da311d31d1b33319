//! Values of texts that were met before: a column of a list repeats few different ones.

/// Remembers up to 256 texts and what they stand for.
#[derive(Debug)]
pub(crate) struct Memo<T> {
    slots: Vec<Option<(String, T)>>,
}

const SLOTS: usize = 256;

impl<T: Clone> Memo<T> {
    pub(crate) fn new() -> Self {
        Self { slots: vec![None; SLOTS] }
    }

    /// The value of a text, from memory or else by reading it. Only what could be read is kept.
    #[inline]
    pub(crate) fn get<E>(
        &mut self,
        text: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, E> {
        let slot = &mut self.slots[place(text)];
        match slot {
            Some((known, value)) if known == text => Ok(value.clone()),
            _ => {
                let value = read(text)?;
                *slot = Some((text.to_owned(), value.clone()));
                Ok(value)
            }
        }
    }
}

/// A cheap place for a text: its length, its first and its last bytes, mixed.
#[inline]
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
            }
            _ => (bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
        },
    };
    let mixed =
        (first ^ last.rotate_left(29) ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once_and_a_mistake_is_not_kept() {
        let mut memo: Memo<usize> = Memo::new();
        let mut reads = 0;
        for _ in 0..3 {
            let value: Result<usize, ()> = memo.get("60/month", |text| {
                reads += 1;
                Ok(text.len())
            });
            assert_eq!(value, Ok(8));
        }
        assert_eq!(reads, 1);
        assert_eq!(memo.get("bad", |_| Err("no")), Err("no"));
        assert_eq!(memo.get("bad", |_| Ok::<_, &str>(1)), Ok(1));
    }

    #[test]
    fn texts_that_share_a_slot_do_not_share_a_value() {
        let mut memo: Memo<String> = Memo::new();
        for round in 0..2 {
            for number in 0..2000 {
                let text = format!("cluster-{number}");
                let value = memo.get(&text, |text| Ok::<_, ()>(text.to_owned())).unwrap();
                assert_eq!(value, text, "round {round}");
            }
        }
    }
}
