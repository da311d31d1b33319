//! Named lists of regions in a price file.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Flaw, Problems};
use crate::labels::Interned;
use crate::suggest::instead;
use crate::table::{Item, items};

/// The groups of a file.
#[derive(Debug, Default)]
pub(super) struct Groups<'d>(HashMap<&'d str, Vec<Arc<str>>>);

impl<'d> Groups<'d> {
    /// Reads the `[groups]` table.
    pub(super) fn read(
        item: Option<Item<'d>>,
        names: &mut Interned,
        problems: &mut Problems<'_>,
    ) -> Self {
        let Some(table) = item.and_then(|item| item.table(problems)) else {
            return Self::default();
        };
        let groups = items(table).into_iter().filter_map(|item| {
            let regions =
                item.texts(problems)?.into_iter().map(|(region, _)| names.get(region)).collect();
            Some((item.key, regions))
        });
        Self(groups.collect())
    }

    /// Reads an array of regions, in which `"@name"` stands for a group.
    pub(super) fn expand(
        &self,
        item: &Item<'_>,
        names: &mut Interned,
        problems: &mut Problems<'_>,
    ) -> Option<Vec<Arc<str>>> {
        let mut regions: Vec<Arc<str>> = Vec::new();
        let texts = item.texts(problems)?;
        for (text, span) in texts {
            match text.strip_prefix('@') {
                Some(group) => match self.0.get(group) {
                    Some(members) => regions.extend(members.iter().cloned()),
                    None => {
                        let mut known: Vec<_> = self.0.keys().copied().collect();
                        known.sort_unstable();
                        let message = format!("no group is called `{group}`");
                        problems.flaw(
                            Flaw::new("unknown-group", message, instead(group, &known)),
                            span,
                        );
                    }
                },
                None => regions.push(names.get(text)),
            }
        }
        if item.array(problems)?.is_empty() {
            let flaw = Flaw::new(
                "empty-value",
                format!("`{}` is empty", item.key),
                "list regions, or write [\"*\"]",
            );
            item.flaw(flaw, problems);
        }
        Some(regions)
    }
}
