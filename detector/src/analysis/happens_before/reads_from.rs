//! What a read takes from the write that it reads from: the edges by which schedulable
//! happens-before exceeds happens-before (SHB: Mathur, Kini and Viswanathan, *What
//! happens-after the first race?*, OOPSLA 2018).
//!
//! An atomic read that reads from an atomic write takes nothing: whether that orders
//! anything is what the memory orderings say.
//!
//! **Invariant:** where another thread will read what was written last to a watched
//! location, there is what its writer knew, the write itself among it. All else is free.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use racegate_eventlog::{CellPlace, Event, EventKind, Extent, Location, ObjectId, ThreadId, Trace};

use crate::analysis::AccessKind;
use crate::clock::{Epoch, VectorClock};

/// The last write of each location that is watched.
#[derive(Debug, Default)]
pub(super) struct LastWrites {
    /// None where nobody else reads it.
    watched: BTreeMap<Location, Option<LastWrite>>,
    /// Of the writes to come, in their order: whether another thread reads it.
    read_elsewhere: std::vec::IntoIter<bool>,
    /// The objects of which the memory is watched.
    memories: BTreeMap<ObjectId, Extent>,
}

/// How a location is accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Atomicity {
    Plain,
    Atomic,
}

#[derive(Clone, Debug)]
struct LastWrite {
    how: Atomicity,
    epoch: Epoch,
    /// One for all the locations of a write.
    clock: Arc<VectorClock>,
}

impl LastWrites {
    /// Nothing is written yet; the events of this trace will be.
    pub(super) fn of(trace: &Trace, locations: &BTreeSet<Location>) -> Self {
        let tables = trace.tables();
        let watched = locations.iter().map(|&location| (location, None));
        let memory = |&location: &Location| match tables.cell(tables.cell_of(location).0).place {
            CellPlace::Object(object) => Some((object, Extent::one(location))),
            CellPlace::Cell | CellPlace::Memory(_) => None,
        };
        Self {
            watched: watched.collect(),
            read_elsewhere: read_elsewhere(trace, locations).into_iter(),
            memories: locations.iter().filter_map(memory).collect(),
        }
    }

    /// The memory of an object, where it is watched.
    pub(super) fn memory(&self, object: ObjectId) -> Option<Extent> {
        self.memories.get(&object).copied()
    }

    /// A read learns what the last writer knew.
    pub(super) fn teach(&self, read: Extent, how: Atomicity, clock: &mut VectorClock) {
        for last in self
            .watched
            .range(span(read))
            .filter_map(|it| it.1.as_ref())
        {
            let both_atomic = how == Atomicity::Atomic && last.how == Atomicity::Atomic;
            // Whoever knows a write knows all that its thread knew then.
            if !both_atomic && !clock.knows(last.epoch) {
                clock.join(&last.clock);
            }
        }
    }

    /// New memory was not written yet.
    pub(super) fn forget(&mut self, extent: Extent) {
        for (_, last) in self.watched.range_mut(span(extent)) {
            *last = None;
        }
    }

    /// Keeps what a writer knows. False where nobody else will ask.
    pub(super) fn keep(
        &mut self,
        write: Extent,
        how: Atomicity,
        epoch: Epoch,
        clock: &VectorClock,
    ) -> bool {
        let mut written = self.watched.range_mut(span(write)).peekable();
        if written.peek().is_none() {
            return false;
        }
        let kept = self.read_elsewhere.next() == Some(true);
        let kept = kept.then(|| LastWrite {
            how,
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
fn read_elsewhere(trace: &Trace, locations: &BTreeSet<Location>) -> Vec<bool> {
    let mut writes = Vec::new();
    let mut last: BTreeMap<Location, (ThreadId, usize)> = BTreeMap::new();
    for event in trace.events() {
        let Some((kind, extent)) = AccessKind::of(event.kind, trace.tables()) else {
            continue;
        };
        let mut touched = locations.range(span(extent)).peekable();
        let [reads, stores] = moves_values(event, kind);
        if touched.peek().is_none() {
            continue;
        }
        if reads {
            for (writer, write) in touched.clone().filter_map(|location| last.get(location)) {
                writes[*write] |= *writer != event.thread;
            }
        }
        if stores {
            last.extend(touched.map(|&location| (location, (event.thread, writes.len()))));
            writes.push(false);
        }
    }
    writes
}

/// Whether an access reads a value that was written, and whether it writes one. To
/// wait for an object is neither.
pub(crate) fn moves_values(event: &Event, kind: AccessKind) -> [bool; 2] {
    let waits = matches!(event.kind, EventKind::Request(..));
    let modifies = matches!(event.kind, EventKind::Rmw(..));
    [
        !waits && (!kind.writes() || modifies),
        !waits && kind.writes(),
    ]
}

fn span(extent: Extent) -> Range<Location> {
    let first = extent.first();
    first..Location::new(first.number() + extent.parts())
}
