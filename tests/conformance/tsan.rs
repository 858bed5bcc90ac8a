//! ThreadSanitizer's suite, the part that can be written on wrapped primitives.

mod annotation;
mod atomics;
mod basic;
mod deadlock;
mod external;
mod io;
mod layout;
mod location;
mod locks;
mod once;
mod signal;
mod simulation;
mod stacks;
mod suppression;
mod sync;
mod sync_object;
mod threads;

use crate::suite::Suite;

static TSAN: Suite = Suite {
    manifest: include_str!("tsan/manifest.tsv"),
    cases: 90,
};

#[test]
fn every_case_of_tsan_is_a_test() {
    TSAN.assert_whole(&[
        annotation::CASES,
        atomics::CASES,
        basic::CASES,
        deadlock::CASES,
        external::CASES,
        io::CASES,
        layout::CASES,
        location::CASES,
        locks::CASES,
        once::CASES,
        signal::CASES,
        simulation::CASES,
        stacks::CASES,
        suppression::CASES,
        sync::CASES,
        sync_object::CASES,
        threads::CASES,
    ]);
}
