//! Opinions, to be held against the definition.
//!
//! **Invariant:** an opinion is asked about a trace alone, and has to be exact: no
//! racy event more, none less.

use std::fmt;

use racegate_eventlog::{Location, Trace};

use crate::definition::{Order, Race, races, racy_events};

mod listed;

pub use listed::ListedPair;

/// Someone who says which events race.
pub struct Opinion {
    /// Whose it is.
    pub name: String,
    /// In which order the events are unordered.
    pub order: Order,
    /// The racy events, in their order, each once for each of its locations.
    pub racy: Box<dyn Fn(&Trace) -> RacyEvents + Sync>,
}

/// Events, each with a location on which it races with an earlier one.
pub type RacyEvents = Vec<(usize, Location)>;

/// Opinions on racy events, and one on pairs of places.
pub struct Panel {
    /// On racy events.
    pub opinions: Vec<Opinion>,
    /// Every pair of places that race by happens-before.
    pub pairs: fn(&Trace) -> Vec<ListedPair>,
}

/// Where an opinion and the definition part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose opinion it is.
    pub who: String,
    /// What the opinion says, and what the definition does.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.who, self.what)
    }
}

impl Panel {
    /// The first opinion that is not the definition's; none where all agree. The second
    /// value is whether the trace has a race.
    #[must_use]
    pub fn judge(&self, trace: &Trace) -> (Option<Difference>, bool) {
        let unordered = races(trace, Order::HappensBefore);
        // A race in the larger order is one in the smaller.
        let schedulable = if unordered.is_empty() {
            Vec::new()
        } else {
            races(trace, Order::Schedulable)
        };
        let of = |order| match order {
            Order::HappensBefore => &unordered,
            Order::Schedulable => &schedulable,
        };
        let events = self.opinions.iter().find_map(|opinion| {
            let defined = racy_events(of(opinion.order));
            opinion.difference(trace, &defined)
        });
        let difference = events.or_else(|| self.difference_in_pairs(trace, &unordered));
        (difference, !unordered.is_empty())
    }

    fn difference_in_pairs(&self, trace: &Trace, races: &[Race]) -> Option<Difference> {
        let mut listed = (self.pairs)(trace);
        listed.sort();
        let defined = listed::pairs(trace, races);
        (listed != defined).then(|| Difference {
            who: "pairs".to_owned(),
            what: format!("they are {listed:?}, by definition {defined:?}"),
        })
    }
}

impl Opinion {
    fn difference(&self, trace: &Trace, defined: &[(usize, Location)]) -> Option<Difference> {
        let found = (self.racy)(trace);
        (found != defined).then(|| {
            let told = |events: &[(usize, Location)]| {
                let told = events
                    .iter()
                    .map(|(event, location)| format!("{event} at {}", location.number()));
                told.collect::<Vec<_>>().join(", ")
            };
            Difference {
                who: self.name.clone(),
                what: format!(
                    "the racy events are [{}], by definition [{}]",
                    told(&found),
                    told(defined)
                ),
            }
        })
    }
}
