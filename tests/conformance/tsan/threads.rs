//! The cases `thread`: threads that nobody joins.

use std::mem::forget;
use std::sync::mpsc;

use racegate::cell::RaceCell;
use racegate::sync::Arc;
use racegate::thread::{self, JoinHandle};

use crate::suite::cases;

/// A thread that has done its work, which it returns.
fn finished() -> JoinHandle<RaceCell<u32>> {
    let (done, seen) = mpsc::channel::<()>();
    let work = RaceCell::named("work", 0);
    let handle = thread::spawn(move || {
        work.set(1);
        drop(done);
        work
    });
    assert!(seen.recv().is_err(), "nothing is sent");
    handle
}

cases! { TSAN;

/// Created and joined.
fn thread_leak() {
    let work = finished().join().expect("it does not panic");
    assert_eq!(work.get(), 1);
}

/// Created and detached.
fn thread_leak2() {
    drop(finished());
}

/// Neither joined nor detached.
fn thread_leak3() {
    forget(finished());
}

/// Still running when everything ends.
fn thread_leak4() {
    let (until_the_end, wait) = mpsc::channel::<()>();
    let work = Arc::new(RaceCell::named("work", 0));
    work.set(1);
    thread::spawn({
        let work = Arc::clone(&work);
        move || {
            assert_eq!(work.get(), 1);
            assert!(wait.recv().is_err(), "nothing is sent");
        }
    });
    drop(until_the_end);
}

/// Five of them, alike.
fn thread_leak5() {
    (0..5).for_each(|_| forget(finished()));
}

}
