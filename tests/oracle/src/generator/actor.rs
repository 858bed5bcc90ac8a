//! One thread of a random program: what it holds and what it waits for.

use racegate_eventlog::{NameId, ObjectId, ThreadId};

use super::channels::Offer;
use super::locks::Hold;

/// A thread that has not ended.
pub(super) struct Actor {
    pub(super) thread: ThreadId,
    pub(super) holds: Vec<Hold>,
    /// Until it is over, the thread does nothing else.
    pub(super) wait: Option<Wait>,
    /// The scope it was spawned in.
    pub(super) inside: Option<ObjectId>,
    /// The scope it opened and has not left.
    pub(super) scope: Option<ObjectId>,
    /// The initialisation that it is in the midst of.
    pub(super) initialises: Option<ObjectId>,
    /// The declared atomic block that it is in.
    pub(super) block: Option<NameId>,
    /// It owns a reference to the shared value.
    pub(super) shares: bool,
}

/// What a thread waits for.
#[derive(Clone, Copy)]
pub(super) enum Wait {
    /// To have a mutex again, after a condition variable woke it.
    Mutex(usize),
    /// The others of its round at a barrier.
    Barrier {
        /// Which barrier.
        barrier: usize,
        /// Its round, counted from zero.
        round: usize,
    },
    /// Someone who receives what it sends.
    Receiver(Offer),
}

impl Actor {
    pub(super) fn new(thread: ThreadId) -> Self {
        Self {
            thread,
            holds: Vec::new(),
            wait: None,
            inside: None,
            scope: None,
            initialises: None,
            block: None,
            shares: false,
        }
    }
}
