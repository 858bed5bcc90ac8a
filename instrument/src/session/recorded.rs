//! A session in this process: its log, and the verdict on it.

use std::sync::Arc;

use racegate_eventlog::{EventKind, Trace, reader};

use crate::recorder::{self, Log, LogOptions};

/// What a session recorded, and the verdict on it.
#[derive(Debug)]
pub struct Report {
    trace: Trace,
}

/// Runs `body`, records what it does, and reports what raced.
///
/// The session is inherited by every thread that `body` spawns through racegate,
/// so any number of sessions may run side by side. A thread that is still running
/// when `body` returns is recorded up to there.
///
/// # Panics
///
/// When `body` does, and on a log that cannot be read, which is a bug of racegate.
#[track_caller]
pub fn check(body: impl FnOnce()) -> Report {
    let log = Arc::new(Log::in_memory(LogOptions::default()));
    recorder::within(&log, "main", body);
    let trace = recorder::suspended(|| reader::read_image(&log.image()));
    Report {
        trace: trace.expect("the recorder writes logs that can be read"),
    }
}

impl Report {
    /// The events, in an order that happened.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Whether any access was recorded. Nothing recorded is never success.
    #[must_use]
    pub fn saw_accesses(&self) -> bool {
        let is_access = |kind| matches!(kind, EventKind::Read(_) | EventKind::Write(_));
        self.trace
            .events()
            .iter()
            .any(|event| is_access(event.kind))
    }
}
