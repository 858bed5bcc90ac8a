//! GoKer: bug kernels of real systems in Go.

use crate::suite::Suite;

static GOKER: Suite = Suite {
    manifest: include_str!("goker/manifest.tsv"),
};

#[test]
fn every_case_of_goker_is_a_test() {
    GOKER.assert_whole(&[]);
}
