//! Pairs of places that race, counted from the races of the definition.
//!
//! A place is a line of source and what is done there.

use std::collections::BTreeMap;

use racegate_eventlog::{Location, Trace};

use crate::definition::{Access, AccessKind, Race};

/// A pair of places that raced on a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedPair {
    /// On what.
    pub location: Location,
    /// The earlier event of the pair whose later event is the earliest, and of all such
    /// the earliest.
    pub first: usize,
    /// The later one.
    pub second: usize,
    /// The same, among the pairs in which the place of `second` came first.
    pub reversed: Option<(usize, usize)>,
    /// How many pairs of events raced there.
    pub count: u64,
}

/// A line and what is done there, twice, in ascending order.
type Places = [(u32, AccessKind); 2];

/// Every pair of places that these races are at, in ascending order.
pub(super) fn pairs(trace: &Trace, races: &[Race]) -> Vec<ListedPair> {
    let mut pairs: BTreeMap<(Location, Places), ListedPair> = BTreeMap::new();
    for race in races {
        let (first, second) = (race.earlier, race.later);
        let mut places = [first, second].map(|event| place(trace, event));
        places.sort();
        pairs
            .entry((race.location, places))
            .and_modify(|seen| {
                seen.count += 1;
                if place(trace, first) != place(trace, seen.first) {
                    seen.reversed.get_or_insert((first, second));
                }
            })
            .or_insert(ListedPair {
                location: race.location,
                first,
                second,
                reversed: None,
                count: 1,
            });
    }
    let mut pairs: Vec<ListedPair> = pairs.into_values().collect();
    pairs.sort();
    pairs
}

fn place(trace: &Trace, event: usize) -> (u32, AccessKind) {
    let event = &trace.events()[event];
    let line = trace.tables().stacks.site(event.stack);
    let kind = Access::of(event.kind).map_or(AccessKind::Read, |access| access.kind);
    (line.map_or(0, |site| site.line), kind)
}
