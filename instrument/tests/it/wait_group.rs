//! A wait group counts as Go's does, and orders what was done before the wait's end.

use std::panic::catch_unwind;
use std::sync::Barrier;

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::WaitGroup;
use racegate::{Verdict, check, thread};

use crate::history::{Step, verbs_of};

#[test]
fn a_wait_for_nothing_returns() {
    let group = WaitGroup::new();
    group.wait();
    group.add(2);
    group.add(-1);
    group.done();
    group.wait();
}

#[test]
fn every_waiter_is_let_go() {
    let group = WaitGroup::new();
    std::thread::scope(|scope| {
        group.add(3);
        for _ in 0..2 {
            scope.spawn(|| group.wait());
        }
        for _ in 0..3 {
            scope.spawn(|| group.done());
        }
        group.wait();
    });
}

#[test]
fn a_counter_below_zero_panics_and_is_not_changed() {
    let group = WaitGroup::new();
    group.add(1);
    assert!(catch_unwind(|| group.add(-2)).is_err());
    group.done();
    assert!(catch_unwind(|| group.done()).is_err());
    group.wait();
}

#[test]
fn what_is_done_comes_before_the_end_of_the_wait() {
    let cells = [RaceCell::new(0), RaceCell::new(0), RaceCell::new(0)];
    let group = WaitGroup::new();
    let report = check(|| {
        thread::scope(|scope| {
            for cell in &cells {
                group.add(1);
                let group = &group;
                scope.spawn(move || {
                    cell.set(1);
                    group.done();
                });
            }
            group.wait();
            assert_eq!(cells.iter().map(RaceCell::get).sum::<i32>(), 3);
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn what_follows_a_done_is_not_ordered_with_the_wait() {
    let (cell, group) = (RaceCell::new(0), WaitGroup::new());
    let report = check(|| {
        thread::scope(|scope| {
            group.add(1);
            scope.spawn(|| {
                group.done();
                cell.set(1);
            });
            group.wait();
            cell.get();
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn two_that_are_done_are_not_ordered_with_each_other() {
    let (cell, group) = (RaceCell::new(0), WaitGroup::new());
    let report = check(|| {
        thread::scope(|scope| {
            for number in 0..2 {
                group.add(1);
                let (cell, group) = (&cell, &group);
                scope.spawn(move || {
                    group.done();
                    cell.set(number);
                });
            }
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn a_count_that_passes_zero_before_the_wait_forgets_nobody() {
    let cells = [RaceCell::new(0), RaceCell::new(0)];
    let group = WaitGroup::new().named("passes zero");
    // Not seen by the recorder.
    let (first_is_done, second_is_done) = (Barrier::new(2), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            group.add(1);
            scope.spawn(|| {
                cells[0].set(1);
                group.done();
                first_is_done.wait();
            });
            first_is_done.wait();
            group.add(1);
            scope.spawn(|| {
                cells[1].set(1);
                group.done();
                second_is_done.wait();
            });
            second_is_done.wait();
            group.wait();
            assert_eq!(cells[0].get() + cells[1].get(), 2);
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
    // A request has no place among an object's steps.
    let mut steps = verbs_of(&report, "passes zero");
    steps.retain(|step| *step != Step::Request);
    assert_eq!(
        steps,
        [Step::ReleaseMerge, Step::ReleaseMerge, Step::Acquire]
    );
}
