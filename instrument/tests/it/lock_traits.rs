//! The locks' twins have the traits of std's types.

use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::panic::{RefUnwindSafe, UnwindSafe};

use racegate::sync::{
    Barrier, Condvar, LazyLock, Mutex, MutexGuard, Once, OnceLock, RwLock, RwLockReadGuard,
    RwLockWriteGuard, WaitGroup,
};

fn shared<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {}
fn made<T: Default + Debug>() {}
fn converted<T: From<i32>>() {}
fn guard<T: Sync + UnwindSafe + RefUnwindSafe + Debug + Display>() {}

#[test]
fn what_may_be_shared_with_std_may_be_shared() {
    // A `Cell` may be sent and not shared: the lock makes it so, and safe to unwind past.
    shared::<Mutex<Cell<i32>>>();
    shared::<RwLock<i32>>();
    shared::<Condvar>();
    shared::<Barrier>();
    shared::<Once>();
    shared::<OnceLock<i32>>();
    shared::<LazyLock<i32>>();
    shared::<WaitGroup>();
}

#[test]
fn what_std_makes_and_shows_is_made_and_shown() {
    made::<Mutex<i32>>();
    made::<RwLock<i32>>();
    made::<Condvar>();
    made::<OnceLock<i32>>();
    made::<LazyLock<i32>>();
    converted::<Mutex<i32>>();
    converted::<RwLock<i32>>();
    converted::<OnceLock<i32>>();
    guard::<MutexGuard<'_, i32>>();
    guard::<RwLockReadGuard<'_, i32>>();
    guard::<RwLockWriteGuard<'_, i32>>();
}

#[test]
fn an_initialiser_need_not_be_shared_to_make_a_shared_lazy_lock() {
    fn lazy_of<F: FnOnce() -> i32 + Send>(f: F) -> impl Sync {
        LazyLock::new(f)
    }
    let seed = Cell::new(1);
    drop(lazy_of(move || seed.get()));
}

#[test]
fn locks_are_made_in_constants() {
    static MUTEX: Mutex<i32> = Mutex::new(1);
    static LOCK: RwLock<i32> = RwLock::new(2);
    static CHANGED: Condvar = Condvar::new();
    static BARRIER: Barrier = Barrier::new(1);
    CHANGED.notify_all();
    assert!(BARRIER.wait().is_leader());
    assert_eq!(*MUTEX.lock().unwrap() + *LOCK.read().unwrap(), 3);
}
