//! Cells that end with the last of std's own `Arc`s, whose count no log has.

use racegate_detector::finding::Tier;
use racegate_detector::report::Report;
use racegate_detector::verdict::Verdict;
use racegate_eventlog::{Location, ThreadId};

use crate::history::History;
use crate::tiers::{scanned, tiers};

const LAST_DROP: [&str; 2] = ["bank::close", "alloc::sync::Arc<T,A>::drop_slow"];

/// Two threads read `x`, and the second ends it under these calls.
fn ended_in(calls: &[&str]) -> History {
    let (mut history, x, one, two) = History::with_two_threads();
    history.read(one, x);
    history.read(two, x);
    history.drop_in(two, x, calls);
    history
}

fn found(history: &History) -> Report {
    scanned(history, &["hb"])
}

#[test]
fn an_end_in_the_last_drop_is_told_and_fails_nothing() {
    let report = found(&ended_in(&LAST_DROP));
    assert_eq!(tiers(&report), [("x", Tier::Unconfirmed)]);
    assert_eq!(Verdict::of(&report), Verdict::Clean);
    let gated = Verdict::gated(&report, Tier::Unconfirmed);
    assert_eq!(gated, Verdict::Findings(1));
    let note = "unconfirmed: (2) is where the last of std's own `Arc`s is dropped, after all that \
                others did while they had theirs; its count was not recorded: take racegate's \
                (loom's) `Arc` there";
    assert_eq!(report.findings[0].notes, [note]);
}

#[test]
fn an_end_elsewhere_is_certain() {
    let boxed = ["bank::close", "core::ptr::drop_in_place<x::A>"];
    let ours = ["racegate::sync::arc::count::end", LAST_DROP[1]];
    for calls in [&boxed[..], &ours, &[]] {
        let report = found(&ended_in(calls));
        assert_eq!(tiers(&report), [("x", Tier::First)], "{calls:?}");
    }
}

#[test]
fn what_comes_after_the_last_drop_is_certain() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.drop_in(one, x, &LAST_DROP);
    history.read(two, x);
    assert_eq!(tiers(&found(&history)), [("x", Tier::First)]);
}

#[test]
fn other_races_of_such_a_cell_are_certain() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    history.read(two, x);
    history.drop_in(two, x, &LAST_DROP);
    let report = found(&history);
    let expected = [("x", Tier::First), ("x", Tier::Unconfirmed)];
    assert_eq!(tiers(&report), expected);
    assert_eq!(Verdict::of(&report), Verdict::Findings(1));
}

#[test]
fn what_the_value_does_in_its_own_drop_is_as_its_end() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    history.read_in(two, x, 70, &LAST_DROP);
    history.drop_in(two, x, &LAST_DROP);
    let expected = [("x", Tier::Unconfirmed), ("x", Tier::Unconfirmed)];
    assert_eq!(tiers(&found(&history)), expected);
}

#[test]
fn the_last_drop_of_another_value_orders_nothing() {
    let another = ["bank::open", LAST_DROP[1]];
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    history.read_in(two, x, 70, &another);
    assert_eq!(tiers(&found(&history)), [("x", Tier::First)], "it lives on");
    history.drop_in(two, x, &LAST_DROP);
    let expected = [("x", Tier::First), ("x", Tier::Unconfirmed)];
    assert_eq!(tiers(&found(&history)), expected);
}

#[test]
fn a_write_within_the_last_drop_of_a_value_ends_no_cell_that_is_not_the_values() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    history.write_in(two, x, 70, &LAST_DROP);
    assert_eq!(tiers(&found(&history)), [("x", Tier::First)]);
}

#[test]
fn of_cells_that_are_told_as_one_the_most_certain_counts() {
    let (mut history, x, one, two) = History::with_two_threads();
    let again = history.cell("x");
    let read = |history: &mut History, thread: ThreadId, cell: Location| {
        history.read_in(thread, cell, 70, &[]);
    };
    read(&mut history, one, x);
    read(&mut history, one, again);
    history.drop_in(two, x, &LAST_DROP);
    history.drop_in(two, again, &["bank::close"]);
    let report = found(&history);
    assert_eq!(tiers(&report), [("x", Tier::First)]);
    assert_eq!(report.findings[0].pairs, 2);
}
