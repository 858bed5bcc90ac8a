//! How much of a trace still asks for a thread: when its slot and its clock can go.
//!
//! **Invariant:** a count reaches zero at the last event of its kind, never before.

use racegate_eventlog::{Event, EventKind, ThreadId};

/// What is still to come of each thread.
#[derive(Debug)]
pub(super) struct Demand {
    threads: Vec<Remaining>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Remaining {
    events: usize,
    joins: usize,
}

impl Demand {
    pub(super) fn of(threads: usize, events: &[Event]) -> Self {
        let mut remaining = vec![Remaining::default(); threads];
        for event in events {
            remaining[event.thread.index()].events += 1;
            if let EventKind::Join(child) = event.kind {
                remaining[child.index()].joins += 1;
            }
        }
        Self { threads: remaining }
    }

    /// Counts an event of a thread.
    pub(super) fn event_was_its_last(&mut self, thread: ThreadId) -> bool {
        let remaining = &mut self.threads[thread.index()];
        remaining.events = remaining.events.saturating_sub(1);
        remaining.events == 0
    }

    /// How often a thread will still be joined.
    pub(super) fn joins_of(&self, thread: ThreadId) -> usize {
        self.threads[thread.index()].joins
    }

    /// Counts a join.
    pub(super) fn join_was_not_the_last(&mut self, child: ThreadId) -> bool {
        let remaining = &mut self.threads[child.index()];
        remaining.joins = remaining.joins.saturating_sub(1);
        remaining.joins > 0
    }
}
