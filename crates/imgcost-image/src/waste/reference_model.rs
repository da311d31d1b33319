//! The same question answered naively: unpack the layers into a map of paths, then see which of the
//! shipped bytes are still in it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::tests::{Change, files};
use super::{WasteKind, waste};

/// What stands at a path: a folder, something without bytes, or the file with this number.
#[derive(Clone, Copy, PartialEq)]
enum Node {
    Folder,
    Other,
    File(usize),
}

#[derive(Default)]
struct Tree {
    nodes: BTreeMap<String, Node>,
    /// Layer and size of every file that was shipped.
    shipped: Vec<(usize, u64)>,
}

impl Tree {
    fn remove_below(&mut self, folder: &str) {
        self.nodes.retain(|path, _| !is_below(path, folder));
    }

    fn put(&mut self, path: &str, node: Node) {
        for (slash, _) in path.match_indices('/') {
            let parent = path[..slash].to_owned();
            if self.nodes.get(&parent) != Some(&Node::Folder) {
                self.nodes.insert(parent, Node::Folder);
            }
        }
        if node != Node::Folder {
            self.remove_below(path);
        }
        self.nodes.insert(path.to_owned(), node);
    }

    /// Unpacks a layer; returns the changes that could be made: links need a target.
    fn apply(&mut self, layer: usize, changes: Vec<Change>) -> Vec<Change> {
        for change in &changes {
            match change {
                Change::Whiteout(path) => {
                    self.nodes.remove(path);
                    self.remove_below(path);
                }
                Change::Opaque(folder) => self.remove_below(folder),
                _ => {}
            }
        }
        let mut made = Vec::new();
        for change in changes {
            match &change {
                Change::File(path, size) => {
                    self.shipped.push((layer, *size));
                    self.put(path, Node::File(self.shipped.len() - 1));
                }
                Change::Folder(path) => self.put(path, Node::Folder),
                Change::Symlink(path) => self.put(path, Node::Other),
                Change::Link(path, target) => {
                    let apart =
                        path != target && !is_below(path, target) && !is_below(target, path);
                    match self.nodes.get(target) {
                        Some(node @ Node::File(_)) if apart => self.put(path, *node),
                        _ => continue,
                    }
                }
                Change::Whiteout(_) | Change::Opaque(_) => {}
            }
            made.push(change);
        }
        made
    }

    fn hidden_by_layer(&self, layers: usize) -> Vec<u64> {
        let visible: BTreeSet<usize> = self
            .nodes
            .values()
            .filter_map(|node| if let Node::File(number) = node { Some(*number) } else { None })
            .collect();
        let mut hidden = vec![0; layers];
        for (number, (layer, size)) in self.shipped.iter().enumerate() {
            if !visible.contains(&number) {
                hidden[*layer] += size;
            }
        }
        hidden
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Paths of up to three parts from a few names, one of which sorts between a name and its slash.
fn a_path() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "a.", "b"]);
    prop::collection::vec(name, 1..=3).prop_map(|parts| parts.join("/"))
}

fn a_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (a_path(), 1_u64..1000).prop_map(|(path, size)| Change::File(path, size)),
        2 => a_path().prop_map(Change::Folder),
        1 => a_path().prop_map(Change::Symlink),
        3 => (a_path(), a_path()).prop_map(|(path, target)| Change::Link(path, target)),
        2 => a_path().prop_map(Change::Whiteout),
        1 => a_path().prop_map(Change::Opaque),
        1 => Just(Change::Opaque(String::new())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn hidden_bytes_are_those_that_unpacking_the_layers_loses(
        layers in prop::collection::vec(prop::collection::vec(a_change(), 0..8), 1..5),
    ) {
        let mut tree = Tree::default();
        let layers: Vec<_> =
            layers.into_iter().enumerate().map(|(at, changes)| tree.apply(at, changes)).collect();
        let expected = tree.hidden_by_layer(layers.len());
        let found = waste(&layers.iter().map(|changes| files(changes)).collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(&found.hidden_by_layer, &expected);
        prop_assert_eq!(found.hidden, expected.iter().sum::<u64>());
        // So few files have fewer offenders than are named.
        let named = found.offenders.iter().filter(|offender| {
            matches!(offender.kind, WasteKind::Overwritten | WasteKind::Deleted)
        });
        prop_assert_eq!(named.map(|offender| offender.bytes).sum::<u64>(), found.hidden);
        prop_assert!(found.offenders.is_sorted_by(|a, b| a.bytes >= b.bytes));
    }
}
