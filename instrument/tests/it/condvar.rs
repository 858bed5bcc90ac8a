//! A condvar orders nothing; the mutex that it gives up does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::{Condvar, Mutex};
use racegate::{Verdict, check, thread};

use crate::history::{Step, steps_of, verbs_of};

#[test]
fn what_is_told_under_the_mutex_is_ordered() {
    let (cake, ready, changed) = (RaceCell::new(0), Mutex::new(false), Condvar::new());
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                cake.set(1);
                *ready.lock().unwrap() = true;
                changed.notify_all();
            });
            scope.spawn(|| {
                let told = changed.wait_while(ready.lock().unwrap(), |ready| !*ready);
                assert!(*told.unwrap());
                assert_eq!(cake.get(), 1);
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_notification_alone_orders_nothing() {
    let (cake, mutex, changed) = (RaceCell::new(0), Mutex::new(()), Condvar::new());
    // The recorder does not see it.
    let ready = AtomicBool::new(false);
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                cake.set(1);
                ready.store(true, Ordering::Release);
                changed.notify_one();
            });
            scope.spawn(|| {
                let mut held = mutex.lock().unwrap();
                while !ready.load(Ordering::Acquire) {
                    // A notification may come before the wait, and is lost then.
                    held = changed
                        .wait_timeout(held, Duration::from_millis(1))
                        .unwrap()
                        .0;
                }
                cake.get()
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn a_wait_gives_up_the_mutex_in_the_log() {
    let (turn, changed) = (Mutex::new(0).named("turn"), Condvar::new());
    let report = check(|| {
        thread::scope(|scope| {
            for mine in 0..3 {
                let (turn, changed) = (&turn, &changed);
                scope.spawn(move || {
                    for round in 0..20 {
                        let held = turn.lock().unwrap();
                        let wanted = round * 3 + mine;
                        let mut held = changed.wait_while(held, |turn| *turn != wanted).unwrap();
                        *held += 1;
                        changed.notify_all();
                    }
                });
            }
        });
    });
    let mut steps = steps_of(&report, "turn");
    steps.retain(|(_, step)| *step != Step::Request);
    assert!(steps.len() >= 2 * 60, "{}", steps.len());
    for section in steps.chunks(2) {
        let thread = section[0].0;
        let expected = [(thread, Step::Acquire), (thread, Step::Release)];
        assert_eq!(section, expected);
    }
}

#[test]
fn a_wait_that_times_out_releases_and_acquires() {
    let (mutex, changed) = (Mutex::new(()).named("timed"), Condvar::new());
    let report = check(|| {
        let held = mutex.lock().unwrap();
        // std may end it early for no reason, and says so.
        let (held, _) = changed.wait_timeout(held, Duration::ZERO).unwrap();
        #[expect(deprecated, reason = "std has it, so the twin has it")]
        let (held, _) = changed.wait_timeout_ms(held, 0).unwrap();
        drop(held);
    });
    let section = [Step::Acquire, Step::Release];
    assert_eq!(verbs_of(&report, "timed"), section.repeat(3));
}

#[test]
fn a_wait_for_what_holds_already_is_no_wait() {
    let (mutex, changed) = (Mutex::new(1).named("known"), Condvar::new());
    let report = check(|| {
        let held = mutex.lock().unwrap();
        let held = changed.wait_while(held, |number| *number != 1).unwrap();
        let (held, result) = changed
            .wait_timeout_while(held, Duration::ZERO, |number| *number != 1)
            .unwrap();
        assert!(!result.timed_out());
        drop(held);
    });
    assert_eq!(verbs_of(&report, "known"), [Step::Acquire, Step::Release]);
}

#[test]
fn a_wait_for_what_never_comes_says_that_it_timed_out() {
    let (mutex, changed) = (Mutex::new(1), Condvar::new());
    let held = mutex.lock().unwrap();
    let (held, result) = changed
        .wait_timeout_while(held, Duration::from_millis(2), |number| *number == 1)
        .unwrap();
    assert!(result.timed_out());
    assert_eq!(*held, 1);
}

#[test]
fn a_wait_on_a_poisoned_mutex_returns_its_guard_in_the_error() {
    let (mutex, changed) = (Mutex::new(1), Condvar::new());
    std::thread::scope(|scope| {
        let panicking = scope.spawn(|| {
            let _held = mutex.lock();
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(panicking.join().is_err());
    });
    let held = mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let waited = changed.wait_timeout(held, Duration::ZERO);
    let (held, _) = waited.expect_err("it is poisoned").into_inner();
    assert_eq!(*held, 1);
}

#[test]
fn a_thread_that_waits_does_not_hold_the_mutex() {
    let (mutex, changed) = (Mutex::new(false), Condvar::new());
    let waiter = |value: bool| {
        let mut held = mutex.lock().unwrap();
        *held = value;
        changed.notify_all();
        drop(changed.wait_while(held, |now| *now == value).unwrap());
        // Contended or not, this thread does not hold it.
        *mutex.lock().unwrap() = value;
        changed.notify_all();
    };
    std::thread::scope(|scope| {
        scope.spawn(|| waiter(true));
        let mut held = mutex.lock().unwrap();
        held = changed.wait_while(held, |now| !*now).unwrap();
        *held = false;
        changed.notify_all();
        drop(changed.wait_while(held, |now| !*now).unwrap());
    });
}
