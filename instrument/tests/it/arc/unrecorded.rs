//! std's own `Arc`, whose count is not recorded: what ends with it is told, and fails nothing.

use std::sync::Arc as Unrecorded;
use std::sync::mpsc;

use racegate::cell::UnsafeCell;
use racegate::sync::Arc;
use racegate::{Report, Verdict, thread};
use racegate_detector::finding::Tier;

struct Shared(UnsafeCell<u8>);

// SAFETY: the tests let threads use the cell in turn.
unsafe impl Sync for Shared {}

impl Shared {
    fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    fn read(&self) -> u8 {
        // SAFETY: the threads take turns.
        self.0.with(|pointer| unsafe { *pointer })
    }

    fn write(&self) {
        // SAFETY: the threads take turns.
        self.0.with_mut(|pointer| unsafe { *pointer = 1 });
    }
}

/// Runs two threads in turn, which nothing in the log orders.
fn in_turn(first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    let (word, waits) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            first();
            word.send(()).expect("the second one waits");
        });
        scope.spawn(move || {
            waits.recv().expect("the first one tells");
            second();
        });
    });
}

/// What is found where two threads have a share of std's, and the second gives up the last.
fn shared_by_stds(first: fn(&Shared), second: fn(&Shared)) -> Report {
    racegate::check(|| {
        let mine = Unrecorded::new(Shared::new());
        let theirs = Unrecorded::clone(&mine);
        in_turn(move || first(&mine), move || second(&theirs));
    })
}

/// How certain the end is: only the calls that led there tell of the last drop.
fn of_the_end() -> (Tier, Verdict) {
    let lines_alone = std::env::var_os("RACEGATE_STACK").is_some_and(|mode| mode == "site");
    if lines_alone {
        (Tier::First, Verdict::Racy)
    } else {
        (Tier::Unconfirmed, Verdict::Clean)
    }
}

fn tiers(report: &Report) -> Vec<Tier> {
    report.findings().iter().map(|found| found.tier).collect()
}

#[test]
fn the_end_of_a_cell_with_the_last_is_told_and_fails_nothing_where_calls_are_recorded() {
    let read = |shared: &Shared| assert_eq!(shared.read(), 0);
    let report = shared_by_stds(read, read);
    let (tier, verdict) = of_the_end();
    assert_eq!(tiers(&report), [tier], "{report}");
    assert_eq!(report.verdict(), verdict);
    let is_warning = report.to_string().starts_with("warning");
    assert_eq!(is_warning, verdict == Verdict::Clean, "{report}");
}

#[test]
fn what_else_races_fails_as_ever() {
    let report = shared_by_stds(Shared::write, |shared| assert_eq!(shared.read(), 1));
    let tiers = tiers(&report);
    assert_eq!((tiers.len(), tiers[0]), (2, Tier::First), "{report}");
    // Of two that are certain the later one is not the first of its cell.
    assert_ne!(tiers[1], Tier::First, "{report}");
    assert_eq!(report.verdict(), Verdict::Racy);
}

#[test]
fn the_last_of_racegates_own_has_its_order_in_the_log() {
    let report = racegate::check(|| {
        let mine = Arc::new(Shared::new());
        // It has no share, and so nothing comes after its read.
        let read = {
            let shared = std::ptr::from_ref(&*mine).expose_provenance();
            // SAFETY: the value lives until the second thread begins.
            move || unsafe { (*std::ptr::with_exposed_provenance::<Shared>(shared)).read() }
        };
        in_turn(move || assert_eq!(read(), 0), move || drop(mine));
    });
    assert_eq!(tiers(&report), [Tier::First], "{report}");
}
