//! Go's race suite.

mod atomic;
mod chan;
mod chan_close;
mod chan_misuse;
mod finalizer;
mod language;
mod mop_order;
mod mutex;
mod pool;
mod rangefunc;
mod rwmutex;
mod select;
mod sync;
mod time;
mod waitgroup;

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
        chan_misuse::CASES,
        finalizer::CASES,
        mop_order::CASES,
        mutex::CASES,
        pool::CASES,
        rangefunc::CASES,
        rwmutex::CASES,
        select::CASES,
        sync::CASES,
        time::CASES,
        waitgroup::CASES,
    ]);
}
