//! Threads of a log: fork, begin, end, join.
//!
//! A thread's end is recorded when its OS thread is past its thread-locals'
//! destructors, which is what a join waits for. A scope returns earlier; its edge
//! is an object of its own.

use std::panic::Location;
use std::sync::Arc;

use racegate_eventlog::record::{Record, ThreadVerb};
use racegate_eventlog::{ThreadId, ThreadOrigin};

use super::door;
use super::lane;
use super::log::Log;
use super::log_thread::LogThread;
use super::weight::Weight;

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
        let thread = Arc::new(LogThread::new(log.new_thread(), name, origin));
        let (stream, sink) = lane.stream();
        stream.define_thread(sink, &thread.definition(), thread.id());
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
            door::closed_to_probes(|| lane::install(self.log, self.thread, true));
        }
    }
}

impl Joinable {
    /// The number that the thread has in its log.
    pub(crate) fn number(&self) -> u32 {
        self.thread.number()
    }

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
