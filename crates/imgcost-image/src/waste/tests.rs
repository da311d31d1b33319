use super::*;
use crate::layer::Budget;
use crate::tar_stream::{EntryKind, TarEntry};

/// One entry of a layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    File(String, u64),
    Folder(String),
    Symlink(String),
    /// A hard link, and its target.
    Link(String, String),
    Whiteout(String),
    Opaque(String),
}

/// A layer with these entries, written as archives have them.
pub(super) fn files(changes: &[Change]) -> LayerFiles {
    let budget = Budget::new(0);
    let mut files = LayerFiles::default();
    for change in changes {
        let beside = |path: &str, name: &str| match path.rsplit_once('/') {
            Some((folder, last)) => format!("{folder}/{name}{last}"),
            None => format!("{name}{path}"),
        };
        let (path, kind, link, size) = match change {
            Change::File(path, size) => (path.clone(), EntryKind::File, "", *size),
            Change::Folder(path) => (format!("{path}/"), EntryKind::Directory, "", 0),
            Change::Symlink(path) => (path.clone(), EntryKind::Symlink, "elsewhere", 0),
            Change::Link(path, target) => (path.clone(), EntryKind::HardLink, &target[..], 0),
            Change::Whiteout(path) => (beside(path, ".wh."), EntryKind::File, "", 0),
            Change::Opaque(path) => (format!("{path}/.wh..wh..opq"), EntryKind::File, "", 0),
        };
        let (path, link) = (path.as_bytes(), link.as_bytes());
        files.add(&TarEntry { path, kind, link, size, offset: 0 }, &budget);
    }
    files
}

fn file(path: &str, size: u64) -> Change {
    Change::File(path.into(), size)
}

fn link(path: &str, target: &str) -> Change {
    Change::Link(path.into(), target.into())
}

fn gone(path: &str) -> Change {
    Change::Whiteout(path.into())
}

fn of<const N: usize>(layers: [&[Change]; N]) -> Waste {
    waste(&layers.map(files)).unwrap()
}

fn offenders(waste: &Waste) -> Vec<(&str, WasteKind, u64, u64, usize)> {
    waste.offenders.iter().map(|o| (&o.path[..], o.kind, o.bytes, o.count, o.layer)).collect()
}

use WasteKind::{Deleted, DevDependencies, Overwritten, PackageCache};

#[test]
fn an_image_without_changes_wastes_nothing() {
    let found = of([&[file("a", 5), file("b/c", 7)], &[file("b/d", 1)]]);
    assert_eq!((found.hidden, found.needless, found.offenders.len()), (0, 0, 0));
    assert_eq!(found.hidden_by_layer, [0, 0]);
}

#[test]
fn copies_below_the_one_on_top_are_waste() {
    // Three copies of 100, 120 and 90 bytes: containers see the last, 220 bytes are hidden.
    let found = of([&[file("app/x", 100)], &[file("app/x", 120)], &[file("app/x", 90)]]);
    assert_eq!(found.hidden_by_layer, [100, 120, 0]);
    assert_eq!(offenders(&found), [("app/x", Overwritten, 220, 2, 0)]);
}

#[test]
fn chown_of_a_tree_ships_it_twice() {
    let tree = [file("opt/a", 10), file("opt/b", 20)];
    let found = of([&tree, &tree]);
    assert_eq!(found.hidden_by_layer, [30, 0]);
    assert_eq!(
        offenders(&found),
        [("opt/b", Overwritten, 20, 1, 0), ("opt/a", Overwritten, 10, 1, 0)]
    );
}

#[test]
fn a_deleted_tree_is_one_offender_with_its_files_counted() {
    let found = of([
        &[file("usr/src/a", 10), file("usr/src/b/c", 20), file("usr/src.txt", 3)],
        &[file("usr/src/b/d", 5)],
        &[gone("usr/src"), gone("nothing")],
    ]);
    assert_eq!(found.hidden_by_layer, [30, 5, 0]);
    assert_eq!(offenders(&found), [("usr/src/", Deleted, 35, 3, 0)]);
}

#[test]
fn a_whiteout_deletes_from_lower_layers_only() {
    // Wherever it stands in its layer.
    let found = of([&[file("d/a", 10)], &[file("d/a", 7), gone("d"), file("d/b", 1)]]);
    assert_eq!(found.hidden_by_layer, [10, 0]);
    let found = of([&[file("d/a", 10)], &[file("d/b", 7), Change::Opaque("d".into())]]);
    assert_eq!(found.hidden_by_layer, [10, 0]);
    assert_eq!(offenders(&found), [("d/", Deleted, 10, 1, 0)]);
}

#[test]
fn the_whole_root_may_be_deleted() {
    let found = of([&[file("d/a", 10), file("b", 1)], &[Change::Opaque(String::new())]]);
    assert_eq!(offenders(&found), [("/", Deleted, 11, 2, 0)]);
}

#[test]
fn files_and_folders_take_each_others_place() {
    let folder = Change::Folder("x".into());
    let found = of([&[file("x", 10)], &[folder, file("x/y", 5)]]);
    assert_eq!(offenders(&found), [("x", Overwritten, 10, 1, 0)]);
    let found = of([&[file("x/y", 10), file("x/z", 1)], &[file("x", 2)]]);
    assert_eq!(offenders(&found), [("x/", Deleted, 11, 2, 0)]);
    let found = of([&[file("x", 10)], &[Change::Symlink("x".into())]]);
    assert_eq!(offenders(&found), [("x", Overwritten, 10, 1, 0)]);
}

#[test]
fn a_file_that_is_twice_in_one_layer_counts_once() {
    let found = of([&[file("a", 10), file("a", 4)]]);
    assert_eq!(found.hidden_by_layer, [10]);
}

#[test]
fn the_figures_beside_those_of_dive() {
    // Two of three copies of 100,000, 50,000 deleted, and a tree of 20,000 + 10,000: 280,000. The
    // 3,000 of lnk1 are in use as lnk2. `dive --json` of the same layers as a docker archive said
    // inefficientBytes 353,000: /app/big 300,000, /app/gone 50,000, /lnk1 3,000.
    let found = of([
        &[
            file("app/big", 100_000),
            file("app/gone", 50_000),
            file("tree/a", 20_000),
            file("tree/b", 10_000),
            file("once", 7_000),
            file("lnk1", 3_000),
            link("lnk2", "lnk1"),
        ],
        &[file("app/big", 100_000), gone("app/gone"), gone("tree"), gone("lnk1")],
        &[file("app/big", 100_000)],
    ]);
    assert_eq!((found.hidden, found.hidden_by_layer), (280_000, vec![180_000, 100_000, 0]));
}

#[test]
fn hard_links_count_once_and_hold_their_bytes() {
    // One of two names deleted, then both.
    let both = [file("a", 10), link("b", "a")];
    assert_eq!(of([&both, &[gone("a")]]).hidden, 0);
    assert_eq!(of([&both, &[gone("b")]]).hidden, 0);
    let found = of([&both, &[gone("a"), gone("b")]]);
    assert_eq!(offenders(&found), [("a", Deleted, 10, 1, 0)]);
    // A link to a link, and a link to a file of a lower layer.
    assert_eq!(
        of([&[file("a", 9), link("b", "./a"), link("c", "/b")], &[gone("a"), gone("b")]]).hidden,
        0
    );
    assert_eq!(of([&[file("a", 9)], &[link("b", "a")], &[gone("a")]]).hidden, 0);
}

#[test]
fn links_in_a_circle_end() {
    assert_eq!(of([&[link("a", "b"), link("b", "a"), link("c", "c"), file("d", 1)]]).hidden, 0);
}

#[test]
fn notes_of_aufs_and_whiteouts_of_nothing_are_passed_over() {
    let layer = [gone("x/.wh.plnk"), gone("x/.wh.aufs"), gone("x/"), gone("x/."), gone("x/..")];
    assert_eq!(of([&[file("x/y", 10)], &layer]).hidden, 0);
}

#[test]
fn paths_are_compared_however_they_are_written() {
    let found = of([&[file("./a/b", 10)], &[file("/a//b", 1)]]);
    assert_eq!(offenders(&found), [("a/b", Overwritten, 10, 1, 0)]);
    let found = of([&[file("a/../b", 10)], &[file("../b", 1)]]);
    assert_eq!(offenders(&found), [("b", Overwritten, 10, 1, 0)]);
}

#[test]
fn caches_that_containers_see_are_needless() {
    let found = of([
        &[
            file("var/lib/apt/lists/x", 10),
            file("var/lib/apt/lists/partial/y", 5),
            file("var/lib/apt/list", 9),
        ],
        &[file("root/.npm/_cacache/z", 7), file("home/app/.cache/pip/w", 3), file("tmp/t", 2)],
    ]);
    assert_eq!(found.hidden, 0);
    assert_eq!(found.needless_by_layer, [15, 12]);
    assert_eq!(
        offenders(&found),
        [
            ("var/lib/apt/lists/", PackageCache, 15, 2, 0),
            ("root/.npm/", PackageCache, 7, 1, 1),
            ("home/app/.cache/pip/", PackageCache, 3, 1, 1),
            ("tmp/", PackageCache, 2, 1, 1),
        ]
    );
}

#[test]
fn a_deleted_cache_is_hidden_and_not_needless_too() {
    let found = of([&[file("var/cache/apt/a", 10)], &[gone("var/cache/apt")]]);
    assert_eq!((found.hidden, found.needless), (10, 0));
}

#[test]
fn files_that_a_store_shares_with_the_application_are_in_use() {
    let store = "root/.local/share/pnpm/store/v3/f";
    let linked = [file(store, 10), link("app/node_modules/f", store)];
    assert_eq!(of([&linked]).needless, 0);
    // The same from the other side: the application's name is gone, the store's is left.
    let linked = [file("app/node_modules/f", 10), link(store, "app/node_modules/f")];
    assert_eq!(of([&linked]).needless, 0);
    let found = of([&linked, &[gone("app")]]);
    assert_eq!((found.hidden, found.needless), (0, 10));
    assert_eq!(offenders(&found)[0].0, "root/.local/share/pnpm/store/");
}

#[test]
fn development_packages_are_told_at_the_top_of_node_modules() {
    let found = of([&[
        file("app/node_modules/typescript/lib/tsc.js", 100),
        file("app/node_modules/typescript/node_modules/jest/x.js", 1),
        file("app/node_modules/@types/node/index.d.ts", 50),
        file("app/node_modules/@babel/runtime/x.js", 7),
        file("app/node_modules/express/node_modules/jest/x.js", 7),
        file("app/node_modules/.pnpm/@types+react@18.0.0_x/node_modules/@types/react/i.d.ts", 25),
        file("app/node_modules/.pnpm/express@4.0.0/node_modules/express/x.js", 7),
        file("app/node_modules/webpack", 7),
        file("app/src/jest/x.js", 7),
        file("usr/local/lib/node_modules/typescript/x.js", 7),
    ]]);
    assert_eq!(
        offenders(&found),
        [
            ("app/node_modules/typescript/", DevDependencies, 101, 2, 0),
            ("app/node_modules/@types/node/", DevDependencies, 50, 1, 0),
            ("app/node_modules/.pnpm/@types+react@18.0.0_x/", DevDependencies, 25, 1, 0),
        ]
    );
}

#[test]
fn only_the_fifty_biggest_are_named() {
    let many: Vec<_> = (1..=60).map(|size| file(&format!("f{size}"), size)).collect();
    let found = of([&many, &many]);
    // 1 + 2 + ... + 60 = 1830.
    assert_eq!(found.hidden, 1830);
    let sizes: Vec<_> = found.offenders.iter().map(|offender| offender.bytes).collect();
    assert_eq!(sizes, (11..=60).rev().collect::<Vec<_>>());
}

#[test]
fn one_name_over_and_over_and_links_to_it_come_to_an_end() {
    // It would take minutes where each link looks at all of its namesakes: 40,000 times 40,000.
    let many = 40_000;
    let links: Vec<_> = (0..many).map(|number| link(&format!("l{number}"), "f")).collect();
    for namesake in [file("f", 1), gone("f")] {
        let namesakes = vec![namesake; many];
        let found = of([&[file("f", 7)], &[&links[..], &namesakes].concat()]);
        // The links keep the first file; of the later ones only the last is seen.
        let hidden = if namesakes[0] == gone("f") { 0 } else { many as u64 - 1 };
        assert_eq!(found.hidden, hidden);
    }
}
