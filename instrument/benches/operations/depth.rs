//! A stack of a given depth, since what a capture costs depends on it.

use std::hint::black_box;

/// How many frames the innermost function of this thread now has below and including
/// itself, by the platform's unwinder.
#[inline(never)]
pub(crate) fn frames_here() -> usize {
    let mut frames = 0;
    backtrace::trace(|_| {
        frames += 1;
        true
    });
    // Those of the crate and of this function are not its caller's.
    frames
}

/// Runs `work` in a function called through as many others as it takes for `frames`
/// active ones. Where there are more already it is called at once.
pub(crate) fn at_depth<R>(frames: usize, work: impl FnOnce() -> R) -> R {
    let mut work = Some(work);
    let mut result = None;
    descend(frames.saturating_sub(frames_here()), &mut || {
        result = work.take().map(|work| work());
    });
    result.expect("the innermost function ran it")
}

#[inline(never)]
fn descend(more: usize, work: &mut dyn FnMut()) {
    if more == 0 {
        work();
    } else {
        descend(more - 1, work);
    }
    // So that the call above is not the last thing done, which would need no frame.
    black_box(more);
}
