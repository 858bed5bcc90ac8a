//! The atomics: every operation is one event, in modification order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use racegate::cell::RaceCell;
use racegate::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering, fence};
use racegate::{Report, Verdict, thread};
use racegate_eventlog::{EventKind, LoadOrdering, ObjectClass, RmwOrdering, StoreOrdering};

use crate::objects;

/// The operations on atomics.
fn operations(report: &Report) -> Vec<Operation> {
    let events = objects::events(report, ObjectClass::Atomic).into_iter();
    events.map(|(_, kind)| Operation::of(kind)).collect()
}

#[derive(Debug, PartialEq)]
enum Operation {
    Load(LoadOrdering),
    Store(StoreOrdering),
    Rmw(RmwOrdering),
}

impl Operation {
    fn of(kind: EventKind) -> Self {
        if let EventKind::Load(_, ordering) = kind {
            Self::Load(ordering)
        } else if let EventKind::Store(_, ordering) = kind {
            Self::Store(ordering)
        } else if let EventKind::Rmw(_, ordering) = kind {
            Self::Rmw(ordering)
        } else {
            panic!("{kind:?} is nothing that an atomic does")
        }
    }
}

#[test]
fn every_operation_is_one_event_with_its_ordering() {
    let report = racegate::check(|| {
        let count = AtomicU32::new(5);
        assert_eq!(count.load(Ordering::Relaxed), 5);
        count.store(6, Ordering::Release);
        assert_eq!(count.swap(7, Ordering::AcqRel), 6);
        assert_eq!(count.fetch_add(1, Ordering::SeqCst), 7);
        assert_eq!(count.fetch_max(3, Ordering::Acquire), 8);
        assert_eq!(count.load(Ordering::SeqCst), 8);
    });
    let expected = [
        Operation::Load(LoadOrdering::Relaxed),
        Operation::Store(StoreOrdering::Release),
        Operation::Rmw(RmwOrdering::AcqRel),
        Operation::Rmw(RmwOrdering::SeqCst),
        Operation::Rmw(RmwOrdering::Acquire),
        Operation::Load(LoadOrdering::SeqCst),
    ];
    assert_eq!(operations(&report), expected);
}

#[test]
fn a_failed_compare_exchange_is_a_load_with_the_failure_ordering() {
    let report = racegate::check(|| {
        let flag = AtomicBool::new(false);
        let exchange =
            |from, to| flag.compare_exchange(from, to, Ordering::Release, Ordering::Acquire);
        assert_eq!(exchange(true, false), Err(false));
        assert_eq!(exchange(false, true), Ok(false));
    });
    let expected = [
        Operation::Load(LoadOrdering::Acquire),
        Operation::Rmw(RmwOrdering::Release),
    ];
    assert_eq!(operations(&report), expected);
}

#[test]
fn an_update_that_gives_up_is_a_load() {
    let report = racegate::check(|| {
        let count = AtomicUsize::new(1);
        let given_up = count.try_update(Ordering::AcqRel, Ordering::Relaxed, |_| None);
        assert_eq!(given_up, Err(1));
    });
    assert_eq!(
        operations(&report),
        [Operation::Load(LoadOrdering::Relaxed)]
    );
}

#[test]
fn an_ordering_that_std_refuses_panics_with_its_words_and_leaves_no_event() {
    let report = racegate::check(|| {
        let flag = AtomicBool::new(true);
        let message = |misuse: &dyn Fn()| {
            let panic = catch_unwind(AssertUnwindSafe(misuse)).expect_err("std refuses");
            *panic.downcast::<&str>().expect("a literal")
        };
        let words = message(&|| _ = flag.load(Ordering::Release));
        assert_eq!(words, "there is no such thing as a release load");
        let words = message(&|| flag.store(true, Ordering::Acquire));
        assert_eq!(words, "there is no such thing as an acquire store");
        let words = message(&|| fence(Ordering::Relaxed));
        assert_eq!(words, "there is no such thing as a relaxed fence");
        assert!(flag.swap(false, Ordering::Relaxed));
    });
    assert_eq!(operations(&report), [Operation::Rmw(RmwOrdering::Relaxed)]);
}

#[test]
fn what_is_done_alone_is_no_event() {
    let report = racegate::check(|| {
        let mut value = 1;
        let mut pointer = AtomicPtr::new(&raw mut value);
        *pointer.get_mut() = std::ptr::null_mut();
        assert!(pointer.into_inner().is_null());
    });
    assert_eq!(operations(&report), []);
}

#[test]
fn the_log_holds_the_modification_order() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 200;
    let (to_test, returned) = mpsc::channel();
    let report = racegate::check(|| {
        let count = AtomicUsize::new(0);
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let (to_test, count) = (to_test.clone(), &count);
                scope.spawn(move || {
                    let before = |_| count.fetch_add(1, Ordering::Relaxed);
                    let values: Vec<usize> = (0..ROUNDS).map(before).collect();
                    to_test.send((thread, values)).expect("the test listens");
                });
            }
        });
    });
    let mut values = vec![Vec::new().into_iter(); THREADS];
    for _ in 0..THREADS {
        let (thread, of_thread) = returned.recv().expect("every thread tells");
        values[thread] = of_thread.into_iter();
    }
    let increments = objects::events(&report, ObjectClass::Atomic).into_iter();
    // The threads were forked in order, after the root.
    let logged: Vec<usize> = increments
        .filter_map(|(thread, _)| values[thread.index() - 1].next())
        .collect();
    assert_eq!(logged, (0..THREADS * ROUNDS).collect::<Vec<_>>());
}

/// Hands a value through a flag, stored and loaded like this, in this real order.
fn hand_over(store: impl Fn(&AtomicBool) + Send, load: impl Fn(&AtomicBool) + Send) -> Verdict {
    let report = racegate::check(|| {
        let (value, ready) = (RaceCell::new(0), AtomicBool::new(false));
        let (stored, seen) = mpsc::channel();
        let (value, ready) = (&value, &ready);
        thread::scope(|scope| {
            scope.spawn(move || {
                value.set(1);
                store(ready);
                stored.send(()).expect("the reader listens");
            });
            scope.spawn(move || {
                seen.recv().expect("the writer tells");
                load(ready);
                assert_eq!(value.get(), 1);
            });
        });
    });
    report.verdict()
}

#[test]
fn a_release_store_orders_an_acquire_load_and_a_relaxed_one_does_not() {
    let store = |ordering| move |ready: &AtomicBool| ready.store(true, ordering);
    let load = |ordering| move |ready: &AtomicBool| assert!(ready.load(ordering));
    let verdict = |stored, loaded| hand_over(store(stored), load(loaded));
    assert_eq!(
        verdict(Ordering::Release, Ordering::Acquire),
        Verdict::Clean
    );
    assert_eq!(verdict(Ordering::SeqCst, Ordering::SeqCst), Verdict::Clean);
    assert_eq!(verdict(Ordering::Relaxed, Ordering::Acquire), Verdict::Racy);
    assert_eq!(verdict(Ordering::Release, Ordering::Relaxed), Verdict::Racy);
}

#[test]
fn fences_around_relaxed_operations_order_as_well() {
    let fenced_store = |ready: &AtomicBool| {
        fence(Ordering::Release);
        ready.store(true, Ordering::Relaxed);
    };
    let fenced_load = |ready: &AtomicBool| {
        assert!(ready.load(Ordering::Relaxed));
        fence(Ordering::Acquire);
    };
    assert_eq!(hand_over(fenced_store, fenced_load), Verdict::Clean);
    let late_fence = |ready: &AtomicBool| {
        ready.store(true, Ordering::Relaxed);
        fence(Ordering::Release);
    };
    assert_eq!(hand_over(late_fence, fenced_load), Verdict::Racy);
}

#[test]
fn a_hand_made_reference_count_is_clean_with_its_fence_only() {
    let drop_reference = |fenced: bool| {
        racegate::check(|| {
            let (value, references) = (RaceCell::new(0), AtomicUsize::new(2));
            let drop_one = || {
                value.get();
                if references.fetch_sub(1, Ordering::Release) == 1 {
                    if fenced {
                        fence(Ordering::Acquire);
                    }
                    value.set(1);
                }
            };
            thread::scope(|scope| {
                scope.spawn(drop_one);
                scope.spawn(drop_one);
            });
        })
    };
    assert_eq!(drop_reference(true).verdict(), Verdict::Clean);
    assert_eq!(drop_reference(false).verdict(), Verdict::Racy);
}
