//! What a report means for whoever asked: the one place where silence is told
//! from success.

use std::fmt;

use crate::finding::{State, Tier};
use crate::report::Report;

/// What a report means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something was looked at, all of it, and nothing was found that gates.
    Clean,
    /// There are findings; how many of them gate.
    Findings(u64),
    /// Nothing was found in what is left of an incomplete log.
    Incomplete,
    /// Nothing was looked at, so nothing can be said.
    NothingRecorded(Nothing),
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// There is no log.
    Logs,
    /// No log holds an event.
    Events,
    /// No log names a cell or a synchronisation object.
    Objects,
    /// No log has more than one thread.
    Threads,
}

impl Verdict {
    /// The verdict of a report. What an earlier race may explain does not gate, nor what
    /// std's `Arc` may order.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        Self::gated(report, Tier::Schedulable)
    }

    /// The same, where findings of this tier and of the more certain ones gate.
    #[must_use]
    pub fn gated(report: &Report, least_certain: Tier) -> Self {
        let gating = report
            .findings
            .iter()
            .filter(|finding| finding.state == State::New && finding.tier <= least_certain);
        let gating = gating.count() as u64;
        if gating > 0 {
            return Self::Findings(gating);
        }
        // A log with a gap may have lost the very events that are not there.
        if report.logs.iter().any(|log| !log.complete) {
            return Self::Incomplete;
        }
        Nothing::of(report).map_or(Self::Clean, Self::NothingRecorded)
    }
}

impl Nothing {
    fn of(report: &Report) -> Option<Self> {
        let logs = &report.logs;
        if logs.is_empty() {
            Some(Self::Logs)
        } else if logs.iter().all(|log| log.events == 0) {
            Some(Self::Events)
        } else if logs.iter().all(|log| log.cells + log.sync_objects == 0) {
            Some(Self::Objects)
        } else if logs.iter().all(|log| log.threads <= 1) {
            Some(Self::Threads)
        } else {
            None
        }
    }
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Logs => "nothing was recorded: there is no log",
            Self::Events => "nothing was recorded: no log holds an event",
            Self::Objects => "nothing was recorded: no cell, lock, atomic or channel was touched",
            Self::Threads => "nothing could race: only one thread was recorded",
        })
    }
}
