//! What a read takes from the write that it reads from: the edges by which schedulable
//! happens-before exceeds happens-before (SHB: Mathur, Kini and Viswanathan, *What
//! happens-after the first race?*, OOPSLA 2018).
//!
//! **Invariant:** a watched location holds what its last writer knew, the write itself
//! among it. One that is not watched is free.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use racegate_eventlog::{Extent, Location};

use crate::clock::{Epoch, VectorClock};

/// The last write of each location that is watched.
#[derive(Debug, Default)]
pub(super) struct LastWrites {
    watched: BTreeMap<Location, Option<LastWrite>>,
}

#[derive(Clone, Debug)]
struct LastWrite {
    epoch: Epoch,
    /// One for all the locations of a write.
    clock: Arc<VectorClock>,
}

impl LastWrites {
    pub(super) fn of(locations: &BTreeSet<Location>) -> Self {
        let watched = locations.iter().map(|&location| (location, None));
        Self {
            watched: watched.collect(),
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

    /// Keeps what a writer knows. False where nothing that it writes is watched.
    pub(super) fn keep(&mut self, write: Extent, epoch: Epoch, clock: &VectorClock) -> bool {
        let mut written = self.watched.range_mut(span(write)).peekable();
        if written.peek().is_none() {
            return false;
        }
        let clock = Arc::new(clock.clone());
        for (_, last) in written {
            let clock = Arc::clone(&clock);
            *last = Some(LastWrite { epoch, clock });
        }
        true
    }
}

fn span(extent: Extent) -> Range<Location> {
    let first = extent.first();
    first..Location::new(first.number() + extent.parts())
}
