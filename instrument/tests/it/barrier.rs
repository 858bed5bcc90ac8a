//! A barrier orders one round, and no round with another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::Barrier;
use racegate::{Verdict, check, thread};

use crate::history::{Step, steps_of};

#[test]
fn what_came_before_a_barrier_is_ordered_before_what_comes_after() {
    let cells = [RaceCell::new(0), RaceCell::new(0), RaceCell::new(0)];
    let barrier = Barrier::new(3);
    let report = check(|| {
        thread::scope(|scope| {
            for mine in 0..3 {
                let (cells, barrier) = (&cells, &barrier);
                scope.spawn(move || {
                    for round in 0..10 {
                        cells[mine].set(round);
                        barrier.wait();
                        assert_eq!(cells[(mine + 1) % 3].get(), round);
                        barrier.wait();
                    }
                });
            }
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn what_comes_after_a_barrier_is_not_ordered() {
    let (cell, barrier) = (RaceCell::new(0), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            for number in 0..2 {
                let (cell, barrier) = (&cell, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    cell.set(number);
                });
            }
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn rounds_of_other_threads_are_not_ordered_with_each_other() {
    let (cell, barrier) = (RaceCell::new(0), Barrier::new(2));
    // Not seen by the recorder: the second round starts after the first one.
    let (first_is_over, start_second) = mpsc::channel();
    let start_second = std::sync::Mutex::new(start_second);
    let report = check(|| {
        thread::scope(|scope| {
            for writes in [true, false] {
                let (cell, barrier, first_is_over) = (&cell, &barrier, first_is_over.clone());
                scope.spawn(move || {
                    if writes {
                        cell.set(1);
                    }
                    barrier.wait();
                    first_is_over.send(()).unwrap();
                });
            }
            for reads in [true, false] {
                let (cell, barrier, start_second) = (&cell, &barrier, &start_second);
                scope.spawn(move || {
                    // Both threads of the first round, one for each of the second.
                    start_second.lock().unwrap().recv().unwrap();
                    barrier.wait();
                    reads.then(|| cell.get())
                });
            }
        });
    });
    let accesses = report.findings().len();
    assert_eq!(accesses, 1, "{report}");
}

#[test]
fn each_round_is_recorded_whole_before_the_next_begins() {
    let barrier = Barrier::new(2).named("rounds");
    let (waits, leaders) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let report = check(|| {
        thread::scope(|scope| {
            // More threads than the barrier is for, so that rounds overlap.
            for _ in 0..4 {
                scope.spawn(|| {
                    while waits.fetch_add(1, Ordering::Relaxed) < 200 {
                        let leader = barrier.wait().is_leader();
                        leaders.fetch_add(usize::from(leader), Ordering::Relaxed);
                    }
                });
            }
        });
    });
    assert_eq!(leaders.into_inner(), 100);
    let steps = steps_of(&report, "rounds");
    assert_eq!(steps.len(), 400);
    for round in steps.chunks(4) {
        let verbs: Vec<Step> = round.iter().map(|(_, step)| *step).collect();
        let expected = [
            Step::Release,
            Step::ReleaseMerge,
            Step::Acquire,
            Step::Acquire,
        ];
        assert_eq!(verbs, expected);
        let mut arrived = [round[0].0, round[1].0];
        let mut left = [round[2].0, round[3].0];
        arrived.sort_unstable();
        left.sort_unstable();
        assert_eq!(arrived, left);
    }
}

#[test]
fn a_barrier_for_one_or_none_lets_everyone_through_as_leader() {
    for threads in [0, 1] {
        let (twin, own) = (Barrier::new(threads), std::sync::Barrier::new(threads));
        for _ in 0..3 {
            assert_eq!(twin.wait().is_leader(), own.wait().is_leader());
        }
        assert_eq!(format!("{:?}", twin.wait()), format!("{:?}", own.wait()));
        assert_eq!(format!("{twin:?}"), format!("{own:?}"));
    }
}
