//! Hints.

/// Lets another thread go on: whoever spins waits for one.
pub fn spin_loop() {
    std::thread::yield_now();
}

/// Says that this is not reached, and fails the model if it is.
///
/// # Safety
///
/// As std's, which it stands for: the code that calls it must not be reached.
///
/// # Panics
///
/// When it is reached.
#[track_caller]
pub unsafe fn unreachable_unchecked() -> ! {
    unreachable!("`unreachable_unchecked` was reached")
}
