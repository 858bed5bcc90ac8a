//! Threads of a log: fork, begin, end, join.
//!
//! A thread's end is recorded when its OS thread is past its thread-locals'
//! destructors, which is what a join waits for. A scope returns earlier; its edge
//! is an object of its own.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::record::{Definition, Record, ThreadVerb};
use racegate_eventlog::{StackId, ThreadId, ThreadOrigin};

use super::lane::{self, Weight};
use super::log::Log;

/// A thread of a log.
pub(crate) struct LogThread {
    id: ThreadId,
    name: Option<String>,
    origin: ThreadOrigin,
    /// How many stretches of it streams hold.
    segments: AtomicU64,
}

impl LogThread {
    /// A new thread; `root` makes it the log's first.
    pub(super) fn new(log: &Log, root: bool, name: Option<String>, origin: ThreadOrigin) -> Self {
        let id = if root {
            ThreadId::ROOT
        } else {
            log.new_thread()
        };
        Self {
            id,
            name,
            origin,
            segments: AtomicU64::new(0),
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

/// A thread that was forked and has not begun.
pub(crate) struct Forked {
    pub(super) log: Arc<Log>,
    pub(super) thread: Arc<LogThread>,
}

/// What a joiner needs.
#[derive(Clone)]
pub(crate) struct Joinable {
    log: Arc<Log>,
    thread: ThreadId,
}

/// Records that the current thread is about to start another. To be called
/// before the real spawn. `None` when nothing is recorded here.
#[track_caller]
pub(crate) fn fork(name: Option<String>, origin: ThreadOrigin) -> Option<Forked> {
    let site = Location::caller();
    lane::with(Weight::Sync, |lane| {
        let stack = lane.capture(site);
        let log = Arc::clone(lane.log());
        let thread = Arc::new(LogThread::new(&log, false, name, origin));
        let (stream, _) = lane.stream();
        stream.define_thread(&log, &thread.definition(), thread.id());
        lane.append(&Record::Thread {
            verb: ThreadVerb::Fork,
            stack,
            thread: thread.id(),
        });
        Forked { log, thread }
    })
}

impl Forked {
    /// What the one who joins it will need.
    pub(crate) fn joinable(&self) -> Joinable {
        Joinable {
            log: Arc::clone(&self.log),
            thread: self.thread.id(),
        }
    }

    /// To be called first thing on the new OS thread. Its end is recorded when
    /// that OS thread ends.
    pub(crate) fn begin(self) {
        if self.log.is_open() {
            lane::closed_to_probes(|| lane::install(self.log, self.thread, true));
        }
    }
}

impl Joinable {
    /// To be called after the real join, on the joining thread.
    #[track_caller]
    pub(crate) fn joined(&self) {
        let site = Location::caller();
        lane::with(Weight::Sync, |lane| {
            if lane.log_number() == self.log.number() {
                let stack = lane.capture(site);
                let (verb, thread) = (ThreadVerb::Join, self.thread);
                lane.append(&Record::Thread {
                    verb,
                    stack,
                    thread,
                });
            }
        });
    }
}
