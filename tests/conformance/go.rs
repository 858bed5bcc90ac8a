//! Go's race suite.

mod atomic;
mod chan;
mod chan_close;
mod language;
mod mop_order;

use crate::suite::Suite;

static GO: Suite = Suite {
    manifest: include_str!("go/manifest.tsv"),
};

#[test]
fn every_case_of_go_is_a_test() {
    GO.assert_whole(&[
        atomic::CASES,
        chan::CASES,
        chan_close::CASES,
        mop_order::CASES,
    ]);
}
