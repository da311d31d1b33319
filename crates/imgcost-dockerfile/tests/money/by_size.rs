use imgcost::units::{Compressed, Span, Unpacked};
use imgcost_dockerfile::image::{Built, Evidence, Size, Times, from_size};

use crate::files::*;
use crate::fixture::ratio;

fn sized(text: &str, stages: &[&str], size: Size) -> Built {
    let file = file(text);
    let plan = plan(&file, stages);
    let times = Times::of_installs(&file, &plan, Span::seconds(60));
    from_size(&file, &plan, times, Evidence::built_in(), ratio(), size)
}

fn sizes(built: &Built) -> Vec<u64> {
    built.pieces.iter().map(|piece| piece.compressed.unwrap().0).collect()
}

#[test]
fn the_rest_above_a_known_base_is_divided_as_the_profile_has_it() {
    let built = sized(STANDARD, STANDARD_PLAN, Size::Unpacked(Unpacked(1_200_000_000)));
    // 1200000000 / 2.7 = 444444444; less 398018216 = 46426228; x 14/15 = 43331146.1..; rest 3095082
    assert_eq!(sizes(&built), [398_018_216, 0, 1_547_541, 43_331_146, 1_547_541]);
    assert_eq!(built.unpacked().unwrap().0, 1_200_000_000);
}

#[test]
fn without_a_base_that_fits_the_profile_divides_everything() {
    // 85 / 14 / 1 % of 100 MB, the application in two halves
    let small = Size::Compressed(Compressed(100_000_000));
    let built = sized(STANDARD, STANDARD_PLAN, small);
    assert_eq!(sizes(&built), [85_000_000, 0, 500_000, 14_000_000, 500_000]);
    // 5 : 1 above 47907155 where only the lock file repeats the install
    let built = sized(FOUR_STAGES, FOUR_STAGES_PLAN, small);
    // 52092845 x 5/6 = 43410704.2; rest 8682141
    assert_eq!(sizes(&built), [47_907_155, 0, 0, 43_410_704, 0, 8_682_141]);
}

#[test]
fn what_no_instruction_brings_is_a_piece_of_its_own() {
    let size = Size::Compressed(Compressed(500_000_000));
    let built = sized("FROM node:20\nRUN make\n", &["setup"], size);
    assert_eq!(sizes(&built), [398_018_216, 0, 101_981_784]);
    assert_eq!(built.compressed().unwrap().0, 500_000_000);
    assert_eq!(built.notes.len(), 1);
}

#[test]
fn a_size_below_the_base_alone_is_told() {
    let size = |wire| Size::Compressed(Compressed(wire));
    let built = sized(STANDARD, STANDARD_PLAN, size(111_111_111));
    let told = "less than the base alone (node:20: 398 MB as measured on 2025-10-21)";
    assert!(built.notes.iter().any(|note| note.contains(told)), "{:?}", built.notes);
    // It is that of another image, so that nothing more than its whole is kept.
    assert_eq!(built.compressed().unwrap().0, 111_111_111);
    let built = sized(STANDARD, STANDARD_PLAN, size(398_018_217));
    assert_eq!(built.notes, [""; 0]);
}
