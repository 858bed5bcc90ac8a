//! The definition of a data race, as reachability in a graph of events. It knows
//! neither clocks nor epochs, and is written from the rules, not from the engines.
//!
//! Each event is two nodes, what it takes before what it gives, so that the verbs
//! that do both can be said exactly; an access lies between them. An arrow is
//! program order, a fork, a join, or a pair of a release and an acquire that
//! synchronise.
//!
//! **Invariant:** every arrow leads from an earlier node to a later one, so the order
//! of the nodes is a topological one.

use std::collections::BTreeMap;

use racegate_eventlog::{EventKind, Location, Trace};

mod access;
mod arrows;
mod reachability;

pub use access::{Access, AccessKind};

use arrows::{gives, graph, takes};
use reachability::Reachability;

/// An order of a trace's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What the language's synchronisation orders.
    HappensBefore,
    /// That, and what follows a read after the write that the read reads from.
    ///
    /// An atomic that reads from an atomic adds nothing: whether that orders anything
    /// is what their orderings say.
    Schedulable,
}

/// A pair of accesses of one location that conflict and are unordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Race {
    /// The access that comes later in the merged order, as an index into it.
    pub later: usize,
    /// On what.
    pub location: Location,
    /// The access that comes earlier.
    pub earlier: usize,
}

/// Every race of a trace in an order, by its later event.
///
/// ```
/// use oracle::definition::{Order, races};
/// use racegate_eventlog::text::{TextForm, parse};
///
/// let trace = parse(b"T1|w(x)|3\nT2|w(x)|7\n", TextForm::Std).unwrap();
/// let found = races(&trace, Order::HappensBefore);
/// assert_eq!((found[0].earlier, found[0].later), (1, 3));
/// ```
#[must_use]
pub fn races(trace: &Trace, order: Order) -> Vec<Race> {
    let graph = graph(trace, order);
    let before = Reachability::of(&graph);
    let mut past: BTreeMap<Location, Vec<(usize, AccessKind)>> = BTreeMap::new();
    let mut races = Vec::new();
    for (later, event) in trace.events().iter().enumerate() {
        if let EventKind::Forget(extent) = event.kind {
            // Whatever comes now is of other memory.
            past.retain(|location, _| extent.locations().all(|forgotten| forgotten != *location));
        }
        let Some(access) = Access::of(event.kind, trace.tables()) else {
            continue;
        };
        for location in access.extent.locations() {
            let past = past.entry(location).or_default();
            let unordered = past.iter().filter(|(earlier, kind)| {
                kind.conflicts_with(access.kind) && !before.reaches(gives(*earlier), takes(later))
            });
            races.extend(unordered.map(|&(earlier, _)| Race {
                later,
                location,
                earlier,
            }));
            past.push((later, access.kind));
        }
    }
    races.sort_unstable();
    races
}

/// The later events of these races, each once for each of its locations.
#[must_use]
pub fn racy_events(races: &[Race]) -> Vec<(usize, Location)> {
    let mut events: Vec<_> = races
        .iter()
        .map(|race| (race.later, race.location))
        .collect();
    events.dedup();
    events
}
