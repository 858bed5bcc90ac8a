//! What a read takes from the write that it reads from: the edges by which schedulable
//! happens-before exceeds happens-before (SHB: Mathur, Kini and Viswanathan, *What
//! happens-after the first race?*, OOPSLA 2018).
//!
//! **Invariant:** where another thread will read what was written last to a watched
//! location, there is what its writer knew, the write itself among it. All else is free.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use racegate_eventlog::{Event, Extent, Location, ThreadId};

use crate::analysis::AccessKind;
use crate::clock::{Epoch, VectorClock};

/// The last write of each location that is watched.
#[derive(Debug, Default)]
pub(super) struct LastWrites {
    /// None where nobody else reads it.
    watched: BTreeMap<Location, Option<LastWrite>>,
    /// Of the writes to come, in their order: whether another thread reads it.
    read_elsewhere: std::vec::IntoIter<bool>,
}

#[derive(Clone, Debug)]
struct LastWrite {
    epoch: Epoch,
    /// One for all the locations of a write.
    clock: Arc<VectorClock>,
}

impl LastWrites {
    /// Nothing is written yet; these events will be.
    pub(super) fn of(events: &[Event], locations: &BTreeSet<Location>) -> Self {
        let watched = locations.iter().map(|&location| (location, None));
        Self {
            watched: watched.collect(),
            read_elsewhere: read_elsewhere(events, locations).into_iter(),
        }
    }

    /// A read learns what the last writer knew.
    pub(super) fn teach(&self, read: Extent, clock: &mut VectorClock) {
        for last in self
            .watched
            .range(span(read))
            .filter_map(|it| it.1.as_ref())
        {
            // Whoever knows a write knows all that its thread knew then.
            if !clock.knows(last.epoch) {
                clock.join(&last.clock);
            }
        }
    }

    /// Keeps what a writer knows. False where nobody else will ask.
    pub(super) fn keep(&mut self, write: Extent, epoch: Epoch, clock: &VectorClock) -> bool {
        let mut written = self.watched.range_mut(span(write)).peekable();
        if written.peek().is_none() {
            return false;
        }
        let kept = self.read_elsewhere.next() == Some(true);
        let kept = kept.then(|| LastWrite {
            epoch,
            clock: Arc::new(clock.clone()),
        });
        for (_, last) in written {
            last.clone_from(&kept);
        }
        kept.is_some()
    }
}

/// For each write to one of these locations, whether another thread reads from it. A
/// thread that writes in a loop, unseen, then costs what it would by happens-before.
fn read_elsewhere(events: &[Event], locations: &BTreeSet<Location>) -> Vec<bool> {
    let mut writes = Vec::new();
    let mut last: BTreeMap<Location, (ThreadId, usize)> = BTreeMap::new();
    for event in events {
        let Some((kind, extent)) = AccessKind::of(event.kind) else {
            continue;
        };
        let mut touched = locations.range(span(extent)).peekable();
        if touched.peek().is_none() {
            continue;
        }
        match kind {
            AccessKind::Read => {
                for (writer, write) in touched.filter_map(|location| last.get(location)) {
                    writes[*write] |= *writer != event.thread;
                }
            }
            AccessKind::Write => {
                last.extend(touched.map(|&location| (location, (event.thread, writes.len()))));
                writes.push(false);
            }
        }
    }
    writes
}

fn span(extent: Extent) -> Range<Location> {
    let first = extent.first();
    first..Location::new(first.number() + extent.parts())
}
