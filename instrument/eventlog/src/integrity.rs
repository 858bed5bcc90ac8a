//! What a log lost, and what could be concluded all the same.
//!
//! Losing accesses can only hide races; losing synchronisation can invent them.
//! So the two are counted apart, and a thread is used only up to its first event
//! whose predecessor is missing.

use crate::id::ThreadId;

/// What is missing from a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// Accesses the recorder had to drop.
    pub dropped_accesses: u64,
    /// Synchronisation events the recorder had to drop.
    pub dropped_sync: u64,
    /// Operations by threads outside the session while it was open.
    pub outside: u64,
    /// Bytes of the log that could not be read, and why.
    pub damage: Vec<Damage>,
    /// Threads whose last events could not be used, and why.
    pub cuts: Vec<Cut>,
}

/// A stretch of a file that holds no readable chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file, as given.
    pub file: String,
    /// The first bad byte.
    pub offset: u64,
    /// What was expected there.
    pub what: String,
}

/// A thread that is used only up to a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Which thread.
    pub thread: ThreadId,
    /// How many of its recorded events were left out.
    pub unused: u64,
    /// The predecessor that is missing.
    pub what: String,
}

impl Integrity {
    /// Whether nothing is missing that could hide or invent a race.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.dropped_accesses == 0
            && self.dropped_sync == 0
            && self.damage.is_empty()
            && self.cuts.is_empty()
    }
}
