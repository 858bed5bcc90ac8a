//! Who holds an rwlock, which only a waiter learns from outside.

use super::{RwLock, RwLockWriteGuard, read_holds};

/// Whether this thread is known to hold it for reading, and for writing.
fn held(lock: &RwLock<()>) -> (bool, bool) {
    let identity = &lock.identity;
    let reading = read_holds::held_here_since(identity.objects.number());
    let writing = identity.writer.held_here_since();
    (reading.is_some(), writing.is_some())
}

#[test]
fn a_thread_holds_an_rwlock_in_the_mode_of_its_guard() {
    let lock = RwLock::new(());
    assert_eq!(held(&lock), (false, false));
    let writing = lock.write().unwrap();
    assert_eq!(held(&lock), (false, true));
    let reading = RwLockWriteGuard::downgrade(writing);
    assert_eq!(held(&lock), (true, false));
    drop(reading);
    assert_eq!(held(&lock), (false, false));
}

#[test]
fn a_thread_that_reads_twice_reads_until_both_are_dropped() {
    let lock = RwLock::new(());
    let (one, two) = (lock.read().unwrap(), lock.read().unwrap());
    drop(one);
    assert_eq!(held(&lock), (true, false));
    drop(two);
    assert_eq!(held(&lock), (false, false));
}
