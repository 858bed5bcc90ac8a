//! A thread of a log, as the log knows it.

use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::record::{Definition, Record, ThreadVerb};
use racegate_eventlog::{StackId, ThreadId, ThreadOrigin};

/// A thread of a log.
pub(crate) struct LogThread {
    id: ThreadId,
    name: Option<String>,
    origin: ThreadOrigin,
    /// How many stretches of it streams hold.
    segments: AtomicU64,
    /// How many probes of it might have given way.
    probes: AtomicU64,
}

impl LogThread {
    /// A new thread.
    pub(super) fn new(id: ThreadId, name: Option<String>, origin: ThreadOrigin) -> Self {
        Self {
            id,
            name,
            origin,
            segments: AtomicU64::new(0),
            probes: AtomicU64::new(0),
        }
    }

    pub(super) fn id(&self) -> ThreadId {
        self.id
    }

    pub(super) fn definition(&self) -> Definition {
        let name = self.name.clone().unwrap_or_default();
        Definition::Thread {
            thread: self.id,
            origin: self.origin,
            name,
        }
    }

    /// The number of the stretch that now starts.
    pub(super) fn next_segment(&self) -> u64 {
        // ORDERING: relaxed; a task is on one OS thread at a time, and whatever
        // moved it to another ordered the two.
        self.segments.fetch_add(1, Ordering::Relaxed)
    }

    /// The number of the probe that might now give way.
    pub(super) fn next_probe(&self) -> u64 {
        // ORDERING: relaxed; as above.
        self.probes.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn begin(&self) -> Record {
        Record::Thread {
            verb: ThreadVerb::Begin,
            stack: StackId::EMPTY,
            thread: self.id,
        }
    }

    pub(super) fn end(&self) -> Record {
        Record::Thread {
            verb: ThreadVerb::End,
            stack: StackId::EMPTY,
            thread: self.id,
        }
    }
}
