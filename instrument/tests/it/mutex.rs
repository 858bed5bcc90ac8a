//! A mutex orders critical sections, and is std's in everything else.

use std::sync::{Arc, Barrier, TryLockError};

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::Mutex;
use racegate::{Verdict, check, thread};

use crate::history::{Step, message_of, steps_of, verbs_of};

#[test]
fn sections_of_one_mutex_are_ordered() {
    let (balance, mutex) = (RaceCell::new(0), Mutex::new(()));
    let report = check(|| {
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let _held = mutex.lock().unwrap();
                    balance.set(balance.get() + 1);
                });
            }
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn sections_of_two_mutexes_are_not() {
    let (balance, one, two) = (RaceCell::new(0), Mutex::new(()), Mutex::new(()));
    let report = check(|| {
        thread::scope(|scope| {
            for mutex in [&one, &two] {
                let balance = &balance;
                scope.spawn(move || {
                    let _held = mutex.lock().unwrap();
                    balance.set(balance.get() + 1);
                });
            }
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn the_records_of_a_contended_mutex_alternate() {
    const TIMES: usize = if cfg!(miri) { 3 } else { 100 };
    let mutex = Mutex::new(0).named("contended");
    let report = check(|| {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..TIMES {
                        *mutex.lock().unwrap() += 1;
                    }
                });
            }
        });
    });
    assert_eq!(mutex.into_inner().unwrap(), 4 * TIMES);
    let mut steps = steps_of(&report, "contended");
    steps.retain(|(_, step)| *step != Step::Request);
    assert_eq!(steps.len(), 8 * TIMES);
    for section in steps.chunks(2) {
        let thread = section[0].0;
        let expected = [(thread, Step::Acquire), (thread, Step::Release)];
        assert_eq!(section, expected);
    }
}

#[test]
fn the_unlock_is_recorded_before_another_thread_has_the_lock() {
    let mutex = Mutex::new(()).named("handed over");
    let held = Barrier::new(2);
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                let guard = mutex.lock().unwrap();
                held.wait();
                drop(guard);
            });
            scope.spawn(|| {
                held.wait();
                drop(mutex.lock().unwrap());
            });
        });
    });
    let mut steps = steps_of(&report, "handed over");
    steps.retain(|(_, step)| *step != Step::Request);
    assert_eq!(steps[1].1, Step::Release);
    assert_eq!(steps[0].0, steps[1].0);
    assert_ne!(steps[1].0, steps[2].0);
}

#[test]
fn a_failed_attempt_is_not_recorded() {
    let mutex = Mutex::new(()).named("tried");
    let report = check(|| {
        let _held = mutex.lock().unwrap();
        assert!(matches!(mutex.try_lock(), Err(TryLockError::WouldBlock)));
        thread::scope(|scope| {
            let attempt = scope.spawn(|| mutex.try_lock().is_err());
            assert!(attempt.join().unwrap());
        });
    });
    assert_eq!(verbs_of(&report, "tried"), [Step::Acquire, Step::Release]);
}

#[test]
fn a_failed_attempt_orders_nothing() {
    let (balance, mutex, tried) = (RaceCell::new(0), Mutex::new(()), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                let _held = mutex.lock().unwrap();
                balance.set(1);
                tried.wait();
                tried.wait();
            });
            scope.spawn(|| {
                tried.wait();
                assert!(mutex.try_lock().is_err());
                balance.set(2);
                tried.wait();
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn a_successful_attempt_is_recorded_as_a_lock() {
    let mutex = Mutex::new(()).named("tried");
    let report = check(|| drop(mutex.try_lock().unwrap()));
    assert_eq!(verbs_of(&report, "tried"), [Step::Acquire, Step::Release]);
}

#[test]
fn a_panic_in_the_section_releases_and_poisons() {
    let (balance, mutex) = (RaceCell::new(0), Mutex::new(()).named("panicked in"));
    let report = check(|| {
        thread::scope(|scope| {
            let panicking = scope.spawn(|| {
                let _held = mutex.lock().unwrap();
                balance.set(1);
                std::panic::resume_unwind(Box::new(()));
            });
            scope.spawn(|| {
                let _held = mutex
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner());
                balance.set(2);
            });
            assert!(panicking.join().is_err());
        });
        assert!(mutex.is_poisoned());
        assert!(mutex.lock().is_err());
        assert!(matches!(mutex.try_lock(), Err(TryLockError::Poisoned(_))));
        mutex.clear_poison();
        assert!(mutex.lock().is_ok());
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
    let mut verbs = verbs_of(&report, "panicked in");
    verbs.retain(|step| *step != Step::Request);
    assert_eq!(verbs, [Step::Acquire, Step::Release].repeat(5));
}

#[test]
fn a_thread_that_locks_what_it_holds_is_told_both_places() {
    let balance = Mutex::new(0).named("balance");
    let (mut first, mut second) = (0, 0);
    let report = check(|| {
        let message = message_of(|| {
            first = line!() + 1;
            let _withdrawing = balance.lock().unwrap();
            second = line!() + 1;
            drop(balance.lock());
        });
        let (first, second) = (format!("mutex.rs:{first}:"), format!("mutex.rs:{second}:"));
        for expected in ["deadlock", "`balance`", &first, &second] {
            assert!(message.contains(expected), "{expected}: {message}");
        }
    });
    assert_eq!(
        verbs_of(&report, "balance"),
        [Step::Acquire, Step::Request, Step::Release],
    );
}

#[test]
fn a_lock_is_free_again_for_the_thread_that_gave_it_up() {
    let mutex = Mutex::new(());
    drop(mutex.lock().unwrap());
    let elsewhere = Barrier::new(2);
    std::thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let _held = mutex.lock().unwrap();
            elsewhere.wait();
        });
        elsewhere.wait();
        drop(mutex.lock().unwrap());
        holder.join().unwrap();
    });
}

#[test]
fn a_lock_taken_before_the_session_is_given_up_in_it() {
    let (balance, mutex) = (RaceCell::new(0), Mutex::new(()).named("outside"));
    let guard = mutex.lock().unwrap();
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                let _held = mutex.lock().unwrap();
                balance.set(2);
            });
            balance.set(1);
            drop(guard);
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_mutex_of_a_type_is_one_of_its_trait() {
    let text: Arc<Mutex<dyn std::fmt::Debug + Send>> = Arc::new(Mutex::new(1));
    assert_eq!(format!("{:?}", text.lock().unwrap()), "1");
}

#[test]
fn it_shows_as_stds_does() {
    let (twin, own) = (Mutex::new(1), std::sync::Mutex::new(1));
    assert_eq!(format!("{twin:?}"), format!("{own:?}"));
    let _held = (twin.lock(), own.lock());
    assert_eq!(format!("{twin:?}"), format!("{own:?}"));
}
