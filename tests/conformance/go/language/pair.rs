//! Goroutines that are awaited by a channel, and by nothing else.
//!
//! **Invariant:** what follows a goroutine's message is not ordered before anything
//! in the body. The scope's own join comes when the body is over.

use racegate::channel;
use racegate::thread;

/// Runs a goroutine beside the main one, which then receives its message from a
/// channel with room for it: the suite's usual frame.
pub(crate) fn pair<A, B>(goroutine: impl FnOnce() -> A + Send, main: impl FnOnce() -> B) {
    pair_over(1, goroutine, main);
}

/// The same, with a channel of that capacity.
pub(crate) fn pair_over<A, B>(
    capacity: usize,
    goroutine: impl FnOnce() -> A + Send,
    main: impl FnOnce() -> B,
) {
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

/// Runs a goroutine beside the main one, which then waits for the end of a channel.
pub(crate) fn pair_closing<A, B>(goroutine: impl FnOnce() -> A + Send, main: impl FnOnce() -> B) {
    let (open, closed) = channel::bounded::<()>(1);
    thread::scope(|scope| {
        scope.spawn(move || {
            goroutine();
            drop(open);
        });
        main();
        closed.recv().expect_err("nothing is sent");
    });
}

/// Runs two goroutines, whose messages the main one receives from a channel with
/// room for both.
pub(crate) fn pair2<A, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) {
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
