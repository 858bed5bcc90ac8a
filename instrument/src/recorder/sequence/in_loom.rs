//! Whoever holds a sequence is alone, and follows all who held it before.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use super::{Sequence, Teller};

/// A teller of this log.
fn of(log: u32) -> Teller {
    Teller::of(log, 1)
}

#[test]
fn stamps_are_taken_one_after_another_and_each_taker_follows_the_last() {
    loom::model(|| {
        let shared = Arc::new((Sequence::new(), UnsafeCell::new((1, 1))));
        shared.0.lock().next(of(1));
        let take = |log: u32| {
            let shared = Arc::clone(&shared);
            move || {
                let mut locked = shared.0.lock();
                let taken = locked.next(of(log));
                // SAFETY: the sequence is locked, which loom holds it to.
                shared.1.with_mut(|last| unsafe {
                    let (stamp, taker) = *last;
                    assert_eq!(taken.stamp.sequence, stamp + 1);
                    assert_eq!(taken.follows, taker == log);
                    *last = (taken.stamp.sequence, log);
                });
            }
        };
        let other = thread::spawn(take(2));
        take(3)();
        other.join().expect("its assertions hold");
        assert_eq!(shared.0.lock().next(of(1)).stamp.sequence, 4);
    });
}

/// What a lock's own records do: stamps without a lock of their own.
#[test]
fn stamps_taken_inside_of_another_lock_follow_one_another() {
    loom::model(|| {
        let sequence = Sequence::new();
        assert_eq!(sequence.next_alone(of(1)).stamp.sequence, 1);
        let shared = Arc::new((loom::sync::Mutex::new(1), sequence));
        let take = || {
            let shared = Arc::clone(&shared);
            move || {
                let mut last = shared.0.lock().expect("nobody panics");
                for _ in 0..2 {
                    *last += 1;
                    assert_eq!(shared.1.next_alone(of(1)).stamp.sequence, *last);
                }
            }
        };
        let other = thread::spawn(take());
        take()();
        other.join().expect("its assertions hold");
        assert_eq!(shared.1.lock().next(of(1)).stamp.sequence, 6);
    });
}

/// What a read lock of an rwlock does to the readers' sequence, while readers take stamps.
#[test]
fn a_stamp_follows_only_its_own_takers_whoever_passes_meanwhile() {
    loom::model(|| {
        let last = UnsafeCell::new(0);
        let shared = Arc::new((Sequence::new(), Sequence::new(), last));
        // Another log took the last stamp: who passes says that no log saw what came since.
        shared.0.lock().next(of(2));
        shared.1.lock().next(of(1));
        let take = |shared: &(Sequence, Sequence, UnsafeCell<u32>), taker| {
            let mut locked = shared.0.lock();
            let taken = locked.next(Teller::of(1, taker));
            // SAFETY: as above.
            shared.2.with_mut(|last| unsafe {
                assert!(!taken.follows || *last == taker);
                *last = taker;
            });
        };
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            theirs.0.pass_as(&theirs.1);
            take(&theirs, 2);
        });
        take(&shared, 3);
        take(&shared, 3);
        other.join().expect("its assertions hold");
    });
}
