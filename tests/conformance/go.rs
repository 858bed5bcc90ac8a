//! Go's race suite.

mod atomic;
mod language;

use crate::suite::Suite;

static GO: Suite = Suite {
    manifest: include_str!("go/manifest.tsv"),
};

#[test]
fn every_case_of_go_is_a_test() {
    GO.assert_whole(&[
        atomic::CASES, //
    ]);
}
