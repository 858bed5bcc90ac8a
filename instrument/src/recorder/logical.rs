//! Tasks: threads of a log that are wherever an executor polls them.
//!
//! **Invariant:** an OS thread is the task that it entered last and has not left;
//! leaving a task also leaves every task that was entered after it. A task brings
//! its log along, so that it is recorded on an OS thread of no log, too.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use racegate_eventlog::ThreadOrigin;

use super::door;
use super::lane;
use super::log::Log;
use super::log_thread::LogThread;
use super::thread::{Forked, Joinable, fork};
use super::weight::Weight;

/// A task.
pub(crate) struct Logical {
    log: Arc<Log>,
    thread: Arc<LogThread>,
    joinable: Joinable,
    begun: AtomicBool,
}

/// A task that was entered, and how to leave it.
pub(crate) struct Entry {
    /// Who this OS thread was before; `None` when it had no lane for this log.
    before: Option<Arc<LogThread>>,
    /// How deep this OS thread was in tasks.
    outside: Depth,
}

/// How deep an OS thread is in tasks.
#[derive(Clone, Copy)]
struct Depth {
    entries: u32,
    /// The entries that made a lane of their own.
    lanes: u32,
}

thread_local! {
    static DEPTH: Cell<Depth> = const { Cell::new(Depth { entries: 0, lanes: 0 }) };
}

impl Logical {
    /// Records that the current thread forks a task. `None` when nothing is
    /// recorded here.
    #[track_caller]
    pub(crate) fn fork(name: &str) -> Option<Self> {
        let forked = fork(Some(name.to_owned()), ThreadOrigin::Task)?;
        let joinable = forked.joinable();
        let Forked { log, thread } = forked;
        Some(Self {
            log,
            thread,
            joinable,
            begun: AtomicBool::new(false),
        })
    }

    /// What this OS thread does from here on is the task's, until it leaves.
    pub(crate) fn enter(&self) -> Option<Entry> {
        let outside = DEPTH.get();
        let entry = if lane::records_into(&self.log) {
            let before = lane::with(Weight::Sync, |lane| {
                let before = Arc::clone(lane.current());
                lane.become_thread(Arc::clone(&self.thread));
                before
            })?;
            let before = Some(before);
            Entry { before, outside }
        } else {
            let before = None;
            self.bring_lane().then_some(Entry { before, outside })?
        };
        DEPTH.set(Depth {
            entries: outside.entries + 1,
            lanes: outside.lanes + u32::from(entry.before.is_none()),
        });
        self.begin();
        Some(entry)
    }

    /// Makes this OS thread, which is in another log or in none, write this one.
    fn bring_lane(&self) -> bool {
        let (log, thread) = (Arc::clone(&self.log), Arc::clone(&self.thread));
        log.is_open() && door::closed_to_probes(|| lane::install(log, thread, false))
    }

    fn begin(&self) {
        // ORDERING: relaxed; a task is on one OS thread at a time.
        if !self.begun.swap(true, Ordering::Relaxed) {
            lane::with(Weight::Sync, |lane| lane.append(&self.thread.begin()));
        }
    }

    /// This OS thread is again who it was before, unless it left that already.
    pub(crate) fn leave(entry: Entry) {
        let Entry { before, outside } = entry;
        let inside = DEPTH.get();
        if inside.entries <= outside.entries {
            return;
        }
        DEPTH.set(outside);
        for _ in outside.lanes..inside.lanes {
            door::closed_to_probes(lane::remove);
        }
        if let Some(before) = before {
            lane::with(Weight::Sync, |lane| lane.become_thread(before));
        }
    }

    /// Records that the task ends. It must not be entered anywhere.
    pub(crate) fn finish(&self) {
        if let Some(entry) = self.enter() {
            lane::with(Weight::Sync, |lane| lane.append(&self.thread.end()));
            Self::leave(entry);
        }
    }

    /// Records that the current thread joins the task, which has finished.
    #[track_caller]
    pub(crate) fn joined(&self) {
        self.joinable.joined();
    }
}
