//! What can be said of a session.

/// What can be said of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Every access was recorded and none races.
    Clean,
    /// Some accesses race.
    Racy,
    /// None of what was recorded races, but something was lost.
    Incomplete,
    /// No cell, lock, atomic or channel was touched, so nothing can be said.
    NothingRecorded,
}
