//! Two threads in turn.
//!
//! **Invariant:** racegate sees no edge between them, so that only the order of the
//! events is forced, and never their verdict.

use fixtures::Schedule;
use racegate::thread;

/// Runs each in a thread of its own, the second when the first has returned.
pub(crate) fn in_turn(first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    let turn = Schedule::steered();
    thread::scope(|scope| {
        scope.spawn(|| {
            turn.pass(1);
            second();
        });
        scope.spawn(|| {
            first();
            turn.pass(0);
        });
    });
}
