//! One-time initialisation happens before everything that found it done.

use std::sync::Barrier;

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::{LazyLock, Once, OnceLock};
use racegate::{Report, Verdict, check, thread};
use racegate_eventlog::{Event, EventKind};

use crate::history::{Step, message_of, verbs_of};

/// Two threads do the same thing.
fn by_two_threads(body: impl Fn() + Sync) -> Report {
    check(|| {
        thread::scope(|scope| {
            scope.spawn(&body);
            scope.spawn(&body);
        });
    })
}

#[test]
fn every_caller_of_once_comes_after_the_closure() {
    let (icons, once) = (RaceCell::new(0), Once::new());
    let report = by_two_threads(|| {
        once.call_once(|| icons.set(1));
        assert_eq!(icons.get(), 1);
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn initialising_without_once_races() {
    let icons = RaceCell::new(0);
    let report = by_two_threads(|| {
        if icons.get() == 0 {
            icons.set(1);
        }
    });
    assert_eq!(report.verdict(), Verdict::Racy, "{report}");
}

#[test]
fn who_is_told_that_once_is_completed_comes_after_the_closure() {
    let (icons, once) = (RaceCell::new(0), Once::new());
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| once.call_once(|| icons.set(1)));
            scope.spawn(|| {
                while !once.is_completed() {
                    std::thread::yield_now();
                }
                assert_eq!(icons.get(), 1);
            });
            scope.spawn(|| {
                once.wait();
                assert_eq!(icons.get(), 1);
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn who_is_told_that_once_is_not_completed_learns_nothing() {
    let once = Once::new().named("early");
    let report = check(|| assert!(!once.is_completed()));
    assert_eq!(verbs_of(&report, "early"), []);
}

#[test]
fn once_is_recorded_as_a_release_and_one_acquire_a_caller() {
    let once = Once::new().named("steps");
    let report = check(|| {
        for _ in 0..3 {
            once.call_once(|| {});
        }
    });
    let expected = [Step::Release, Step::Acquire, Step::Acquire];
    assert_eq!(verbs_of(&report, "steps"), expected);
}

#[test]
fn a_closure_that_panicked_comes_before_the_one_that_is_run_instead() {
    let (icons, once, panicked) = (RaceCell::new(0), Once::new(), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                message_of(|| {
                    once.call_once(|| {
                        icons.set(1);
                        panic!("no icons");
                    });
                });
                panicked.wait();
            });
            scope.spawn(|| {
                panicked.wait();
                message_of(|| once.call_once(|| {}));
                once.call_once_force(|state| {
                    assert!(state.is_poisoned());
                    icons.set(2);
                });
            });
        });
    });
    assert!(once.is_completed());
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn an_initialiser_that_waits_for_itself_is_told_so() {
    let once = Once::new().named("itself");
    let lock = OnceLock::new().named("itself");
    let recursions: [&dyn Fn(); 4] = [
        &|| once.call_once_force(|_| once.call_once(|| {})),
        &|| once.call_once_force(|_| once.wait_force()),
        &|| assert_eq!(lock.get_or_init(|| *lock.get_or_init(|| 1)), &1),
        &|| assert_eq!(lock.get_or_init(|| lock.set(1).map_or(2, |()| 1)), &1),
    ];
    for recursion in recursions {
        let message = message_of(recursion);
        for expected in ["deadlock", "`itself`", "was begun at", "to be begun"] {
            assert!(message.contains(expected), "{expected}: {message}");
        }
        // Where it was made and both places, all of them here.
        assert_eq!(message.matches(file!()).count(), 3, "{message}");
    }
}

#[test]
fn every_reader_of_a_once_lock_comes_after_its_initialiser() {
    let (icons, lock) = (RaceCell::new(0), OnceLock::new());
    let report = by_two_threads(|| {
        lock.get_or_init(|| icons.set(1));
        assert_eq!(icons.get(), 1);
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn every_way_to_see_a_value_comes_after_it_was_set() {
    let (icons, lock) = (RaceCell::new(0), OnceLock::new());
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                icons.set(1);
                assert_eq!(lock.set(7), Ok(()));
            });
            scope.spawn(|| {
                assert_eq!(lock.wait(), &7);
                icons.get()
            });
            scope.spawn(|| {
                while lock.get().is_none() {
                    std::thread::yield_now();
                }
                icons.get()
            });
            scope.spawn(|| {
                while lock.clone().into_inner().is_none() {
                    std::thread::yield_now();
                }
                assert_eq!(lock.set(8), Err(8));
                icons.get()
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_once_lock_that_was_refused_a_value_still_says_who_came_first() {
    let (icons, lock, done) = (RaceCell::new(0), OnceLock::new(), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                lock.get_or_init(|| icons.set(1));
                done.wait();
            });
            scope.spawn(|| {
                done.wait();
                assert!(lock.set(()).is_err());
                icons.get()
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn an_empty_once_lock_tells_nothing() {
    let mut lock = OnceLock::<i32>::new().named("empty");
    let report = check(|| {
        assert_eq!(lock.get(), None);
        assert_eq!(lock.get_mut(), None);
        assert_eq!(lock.take(), None);
        assert_eq!(lock.clone(), OnceLock::new());
    });
    assert_eq!(verbs_of(&report, "empty"), []);
}

#[test]
fn a_once_lock_is_set_again_after_its_value_was_taken() {
    let mut lock = OnceLock::from(1);
    assert_eq!(lock.get_or_init(|| 2), &1);
    assert_eq!(lock.take(), Some(1));
    assert_eq!(lock.get_or_init(|| 2), &2);
    assert_eq!(format!("{lock:?}"), "OnceLock(2)");
}

#[test]
fn a_once_lock_whose_initialiser_panicked_runs_another() {
    let lock = OnceLock::new();
    message_of(|| {
        lock.get_or_init(|| panic!("no icons"));
    });
    assert_eq!(lock.get_or_init(|| 2), &2);
}

#[test]
fn every_user_of_a_lazy_lock_comes_after_its_initialiser() {
    let icons = RaceCell::new(0);
    let lazy = LazyLock::new(|| icons.set(1));
    let report = by_two_threads(|| {
        LazyLock::force(&lazy);
        assert_eq!(icons.get(), 1);
    });
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_deref_of_a_lazy_lock_is_recorded_where_it_is_written() {
    let lazy = LazyLock::new(|| 3_i32).named("where");
    let mut line = 0;
    let report = check(|| {
        line = line!() + 1;
        assert_eq!(lazy.pow(2), 9);
    });
    assert_eq!(verbs_of(&report, "where"), [Step::Release]);
    let stacks = &report.trace().tables().stacks;
    let is_release = |event: &&Event| matches!(event.kind, EventKind::Release(_));
    let released = report.trace().events().iter().find(is_release).unwrap();
    assert_eq!(stacks.site(released.stack).unwrap().line, line);
}

#[test]
fn a_lazy_lock_is_empty_until_used_and_poisoned_by_a_panic() {
    let mut lazy = LazyLock::new(|| vec![1]);
    assert_eq!(LazyLock::get(&lazy), None);
    assert_eq!(format!("{lazy:?}"), "LazyLock(<uninit>)");
    LazyLock::force_mut(&mut lazy).push(2);
    lazy.push(3);
    assert_eq!(LazyLock::get_mut(&mut lazy), Some(&mut vec![1, 2, 3]));
    assert_eq!(format!("{lazy:?}"), "LazyLock([1, 2, 3])");

    let poisoned = LazyLock::<i32>::new(|| panic!("no icons"));
    let force = || assert_eq!(LazyLock::force(&poisoned), &1);
    assert_eq!(message_of(force), "no icons");
    let own = std::sync::LazyLock::<i32>::new(|| panic!("no icons"));
    let force_own = || assert_eq!(std::sync::LazyLock::force(&own), &1);
    message_of(force_own);
    assert_eq!(message_of(force), message_of(force_own));
}

#[test]
fn statics_can_be_made_of_each() {
    static ONCE: Once = Once::new();
    static LOCK: OnceLock<i32> = OnceLock::new();
    static LAZY: LazyLock<i32> = LazyLock::new(|| *LOCK.get_or_init(|| 4));
    ONCE.call_once(|| assert_eq!(*LAZY, 4));
    assert!(ONCE.is_completed());
}
