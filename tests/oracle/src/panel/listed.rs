//! Pairs of places that race, from the races of the definition.
//!
//! A place is a line of source and what is done there.

use std::collections::BTreeMap;

use racegate_eventlog::{Location, Trace};

use crate::definition::{Access, AccessKind, Order};
use crate::panel::Defined;

/// A pair of places that raced on a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedPair {
    /// On what.
    pub location: Location,
    /// The pair of events that stands for all of them: of the most certain, the one
    /// whose later event is the earliest, and of these the earliest. This one came
    /// first.
    pub first: usize,
    /// The one that came second.
    pub second: usize,
    /// The same for those in which the place of `second` came first, if there are any.
    pub reversed: Option<(usize, usize)>,
    /// How many pairs of events raced there.
    pub count: u64,
    /// How certain `first` and `second` are.
    pub certainty: Certainty,
}

/// How certain a race is: the more certain is the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Schedulable, and its later event is the first on its location that races.
    First,
    /// Unordered even by schedulable happens-before.
    Schedulable,
    /// Unordered by happens-before alone.
    Unconfirmed,
}

/// A pair of events: how certain it is, its later event, its earlier one.
type Like = (Certainty, usize, usize);

/// A line and what is done there, twice, in ascending order.
type Places = [(u32, AccessKind); 2];

/// Every pair of places that race in this order, by the definition, in ascending order.
#[must_use]
pub fn listed_pairs(trace: &Trace, defined: &Defined, order: Order) -> Vec<ListedPair> {
    let mut first_racy_event = BTreeMap::new();
    let mut likes: BTreeMap<(Location, Places), Vec<Like>> = BTreeMap::new();
    for race in &defined.unordered {
        let first_racy_event = *first_racy_event.entry(race.location).or_insert(race.later);
        let certainty = if defined.schedulable.binary_search(race).is_err() {
            Certainty::Unconfirmed
        } else if first_racy_event == race.later {
            Certainty::First
        } else {
            Certainty::Schedulable
        };
        if order == Order::HappensBefore || certainty != Certainty::Unconfirmed {
            let mut places = [race.earlier, race.later].map(|event| place(trace, event));
            places.sort();
            let like = likes.entry((race.location, places)).or_default();
            like.push((certainty, race.later, race.earlier));
        }
    }
    let told = likes.into_iter().map(|((location, _), mut like)| {
        like.sort_unstable();
        let (certainty, second, first) = like[0];
        let other = |event: usize| place(trace, event) != place(trace, first);
        let reversed = like.iter().find(|(.., earlier)| other(*earlier));
        ListedPair {
            location,
            first,
            second,
            reversed: reversed.map(|&(_, later, earlier)| (earlier, later)),
            count: like.len() as u64,
            certainty,
        }
    });
    let mut told: Vec<ListedPair> = told.collect();
    told.sort();
    told
}

fn place(trace: &Trace, event: usize) -> (u32, AccessKind) {
    let event = &trace.events()[event];
    let line = trace.tables().stacks.site(event.stack);
    let kind =
        Access::of(event.kind, trace.tables()).map_or(AccessKind::Read, |access| access.kind);
    (line.map_or(0, |site| site.line), kind)
}
