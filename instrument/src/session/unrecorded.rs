//! Sessions without the feature `enabled`: the closure runs, nothing is recorded.

use std::fmt;

use super::Verdict;

/// Says that nothing was recorded, for want of the feature `enabled`.
#[derive(Debug)]
pub struct Report {
    _private: (),
}

/// Runs `body`. Without the feature `enabled` nothing is recorded.
pub fn check<R>(body: impl FnOnce() -> R) -> Report {
    body();
    Report { _private: () }
}

/// Runs `body`. Without the feature `enabled` nothing is recorded, and nothing yields.
pub fn check_with_yields<R>(_seed: u64, body: impl FnOnce() -> R) -> Report {
    check(body)
}

impl Report {
    /// Always [`Verdict::NothingRecorded`].
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::NothingRecorded
    }

    /// Does nothing: without the feature `enabled` no test is a race test.
    pub fn assert_clean(&self) {}
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was recorded: racegate's feature `enabled` is off")
    }
}
