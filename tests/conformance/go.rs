//! Go's race suite.

mod atomic;
mod chan;
mod chan_close;
mod chan_misuse;
mod comp;
mod finalizer;
mod io;
mod issue12664;
mod language;
mod map;
mod mop;
mod mop_order;
mod mutex;
mod parts;
mod pool;
mod rangefunc;
mod regression;
mod rwmutex;
mod select;
mod slice;
mod sync;
mod threads;
mod time;
mod waitgroup;

use crate::suite::Suite;

static GO: Suite = Suite {
    manifest: include_str!("go/manifest.tsv"),
    cases: 180,
};

#[test]
fn every_case_of_go_is_a_test() {
    GO.assert_whole(&[
        atomic::CASES,
        chan::CASES,
        chan_close::CASES,
        chan_misuse::CASES,
        comp::CASES,
        finalizer::CASES,
        io::CASES,
        issue12664::CASES,
        map::CASES,
        mop::append::CASES,
        mop::arguments::CASES,
        mop::interfaces::CASES,
        mop::loops::CASES,
        mop::operators::CASES,
        mop::structs::CASES,
        mop::switches::CASES,
        mop::variables::CASES,
        mop_order::CASES,
        mutex::CASES,
        pool::CASES,
        rangefunc::CASES,
        regression::CASES,
        rwmutex::CASES,
        select::CASES,
        slice::copies::CASES,
        slice::elements::CASES,
        slice::words::CASES,
        sync::CASES,
        threads::CASES,
        time::CASES,
        waitgroup::CASES,
    ]);
}
