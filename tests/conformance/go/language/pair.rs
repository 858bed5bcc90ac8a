//! Goroutines that are awaited by a channel, and by nothing else.
//!
//! **Invariant:** what follows a goroutine's message is not ordered before anything
//! in the body. The scope's own join comes when the body is over.

use racegate::channel;
use racegate::thread;

/// Runs a goroutine beside the main one, which then receives its message from a
/// channel with room for it: the suite's usual frame.
pub(crate) fn pair(goroutine: impl FnOnce() + Send, main: impl FnOnce()) {
    pair_over(1, goroutine, main);
}

/// The same, with a channel of that capacity.
pub(crate) fn pair_over(capacity: usize, goroutine: impl FnOnce() + Send, main: impl FnOnce()) {
    let (done, ended) = channel::bounded(capacity);
    thread::scope(|scope| {
        scope.spawn(move || {
            goroutine();
            done.send(()).expect("it is awaited");
        });
        main();
        ended.recv().expect("the goroutine has not panicked");
    });
}

/// Runs two goroutines, whose messages the main one receives from a channel with
/// room for both.
pub(crate) fn pair2(first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    let (done, ended) = channel::bounded(2);
    let also_done = done.clone();
    thread::scope(|scope| {
        scope.spawn(move || {
            first();
            done.send(()).expect("it is awaited");
        });
        scope.spawn(move || {
            second();
            also_done.send(()).expect("it is awaited");
        });
        ended.recv().expect("one has not panicked");
        ended.recv().expect("the other has not panicked");
    });
}
