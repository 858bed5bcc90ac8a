//! GoKer: bug kernels of real systems in Go.

mod channel;
mod context;
mod data_race;
mod double_lock;
mod go_specific;
mod lock_order;
mod mixed;

use crate::suite::Suite;

static GOKER: Suite = Suite {
    manifest: include_str!("goker/manifest.tsv"),
    cases: 54,
};

#[test]
fn every_case_of_goker_is_a_test() {
    GOKER.assert_whole(&[
        channel::CASES,
        context::CASES,
        data_race::CASES,
        double_lock::CASES,
        go_specific::CASES,
        lock_order::CASES,
        mixed::CASES,
    ]);
}
