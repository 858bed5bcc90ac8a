//! Schedulable happens-before: which races no earlier race explains.

use oracle::generator;
use racegate_detector::analysis::{Racy, hb, shb};
use racegate_detector::clock::Reuse;
use racegate_eventlog::text::{TextForm, parse};
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

/// The lines, counted from one, of events that are unordered, and of those that are
/// schedulable.
#[track_caller]
fn lines(text: &str) -> (Vec<usize>, Vec<usize>) {
    let trace = parse(text.as_bytes(), TextForm::Rgt);
    let trace = trace.unwrap_or_else(|error| panic!("{error}"));
    let starts = trace.events().iter().enumerate();
    let starts = starts.filter(|(_, event)| event.kind == EventKind::Begin);
    let starts: Vec<usize> = starts.map(|(index, _)| index).collect();
    let line = |event: usize| event + 1 - starts.iter().filter(|start| **start < event).count();
    let lines = |racy: &Racy| events(racy).into_iter().map(line).collect();
    (lines(&hb::run(&trace)), lines(&shb::run(&trace)))
}

#[test]
fn an_atomic_that_reads_what_was_written_plainly_follows_it() {
    let plainly = "M|fork(A)\nM|fork(B)\nA|w(y)\nA|wuse(a)\nB|ld(a,relaxed)\nB|w(y)\n";
    assert_eq!(lines(plainly), (vec![5, 6], vec![5]));
    let back = "M|fork(A)\nM|fork(B)\nA|w(y)\nA|st(a,relaxed)\nB|ruse(a)\nB|w(y)\n";
    assert_eq!(lines(back), (vec![5, 6], vec![5]));
    let atomically = "M|fork(A)\nM|fork(B)\nA|w(y)\nA|st(a,relaxed)\nB|ld(a,relaxed)\nB|w(y)\n";
    assert_eq!(lines(atomically), (vec![6], vec![6]));
}

#[test]
fn an_atomic_that_reads_what_was_written_atomically_does_not() {
    // That a plain read raced with the store changes nothing between store and load.
    let text = "M|fork(A)\nM|fork(B)\nM|fork(C)\nC|ruse(a)\nA|w(y)\n\
                A|st(a,relaxed)\nB|ld(a,relaxed)\nB|w(y)\n";
    assert_eq!(lines(text), (vec![6, 8], vec![6, 8]));
}

#[test]
fn a_read_modify_write_hands_on_what_it_read_in_a_race() {
    let text = "M|fork(A)\nM|fork(B)\nM|fork(C)\nA|w(y)\nA|wuse(a)\n\
                B|rmw(a,acqrel)\nC|ld(a,acquire)\nC|w(y)\n";
    assert_eq!(lines(text), (vec![6, 7, 8], vec![6]));
}

#[test]
fn new_memory_was_written_by_nobody() {
    let written = "M|fork(A)\nM|fork(B)\nB|wmem(0,8)\nA|w(y)\nA|wmem(0,8)\n";
    let same = format!("{written}B|rmem(0,8)\nB|w(y)\n");
    assert_eq!(lines(&same), (vec![5, 6, 7], vec![5, 6]));
    let new = format!("{written}B|forget(0,8)\nB|rmem(0,8)\nB|w(y)\n");
    assert_eq!(lines(&new), (vec![5, 8], vec![5, 8]));
}
