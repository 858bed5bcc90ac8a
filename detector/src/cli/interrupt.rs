//! Ctrl-C while a program is recorded is for the program: what it did until then
//! is still to be told.

use std::sync::atomic::{AtomicBool, Ordering};

/// The code of a command that Ctrl-C ended, as shells count.
const INTERRUPTED: i32 = 130;

static RUNNING: AtomicBool = AtomicBool::new(false);

/// Waits for the program; an interrupt meanwhile reaches it, since terminals send
/// it to both, and does not end this process. Before and after, it does.
pub(super) fn is_the_programs<R>(wait: impl FnOnce() -> R) -> R {
    // ORDERING: relaxed, here and below; the flag alone is used.
    RUNNING.store(true, Ordering::Relaxed);
    // Without a handler an interrupt ends this process, as it does everywhere else.
    let _ = ctrlc::set_handler(|| {
        if !RUNNING.load(Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    });
    let result = wait();
    RUNNING.store(false, Ordering::Relaxed);
    result
}
