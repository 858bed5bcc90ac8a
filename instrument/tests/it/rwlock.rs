//! An rwlock orders writers with everybody and readers with writers alone.

use std::sync::{Barrier, TryLockError};

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::{RwLock, RwLockWriteGuard};
use racegate::{Verdict, check, thread};
use racegate_eventlog::ObjectClass;

use crate::history::{Step, message_of, steps_of, steps_of_class, verbs_of};

#[test]
fn a_writer_and_a_reader_are_ordered() {
    let (balance, lock) = (RaceCell::new(0), RwLock::new(()));
    let report = check(|| {
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let _writing = lock.write().unwrap();
                    balance.set(balance.get() + 1);
                });
                scope.spawn(|| {
                    let _reading = lock.read().unwrap();
                    balance.get()
                });
            }
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_write_under_the_read_lock_races_with_another_reader_that_came_later() {
    let (uses, lock, order) = (RaceCell::new(0), RwLock::new(()), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                let reading = lock.read().unwrap();
                uses.set(1);
                drop(reading);
                order.wait();
            });
            scope.spawn(|| {
                order.wait();
                let _reading = lock.read().unwrap();
                uses.set(2);
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn a_contended_rwlock_is_a_history_that_can_be() {
    let lock = RwLock::new(0).named("contended");
    let report = check(|| {
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for round in 0..50 {
                        if round % 3 == 0 {
                            *lock.write().unwrap() += 1;
                        } else {
                            assert!(*lock.read().unwrap() >= 0);
                        }
                    }
                });
            }
        });
    });
    // That the trace could be made says that writers were alone in it.
    let merges = |(_, step): &&(_, Step)| *step == Step::ReleaseMerge;
    let steps = steps_of(&report, "contended");
    assert_eq!(steps.iter().filter(merges).count(), 3 * 33);
    assert_eq!(lock.into_inner().unwrap(), 3 * 17);
}

#[test]
fn each_mode_has_its_steps_on_both_clocks() {
    let lock = RwLock::new(()).named("both");
    let report = check(|| {
        drop(lock.write().unwrap());
        drop(lock.read().unwrap());
    });
    let of = |class| {
        let steps = steps_of_class(&report, class, "both");
        steps.into_iter().map(|(_, step)| step).collect::<Vec<_>>()
    };
    assert_eq!(
        of(ObjectClass::RwLock),
        [Step::Acquire, Step::Release, Step::Acquire],
    );
    assert_eq!(
        of(ObjectClass::RwLockReaders),
        [Step::Acquire, Step::ReleaseMerge],
    );
}

#[test]
fn failed_attempts_are_not_recorded() {
    let lock = RwLock::new(()).named("tried");
    let report = check(|| {
        let reading = lock.read().unwrap();
        assert!(matches!(lock.try_write(), Err(TryLockError::WouldBlock)));
        drop(reading);
        let _writing = lock.write().unwrap();
        assert!(matches!(lock.try_read(), Err(TryLockError::WouldBlock)));
        assert!(matches!(lock.try_write(), Err(TryLockError::WouldBlock)));
    });
    // A read-lock and its unlock, a write-lock on two clocks and its unlock.
    assert_eq!(verbs_of(&report, "tried").len(), 5);
}

#[test]
fn a_downgrade_lets_readers_in_after_the_writer() {
    let (balance, lock, order) = (RaceCell::new(0), RwLock::new(()), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                let writing = lock.write().unwrap();
                balance.set(1);
                let _reading = RwLockWriteGuard::downgrade(writing);
                order.wait();
                assert_eq!(balance.get(), 1);
                order.wait();
            });
            scope.spawn(|| {
                order.wait();
                let _reading = lock.read().unwrap();
                assert_eq!(balance.get(), 1);
                order.wait();
            });
        });
        let _writing = lock.write().unwrap();
        balance.set(2);
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_panicking_writer_releases_and_poisons_and_a_reader_only_releases() {
    let (balance, lock) = (RaceCell::new(0), RwLock::new(()));
    let report = check(|| {
        thread::scope(|scope| {
            let reading = scope.spawn(|| {
                let _reading = lock.read().unwrap();
                std::panic::resume_unwind(Box::new(()));
            });
            assert!(reading.join().is_err());
            assert!(!lock.is_poisoned());
            let writing = scope.spawn(|| {
                let _writing = lock.write().unwrap();
                balance.set(1);
                std::panic::resume_unwind(Box::new(()));
            });
            scope.spawn(|| {
                let _reading = lock.read().unwrap_or_else(|poisoned| poisoned.into_inner());
                balance.get()
            });
            assert!(writing.join().is_err());
        });
        assert!(lock.is_poisoned());
        assert!(lock.read().is_err());
        lock.clear_poison();
        assert!(lock.write().is_ok());
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_thread_that_would_wait_for_itself_is_told_so() {
    let lock = RwLock::new(()).named("account");
    let said = |first: &str, again: &str, body: &dyn Fn()| {
        let message = message_of(body);
        for expected in ["deadlock", "`account`", first, again] {
            assert!(message.contains(expected), "{expected}: {message}");
        }
        // Where it was made and both places, all of them here.
        assert_eq!(message.matches(file!()).count(), 3, "{message}");
        lock.clear_poison();
    };
    said("was write-locked", "to be write-locked", &|| {
        let _first = lock.write();
        drop(lock.write());
    });
    said("was write-locked", "to be read-locked", &|| {
        let _first = lock.write();
        drop(lock.read());
    });
    said("was read-locked", "to be write-locked", &|| {
        let _first = lock.read();
        drop(lock.write());
    });
}

#[test]
fn a_thread_that_has_stopped_reading_may_wait_for_other_readers() {
    let (lock, reading) = (RwLock::new(()), Barrier::new(2));
    drop(lock.read().unwrap());
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let _reading = lock.read().unwrap();
            reading.wait();
        });
        reading.wait();
        drop(lock.write().unwrap());
        reader.join().unwrap();
    });
}

#[test]
fn a_thread_may_read_twice() {
    let lock = RwLock::new(1);
    let (one, two) = (lock.read().unwrap(), lock.read().unwrap());
    assert_eq!(*one + *two, 2);
}

#[test]
fn locks_taken_before_the_session_are_given_up_in_it() {
    for reading in [true, false] {
        let (balance, lock) = (RaceCell::new(0), RwLock::new(()));
        let reader = reading.then(|| lock.read().unwrap());
        let writer = (!reading).then(|| lock.write().unwrap());
        let report = check(|| {
            thread::scope(|scope| {
                scope.spawn(|| {
                    let _writing = lock.write().unwrap();
                    balance.set(2);
                });
                balance.set(1);
                drop(reader);
                drop(writer);
            });
        });
        assert_eq!(report.verdict(), Verdict::Clean, "{report}");
    }
}

#[test]
fn a_read_lock_of_an_outer_session_is_given_up_in_an_inner_one() {
    let lock = RwLock::new(()).named("nested");
    let mut inner = None;
    let outer = check(|| {
        let reading = lock.read().unwrap();
        inner = Some(check(|| drop(reading)));
    });
    assert_eq!(verbs_of(&outer, "nested"), [Step::Acquire]);
    assert_eq!(verbs_of(&inner.unwrap(), "nested"), [Step::ReleaseMerge]);
}

#[test]
fn a_lock_is_used_in_one_session_after_the_other() {
    let lock = RwLock::new(()).named("again");
    for _ in 0..3 {
        let report = check(|| {
            drop(lock.read().unwrap());
            drop(lock.write().unwrap());
        });
        // A reader's lock and unlock, a writer's lock on two clocks and its unlock.
        assert_eq!(verbs_of(&report, "again").len(), 5);
    }
}

#[test]
fn it_shows_as_stds_does() {
    let (twin, own) = (RwLock::new(1), std::sync::RwLock::new(1));
    assert_eq!(format!("{twin:?}"), format!("{own:?}"));
    let _held = (twin.write(), own.write());
    assert_eq!(format!("{twin:?}"), format!("{own:?}"));
}
