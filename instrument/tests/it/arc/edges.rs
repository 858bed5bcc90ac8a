//! The end of a value is ordered after every drop of a reference to it.

use std::sync::mpsc as unrecorded;

use racegate::cell::RaceCell;
use racegate::sync::{Arc, Weak};
use racegate::{Verdict, thread};
use racegate_eventlog::{EventKind, ObjectClass};

use crate::objects;

/// A value that is used through its cell, for the last time when it is dropped.
#[derive(Default)]
struct Account {
    balance: RaceCell<u8>,
}

impl Drop for Account {
    fn drop(&mut self) {
        self.balance.set(0);
    }
}

/// Runs two threads, each with a reference of its own, the second one after the word
/// of the first, which orders nothing in the log.
fn in_turn(
    first: impl FnOnce(Arc<Account>) + Send,
    second: impl FnOnce(Arc<Account>) + Send,
) -> Verdict {
    let report = racegate::check(|| {
        let mine = Arc::new(Account::default());
        let theirs = Arc::clone(&mine);
        let (word, waits) = unrecorded::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                first(mine);
                word.send(()).expect("the second one waits");
            });
            scope.spawn(move || {
                waits.recv().expect("the first one tells");
                second(theirs);
            });
        });
    });
    report.verdict()
}

fn use_and_drop(account: Arc<Account>) {
    account.balance.set(1);
    drop(account);
}

#[test]
fn a_drop_is_ordered_before_the_destruction() {
    assert_eq!(in_turn(use_and_drop, drop), Verdict::Clean);
}

#[test]
fn a_drop_is_ordered_before_every_way_to_be_alone() {
    let uses = |account: &mut Account| account.balance.set(2);
    let get_mut = |mut account| {
        uses(Arc::get_mut(&mut account).expect("alone"));
    };
    assert_eq!(in_turn(use_and_drop, get_mut), Verdict::Clean);
    let try_unwrap = |account| uses(&mut Arc::try_unwrap(account).ok().expect("alone"));
    assert_eq!(in_turn(use_and_drop, try_unwrap), Verdict::Clean);
    let into_inner = |account| uses(&mut Arc::into_inner(account).expect("the last"));
    assert_eq!(in_turn(use_and_drop, into_inner), Verdict::Clean);
}

#[test]
fn a_drop_is_ordered_before_writing_in_place() {
    for weakly in [false, true] {
        let report = racegate::check(|| {
            let balance = &RaceCell::new(0);
            let mut mine = Arc::new(balance);
            let theirs = Arc::clone(&mine);
            let weak = weakly.then(|| Arc::downgrade(&mine));
            let (word, waits) = unrecorded::channel();
            thread::scope(|scope| {
                scope.spawn(move || {
                    theirs.set(1);
                    drop(theirs);
                    word.send(()).expect("the other one waits");
                });
                scope.spawn(move || {
                    waits.recv().expect("the other one tells");
                    Arc::make_mut(&mut mine).set(2);
                });
            });
            assert!(weak.is_none_or(|weak| weak.upgrade().is_none()));
        });
        report.assert_clean();
    }
}

#[test]
fn a_dropped_pointer_is_ordered_before_the_destruction() {
    let drop_raw = |account: Arc<Account>| {
        account.balance.set(1);
        let pointer = Arc::into_raw(account);
        // SAFETY: `into_raw` just made the pointer; each of the two references that
        // it then is, is dropped once.
        unsafe {
            Arc::increment_strong_count(pointer);
            Arc::decrement_strong_count(pointer);
            drop(Arc::from_raw(pointer));
        }
    };
    assert_eq!(in_turn(drop_raw, drop), Verdict::Clean);
}

#[test]
fn nothing_else_is_ordered() {
    // Both keep their references, so that nothing ends.
    let uses = |account: &Arc<Account>| {
        account.balance.set(1);
        std::mem::forget(Arc::clone(account));
    };
    let verdict = in_turn(
        |account| {
            uses(&account);
            std::mem::forget(account);
        },
        |account| {
            let weak = Arc::downgrade(&account);
            assert!(Arc::strong_count(&account) > 1);
            std::mem::forget(weak.upgrade());
            std::mem::forget(Arc::clone(&account));
            uses(&account);
            std::mem::forget(account);
        },
    );
    assert_eq!(verdict, Verdict::Racy);
}

#[test]
fn a_drop_is_not_ordered_before_one_that_ends_nothing() {
    let verdict = in_turn(use_and_drop, |account| {
        let kept = Arc::clone(&account);
        drop(account);
        kept.balance.set(2);
        std::mem::forget(kept);
    });
    assert_eq!(verdict, Verdict::Racy);
}

#[test]
fn whoever_ends_the_value_has_acquired_all_drops() {
    const ROUNDS: usize = 50;
    let report = racegate::check(|| {
        for _ in 0..ROUNDS {
            let account = Arc::new(Account::default());
            let weak: Weak<Account> = Arc::downgrade(&account);
            thread::scope(|scope| {
                for _ in 0..2 {
                    let (account, weak) = (Arc::clone(&account), weak.clone());
                    scope.spawn(move || {
                        drop(account.clone());
                        account.balance.get();
                        drop(account);
                        if let Some(again) = weak.upgrade() {
                            again.balance.get();
                        }
                    });
                }
                drop(account);
            });
            assert!(weak.upgrade().is_none());
        }
    });
    report.assert_clean();
    let mut ended = Vec::new();
    for (_, kind) in objects::events(&report, ObjectClass::Arc) {
        if let EventKind::Acquire(count) = kind {
            assert!(!ended.contains(&count), "ended twice");
            ended.push(count);
        } else if let EventKind::ReleaseMerge(count) = kind {
            assert!(!ended.contains(&count), "dropped after its end");
        } else {
            panic!("{kind:?} on a reference count");
        }
    }
    assert_eq!(ended.len(), ROUNDS);
}

#[test]
fn of_two_that_take_the_value_out_one_gets_it() {
    racegate::check(|| {
        for _ in 0..50 {
            let mine = Arc::new(RaceCell::new(0));
            let theirs = Arc::clone(&mine);
            thread::scope(|scope| {
                let other = scope.spawn(move || Arc::into_inner(theirs).is_some());
                let here = Arc::into_inner(mine).is_some();
                assert_ne!(here, other.join().expect("no panic"));
            });
        }
    });
}
