//! Labels, with names that are held once however many services carry them.

use std::collections::HashMap;
use std::sync::Arc;

use imgcost::fleet::Label;

use crate::diagnostic::Problems;
use crate::table::{Item, items};

/// Texts held once.
#[derive(Debug, Default)]
pub(crate) struct Interned(HashMap<Arc<str>, ()>);

impl Interned {
    pub(crate) fn get(&mut self, text: &str) -> Arc<str> {
        if let Some((known, ())) = self.0.get_key_value(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone(), ());
        new
    }
}

/// Reads `labels = { team = "payments" }`.
pub(crate) fn read(
    item: Option<Item<'_>>,
    names: &mut Interned,
    problems: &mut Problems<'_>,
) -> Vec<Label> {
    let Some(table) = item.and_then(|item| item.table(problems)) else { return Vec::new() };
    let label = |item: Item<'_>| {
        let value = item.text(problems)?.trim().to_owned();
        Some(Label { name: names.get(item.key), value })
    };
    items(table).into_iter().filter_map(label).collect()
}
