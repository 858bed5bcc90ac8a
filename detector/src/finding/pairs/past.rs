//! The past of one racy location, and what raced with it.
//!
//! It is kept by slot, site and kind: how many accesses were made at each time of the
//! slot. Times only grow along a slot, so the accesses that do not come before a later
//! event are exactly those at times that the event's clock does not know: the tail of
//! the list, found by bisection. The memory needed is an entry for each (slot, site,
//! kind, time), and only for locations that raced.
//!
//! **Invariant:** a pair of classes is listed exactly when two of their accesses race in
//! the order whose clocks are shown, with the exact number of such pairs of accesses.

use std::collections::BTreeMap;

use crate::analysis::AccessKind;
use crate::clock::{Epoch, Slot, Time, VectorClock};

/// What a reader tells accesses apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class {
    /// The number of its place.
    pub(super) site: u32,
    pub(super) kind: AccessKind,
    /// Whether it is made while the last of std's `Arc`s destroys the location.
    pub(super) in_last_drop: bool,
}

/// The past of one racy location.
#[derive(Debug, Default)]
pub(super) struct Past {
    slots: BTreeMap<Slot, SlotPast>,
    races: Races,
}

/// What raced on a location.
#[derive(Debug, Default)]
pub(super) struct Races {
    /// By the classes, in ascending order.
    pub(super) pairs: BTreeMap<[Class; 2], Raced>,
    pub(super) first_racy_event: Option<usize>,
}

/// The accesses made in one slot.
#[derive(Debug)]
struct SlotPast {
    latest: Time,
    classes: BTreeMap<Class, Vec<Run>>,
}

/// The accesses of one class at one time of a slot.
#[derive(Clone, Copy, Debug)]
struct Run {
    time: Time,
    first_event: usize,
    /// How many accesses there are in this run and those before it.
    up_to_here: u64,
}

/// The races of two classes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Raced {
    /// By whether the greater class came first: the earliest pair of events.
    pub(super) earliest: [Option<(usize, usize)>; 2],
    /// How many pairs of events.
    pub(super) count: u64,
}

impl Raced {
    fn add(&mut self, direction: usize, first: usize, second: usize, count: u64) {
        let earliest = &mut self.earliest[direction];
        // Among the partners of one later event, the earliest; else whoever was before.
        match earliest {
            Some(seen) if seen.1 == second => seen.0 = seen.0.min(first),
            Some(_) => {}
            None => *earliest = Some((first, second)),
        }
        self.count += count;
    }
}

impl Past {
    /// The location is new memory: nothing before conflicts with what comes.
    pub(super) fn forget(&mut self) {
        self.slots.clear();
    }

    /// Checks an access against the past, then adds it.
    pub(super) fn access(&mut self, class: Class, epoch: Epoch, clock: &VectorClock, event: usize) {
        for (&slot, past) in &self.slots {
            let known = clock.time(slot);
            if Some(past.latest) <= known {
                continue;
            }
            for (&other, runs) in &past.classes {
                if !class.kind.conflicts_with(other.kind) {
                    continue;
                }
                let unknown = runs.partition_point(|run| Some(run.time) <= known);
                if let Some((first, count)) = tail(runs, unknown) {
                    self.races.first_racy_event.get_or_insert(event);
                    let pair = [class.min(other), class.max(other)];
                    let raced = self.races.pairs.entry(pair).or_default();
                    raced.add(usize::from(class < other), first, event, count);
                }
            }
        }
        self.remember(class, epoch, event);
    }

    /// What raced; the past itself goes.
    pub(super) fn into_races(self) -> Races {
        self.races
    }

    fn remember(&mut self, class: Class, epoch: Epoch, event: usize) {
        let past = self.slots.entry(epoch.slot).or_insert_with(|| SlotPast {
            latest: epoch.time,
            classes: BTreeMap::new(),
        });
        past.latest = epoch.time;
        let runs = past.classes.entry(class).or_default();
        let before = runs.last().map_or(0, |run| run.up_to_here);
        match runs.last_mut() {
            Some(run) if run.time == epoch.time => run.up_to_here += 1,
            Some(_) | None => runs.push(Run {
                time: epoch.time,
                first_event: event,
                up_to_here: before + 1,
            }),
        }
    }
}

/// The first access from a run on, and how many there are; none where the list ends.
fn tail(runs: &[Run], from: usize) -> Option<(usize, u64)> {
    let before = from.checked_sub(1).map_or(0, |last| runs[last].up_to_here);
    let first = runs.get(from)?.first_event;
    Some((first, runs.last()?.up_to_here - before))
}
