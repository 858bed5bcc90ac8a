//! Which earlier race explains one that is unconfirmed.
//!
//! **Invariant:** a race that is named is one of a write, which the first access of the
//! pair precedes, with a read that saw it, which precedes the second. It is certain: by
//! schedulable happens-before nothing else orders the two.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use racegate_eventlog::{EventKind, Extent, Location, Trace};

use super::pairs::RacyPair;
use super::{AccessKind, Tier};
use crate::analysis::happens_before::{HappensBefore, moves_values};
use crate::clock::{Epoch, Reuse, VectorClock};

/// How many racy reads are kept to explain others by: a bound on what a log costs that
/// races all over. What lies behind goes unexplained.
const EDGES: usize = 4096;

/// A read that saw a write in a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    pub(super) location: Location,
    pub(super) write: usize,
    pub(super) read: usize,
}

/// By the events of a pair: what explains it.
pub(super) type Explanations = BTreeMap<(usize, usize), Explanation>;

/// What explains those of these pairs that are unconfirmed, in a trace in which these
/// locations raced.
pub(super) fn explain(
    trace: &Trace,
    pairs: &[RacyPair],
    raced: &BTreeSet<Location>,
) -> Explanations {
    let mut search = Search::of(pairs);
    if search.pairs.is_empty() {
        return Explanations::new();
    }
    let mut order = HappensBefore::schedulable(trace, raced, Reuse::Exact);
    for (index, event) in trace.events().iter().enumerate() {
        let access = AccessKind::of(event.kind, trace.tables());
        order.step_with(event, |epoch, clock| {
            let Some((kind, extent)) = access else {
                return;
            };
            let now = Now {
                index,
                is_atomic: kind.is_atomic(),
                epoch,
                clock,
            };
            search.pair(&now);
            let [reads, stores] = moves_values(event, kind);
            for location in extent.locations().filter(|it| raced.contains(it)) {
                if reads {
                    search.read(location, &now);
                }
                if stores {
                    search.write(location, &now);
                }
            }
        });
        if let EventKind::Forget(extent) = event.kind {
            search.forget(extent);
        }
    }
    search.explanations
}

/// An access, before it learns of the write that it reads from.
struct Now<'c> {
    index: usize,
    is_atomic: bool,
    epoch: Epoch,
    clock: &'c VectorClock,
}

#[derive(Debug, Default)]
struct Search {
    /// By the second events of the pairs: the first ones.
    pairs: BTreeMap<usize, Vec<usize>>,
    /// By the first events of the pairs, as far as they were reached.
    firsts: BTreeMap<usize, Option<Epoch>>,
    last: BTreeMap<Location, Write>,
    edges: Vec<Edge>,
    explanations: Explanations,
}

/// A write, and what its thread knew.
#[derive(Debug)]
struct Write {
    index: usize,
    is_atomic: bool,
    epoch: Epoch,
    clock: Arc<VectorClock>,
}

/// A read that saw a write of which its thread did not know.
#[derive(Debug)]
struct Edge {
    told: Explanation,
    writer_knew: Arc<VectorClock>,
    read: Epoch,
}

impl Search {
    fn of(pairs: &[RacyPair]) -> Self {
        let mut search = Self::default();
        for pair in pairs.iter().filter(|it| it.tier == Tier::Unconfirmed) {
            search.firsts.insert(pair.first, None);
            let firsts = search.pairs.entry(pair.second).or_default();
            firsts.push(pair.first);
        }
        search
    }

    fn pair(&mut self, now: &Now<'_>) {
        if let Some(first) = self.firsts.get_mut(&now.index) {
            *first = Some(now.epoch);
        }
        for &first in self.pairs.get(&now.index).into_iter().flatten() {
            let explains = |edge: &&Edge| {
                let from_the_first = |epoch| edge.writer_knew.knows(epoch);
                self.firsts[&first].is_some_and(from_the_first) && now.clock.knows(edge.read)
            };
            if let Some(edge) = self.edges.iter().find(explains) {
                self.explanations.insert((first, now.index), edge.told);
            }
        }
    }

    fn read(&mut self, location: Location, now: &Now<'_>) {
        let Some(write) = self.last.get(&location) else {
            return;
        };
        // What an atomic reads from an atomic makes no race.
        let both_atomic = write.is_atomic && now.is_atomic;
        if !both_atomic && !now.clock.knows(write.epoch) && self.edges.len() < EDGES {
            self.edges.push(Edge {
                told: Explanation {
                    location,
                    write: write.index,
                    read: now.index,
                },
                writer_knew: Arc::clone(&write.clock),
                read: now.epoch,
            });
        }
    }

    /// New memory was not written yet.
    fn forget(&mut self, extent: Extent) {
        for location in extent.locations() {
            self.last.remove(&location);
        }
    }

    fn write(&mut self, location: Location, now: &Now<'_>) {
        let write = Write {
            index: now.index,
            is_atomic: now.is_atomic,
            epoch: now.epoch,
            clock: Arc::new(now.clock.clone()),
        };
        self.last.insert(location, write);
    }
}
