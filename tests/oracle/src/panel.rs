//! Opinions, to be held against the definition.
//!
//! **Invariant:** an opinion is asked about a trace alone, and has to be exact: no
//! racy event more, none less.

use std::collections::BTreeSet;
use std::fmt;

use racegate_eventlog::{Location, Trace};

use crate::definition::{Order, Race, races, racy_events};

mod listed;

pub use listed::{Certainty, ListedPair, listed_pairs};

/// Events, each with a location on which it races with an earlier one.
pub type RacyEvents = Vec<(usize, Location)>;

/// Locations, of whatever kind.
pub type Locations = BTreeSet<Location>;

/// Someone who says which events race.
pub struct Opinion {
    /// Whose it is.
    pub name: String,
    /// In which order the events are unordered.
    pub order: Order,
    /// The racy events, in their order.
    pub racy: Box<dyn Fn(&Trace) -> RacyEvents + Sync>,
}

/// Someone who says where there are races by happens-before.
pub struct LocationOpinion {
    /// Whose it is.
    pub name: String,
    /// The locations on which events race.
    pub raced: Box<dyn Fn(&Trace) -> Locations + Sync>,
}

/// Opinions on racy events, on where there are any, and one on pairs of places.
pub struct Panel {
    /// On racy events.
    pub opinions: Vec<Opinion>,
    /// On the locations of races.
    pub locations: Vec<LocationOpinion>,
    /// Every pair of places that race in an order.
    pub pairs: fn(&Trace, Order) -> Vec<ListedPair>,
}

/// The races of a trace by the definition.
#[derive(Clone, Debug)]
pub struct Defined {
    /// By happens-before.
    pub unordered: Vec<Race>,
    /// Those of them that are schedulable.
    pub schedulable: Vec<Race>,
}

/// Where an opinion and the definition part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose opinion it is.
    pub who: String,
    /// What the opinion says, and what the definition does.
    pub what: String,
}

impl Defined {
    /// The races of this trace.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let unordered = races(trace, Order::HappensBefore);
        // The larger order leaves less unordered.
        let schedulable = if unordered.is_empty() {
            Vec::new()
        } else {
            races(trace, Order::Schedulable)
        };
        Self {
            unordered,
            schedulable,
        }
    }

    /// The races in this order.
    #[must_use]
    pub fn races(&self, order: Order) -> &[Race] {
        match order {
            Order::HappensBefore => &self.unordered,
            Order::Schedulable => &self.schedulable,
        }
    }
}

impl Panel {
    /// The first opinion that is not the definition's; none where all agree.
    #[must_use]
    pub fn difference(&self, trace: &Trace, defined: &Defined) -> Option<Difference> {
        let events = self.opinions.iter().find_map(|opinion| {
            let races = racy_events(defined.races(opinion.order));
            difference(&opinion.name, &(opinion.racy)(trace), &races)
        });
        let locations = || {
            let races = defined.unordered.iter().map(|race| race.location);
            let races: Locations = races.collect();
            self.locations
                .iter()
                .find_map(|opinion| difference(&opinion.name, &(opinion.raced)(trace), &races))
        };
        events.or_else(locations).or_else(|| {
            let orders = [Order::HappensBefore, Order::Schedulable];
            orders.into_iter().find_map(|order| {
                let mut listed = (self.pairs)(trace, order);
                listed.sort();
                let pairs = listed_pairs(trace, defined, order);
                difference(&format!("pairs, {order:?}"), &listed, &pairs)
            })
        })
    }
}

fn difference<T: PartialEq + fmt::Debug>(who: &str, said: &T, defined: &T) -> Option<Difference> {
    (said != defined).then(|| Difference {
        who: who.to_owned(),
        what: format!("it says {said:?}, the definition {defined:?}"),
    })
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.who, self.what)
    }
}
