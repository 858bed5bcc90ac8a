//! ThreadSanitizer's suite, the part that can be written on wrapped primitives.

use crate::suite::Suite;

static TSAN: Suite = Suite {
    manifest: include_str!("tsan/manifest.tsv"),
};

#[test]
fn every_case_of_tsan_is_a_test() {
    TSAN.assert_whole(&[]);
}
