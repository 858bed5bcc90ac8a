//! Pass two's first half: every pair of (site, access kind) that raced.
//!
//! **Invariant:** a pair of (site, kind) is listed for a location exactly when some
//! two events of these sites and kinds race on it, with the exact number of such
//! pairs of events.
//!
//! The past of a racy location is kept by slot, site and kind: how many accesses
//! were made at each time of the slot. Times only grow along a slot, so the accesses
//! that do not happen before a later event are exactly those at times that the
//! event's clock does not know: the tail of the list, found by bisection. The memory
//! needed is an entry for each (slot, site, kind, time), and only for locations that
//! raced.

use std::collections::{BTreeMap, BTreeSet};

use racegate_eventlog::{Location, Site, StackId, StackNode, Tables, Trace};

use super::{AccessKind, Tier};
use crate::analysis::happens_before::HappensBefore;
use crate::clock::{Epoch, Slot, Time, VectorClock};

/// A pair of (site, kind) that raced on a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RacyPair {
    /// On what.
    pub location: Location,
    /// Its earliest pair of events: the one that came first in the merged order.
    pub first: usize,
    /// The one that came second: of all later events, the earliest.
    pub second: usize,
    /// The earliest pair of events in which the other site came first, if there is one.
    pub reversed: Option<(usize, usize)>,
    /// How many pairs of events raced like this.
    pub count: u64,
    /// Whether `second` is the first racy event of the location.
    pub tier: Tier,
}

/// The pairs of a trace.
#[derive(Clone, Debug, Default)]
pub struct RacyPairs<'t> {
    /// In the order of their locations, then of their earliest events.
    pub pairs: Vec<RacyPair>,
    /// The distinct pairs of (site, kind), whatever they raced on.
    pub distinct: BTreeSet<Sides<'t>>,
}

/// An unordered pair of (site, kind): in ascending order.
pub type Sides<'t> = [(Place<'t>, AccessKind); 2];

/// Every pair that raced on one of these locations.
#[must_use]
pub fn collect<'t>(trace: &'t Trace, locations: &BTreeSet<Location>) -> RacyPairs<'t> {
    let tables = trace.tables();
    // By location; only those that raced have one.
    let mut pasts: Vec<Option<Box<Past>>> = Vec::new();
    pasts.resize_with(tables.locations.len(), || None);
    for location in locations {
        pasts[location.index()] = Some(Box::default());
    }
    let mut sites = Sites::new(tables);
    let mut order = HappensBefore::new(trace);
    for (index, event) in trace.events().iter().enumerate() {
        if let Some((kind, extent)) = AccessKind::of(event.kind) {
            let (epoch, clock) = order.now(event.thread);
            for location in extent.locations() {
                if let Some(past) = &mut pasts[location.index()] {
                    let site = sites.number(event.stack);
                    past.access(Class { site, kind }, epoch, clock, index);
                }
            }
        }
        order.step(event);
    }
    let told = locations.iter().flat_map(|&location| {
        let past = pasts[location.index()].as_ref();
        past.map_or_else(Vec::new, |past| past.told(location))
    });
    let pairs: Vec<RacyPair> = told.collect();
    RacyPairs {
        distinct: pairs.iter().map(|pair| pair.sides(trace)).collect(),
        pairs,
    }
}

impl RacyPair {
    /// What a reader tells this pair from others by.
    #[must_use]
    pub fn sides<'t>(&self, trace: &'t Trace) -> Sides<'t> {
        let mut sides = [self.first, self.second].map(|index| {
            let event = &trace.events()[index];
            let (kind, _) = AccessKind::of(event.kind).expect("racy events are accesses");
            (Place::of(trace.tables(), event.stack), kind)
        });
        sides.sort();
        sides
    }
}

/// What a reader tells accesses apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    site: u32,
    kind: AccessKind,
}

/// The past of one racy location.
#[derive(Debug, Default)]
struct Past {
    slots: BTreeMap<Slot, SlotPast>,
    pairs: BTreeMap<(Class, Class), Raced>,
    first_racy_event: Option<usize>,
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

#[derive(Clone, Copy, Debug, Default)]
struct Raced {
    /// By whether the greater class came first: the earliest pair of events.
    earliest: [Option<(usize, usize)>; 2],
    count: u64,
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

    /// The earliest pair of events, and the earliest the other way round.
    fn witnesses(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut both = self.earliest;
        both.sort_by_key(|pair| pair.map_or((usize::MAX, 0), |(first, second)| (second, first)));
        both.into_iter().flatten()
    }
}

impl Past {
    fn access(&mut self, class: Class, epoch: Epoch, clock: &VectorClock, event: usize) {
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
                    self.first_racy_event.get_or_insert(event);
                    let pair = (class.min(other), class.max(other));
                    let raced = self.pairs.entry(pair).or_default();
                    raced.add(usize::from(class < other), first, event, count);
                }
            }
        }
        self.remember(class, epoch, event);
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

    fn told(&self, location: Location) -> Vec<RacyPair> {
        let pairs = self.pairs.values().filter_map(|raced| {
            let mut witnesses = raced.witnesses();
            let (first, second) = witnesses.next()?;
            let tier = if self.first_racy_event == Some(second) {
                Tier::First
            } else {
                Tier::Unconfirmed
            };
            Some(RacyPair {
                location,
                first,
                second,
                reversed: witnesses.next(),
                count: raced.count,
                tier,
            })
        });
        let mut pairs: Vec<RacyPair> = pairs.collect();
        pairs.sort_by_key(|pair| (pair.second, pair.first));
        pairs
    }
}

/// The first access from a run on, and how many there are; none where the list ends.
fn tail(runs: &[Run], from: usize) -> Option<(usize, u64)> {
    let before = from.checked_sub(1).map_or(0, |last| runs[last].up_to_here);
    let first = runs.get(from)?.first_event;
    Some((first, runs.last()?.up_to_here - before))
}

/// Numbers for sites: equal places have equal numbers, whatever stack led there.
#[derive(Debug)]
struct Sites<'t> {
    tables: &'t Tables,
    numbers: BTreeMap<Place<'t>, u32>,
    /// By stack.
    known: Vec<Option<u32>>,
}

/// Where a stack ends, as far as the log says it without a symboliser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place<'t> {
    /// It is empty.
    Unknown,
    /// At a line of source.
    Line(&'t Site),
    /// At a return address.
    Address(u64),
    /// At a frame of a text trace.
    Text(&'t str),
}

impl<'t> Place<'t> {
    /// Where this stack ends.
    #[must_use]
    pub fn of(tables: &'t Tables, stack: StackId) -> Self {
        match tables.stacks.node(stack) {
            StackNode::Root | StackNode::Cut => Self::Unknown,
            StackNode::Site { site, .. } => Self::Line(site),
            StackNode::Address { address, .. } => Self::Address(*address),
            StackNode::Text { text, .. } => Self::Text(text),
        }
    }
}

impl<'t> Sites<'t> {
    fn new(tables: &'t Tables) -> Self {
        Self {
            tables,
            numbers: BTreeMap::new(),
            known: vec![None; tables.stacks.len()],
        }
    }

    fn number(&mut self, stack: StackId) -> u32 {
        if let Some(number) = self.known[stack.index()] {
            return number;
        }
        let next = u32::try_from(self.numbers.len()).expect("fewer sites than stacks");
        let place = Place::of(self.tables, stack);
        let number = *self.numbers.entry(place).or_insert(next);
        self.known[stack.index()] = Some(number);
        number
    }
}
