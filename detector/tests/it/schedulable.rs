//! Schedulable happens-before: which races no earlier race explains.

use oracle::generator;
use racegate_detector::analysis::{Racy, hb, shb};
use racegate_detector::clock::Reuse;
use racegate_eventlog::{EventKind, LoadOrdering, StoreOrdering, Trace};

use crate::history::{History, MAIN};

fn events(racy: &Racy) -> Vec<usize> {
    racy.events.iter().map(|race| race.0).collect()
}

/// The indices of the last `count` events.
fn last(trace: &Trace, count: usize) -> Vec<usize> {
    (trace.events().len() - count..trace.events().len()).collect()
}

#[test]
fn what_a_racy_read_may_have_let_happen_is_no_race_of_its_own() {
    let (mut history, x, one, two) = History::with_two_threads();
    let y = history.cell("y");
    history.write(one, y);
    history.write(one, x);
    history.read(two, x);
    history.write(two, y);
    let trace = history.trace();
    assert_eq!(events(&hb::run(&trace)), last(&trace, 2));
    assert_eq!(events(&shb::run(&trace)), last(&trace, 2)[..1]);
}

#[test]
fn a_read_learns_nothing_that_its_writer_did_afterwards() {
    let (mut history, x, one, two) = History::with_two_threads();
    let y = history.cell("y");
    history.write(one, x);
    history.write(one, y);
    history.read(two, x);
    history.write(two, y);
    let trace = history.trace();
    assert_eq!(events(&shb::run(&trace)), last(&trace, 2));
}

#[test]
fn a_read_follows_the_last_write_and_no_other() {
    let (mut history, x, one, two) = History::with_two_threads();
    let y = history.cell("y");
    let three = history.fork(MAIN);
    history.write(one, y);
    history.write(one, x);
    history.write(three, x);
    history.read(two, x);
    history.write(two, y);
    let trace = history.trace();
    assert_eq!(events(&shb::run(&trace)), last(&trace, 3));
}

#[test]
fn a_write_follows_no_write() {
    let (mut history, x, one, two) = History::with_two_threads();
    let y = history.cell("y");
    history.write(one, y);
    history.write(one, x);
    history.write(two, x);
    history.write(two, y);
    let trace = history.trace();
    assert_eq!(events(&shb::run(&trace)), last(&trace, 2));
}

#[test]
fn a_read_of_many_parts_is_judged_before_it_learns_of_any() {
    let (mut history, _, one, two) = History::with_two_threads();
    let words = history.array("words", 3);
    history.push(one, EventKind::Write(words));
    history.push(two, EventKind::Read(words));
    let trace = history.trace();
    assert_eq!(shb::run(&trace).events.len(), 3);
}

#[test]
fn a_relaxed_flag_explains_no_race() {
    // The load saw the store, and still nothing orders what lies behind it: that is
    // what relaxed means.
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    history.write(one, x);
    history.store(one, flag, StoreOrdering::Relaxed);
    history.load(two, flag, LoadOrdering::Relaxed);
    history.read(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn the_first_race_of_a_history_needs_no_other_and_slots_change_nothing() {
    let mut fewer = 0;
    for seed in 0..10_000 {
        let trace = generator::trace(seed);
        let (unordered, schedulable) = (hb::run(&trace), shb::run(&trace));
        assert_eq!(
            schedulable.events.first(),
            unordered.events.first(),
            "seed {seed}"
        );
        let known = |race| unordered.events.contains(race);
        assert!(schedulable.events.iter().all(known), "seed {seed}");
        let apart = shb::run_with(&trace, Reuse::Never);
        assert_eq!(apart, schedulable, "seed {seed}");
        fewer += u32::from(schedulable.events.len() < unordered.events.len());
    }
    assert!(fewer > 500, "only {fewer} histories hold both kinds");
}
