//! Pass two's first half: every pair of (site, access kind) that raced, and how
//! certain each is.
//!
//! **Invariant:** a pair of (site, kind) is listed for a location exactly when some
//! two events of these sites and kinds race on it, with the exact number of such
//! pairs of events, and with a pair of events of the highest tier that any of them has.
//! Those within a [last drop](super::last_drop) are listed apart.

mod past;
mod place;

use std::collections::{BTreeMap, BTreeSet};

use racegate_eventlog::{EventKind, Location, Trace};

pub use self::place::{OwnedPlace, Place};

use self::past::{Class, Past, Raced, Races};
use self::place::Sites;
use super::last_drop::LastDrops;
use super::{AccessKind, Tier};
use crate::analysis::Order;
use crate::analysis::happens_before::HappensBefore;
use crate::clock::Reuse;

/// A pair of (site, kind) that raced on a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RacyPair {
    /// On what.
    pub location: Location,
    /// The pair of events that stands for all of them: of the most certain, the earliest.
    /// This one came first in the merged order.
    pub first: usize,
    /// The one that came second: of all later events, the earliest.
    pub second: usize,
    /// The same for those in which the other site came first, if there are any.
    pub reversed: Option<(usize, usize)>,
    /// How many pairs of events raced like this.
    pub count: u64,
    /// How certain the pair of events is, and so that there is such a race at all.
    pub tier: Tier,
    /// Whether the second is made while the last of std's `Arc`s destroys the cell.
    pub in_last_drop: bool,
}

/// The pairs of a trace.
#[derive(Clone, Debug, Default)]
pub struct RacyPairs<'t> {
    /// In the order of their locations, then of their events.
    pub pairs: Vec<RacyPair>,
    /// The distinct pairs of (site, kind), whatever they raced on.
    pub distinct: BTreeSet<Sides<'t>>,
}

/// An unordered pair of (site, kind): in ascending order.
pub type Sides<'t> = [(Place<'t>, AccessKind); 2];

/// The same, of no log in particular.
pub type OwnedSides = [(OwnedPlace, AccessKind); 2];

/// What two logs can be compared by.
pub(crate) fn owned(sides: Sides<'_>) -> OwnedSides {
    sides.map(|(place, kind)| (place.into(), kind))
}

/// Every pair that raced on one of these locations: all that did, by this order. What
/// races with a last drop is not certain.
#[must_use]
pub fn collect<'t>(
    trace: &'t Trace,
    locations: &BTreeSet<Location>,
    order: Order,
    last_drops: &LastDrops,
) -> RacyPairs<'t> {
    let mut sites = Sites::new(trace.tables());
    let mut races = |order| races(trace, locations, order, &mut sites, last_drops);
    let unordered = races(HappensBefore::new(trace));
    let schedulable = HappensBefore::schedulable(trace, locations, Reuse::Exact);
    let schedulable = races(schedulable);
    let told = unordered.iter().zip(&schedulable);
    let told = told.flat_map(|((&location, unordered), (_, schedulable))| {
        let both = Both {
            unordered,
            schedulable,
        };
        both.told(location, order)
    });
    let pairs: Vec<RacyPair> = told.collect();
    RacyPairs {
        distinct: pairs.iter().map(|pair| pair.sides(trace)).collect(),
        pairs,
    }
}

/// What raced on each of these locations in this order.
fn races(
    trace: &Trace,
    locations: &BTreeSet<Location>,
    mut order: HappensBefore,
    sites: &mut Sites<'_>,
    last_drops: &LastDrops,
) -> BTreeMap<Location, Races> {
    // By location; only those that raced have one.
    let mut pasts: Vec<Option<Box<Past>>> = Vec::new();
    pasts.resize_with(trace.tables().locations.len(), || None);
    for location in locations {
        pasts[location.index()] = Some(Box::default());
    }
    for (index, event) in trace.events().iter().enumerate() {
        let access = AccessKind::of(event.kind, trace.tables());
        order.step_with(event, |epoch, clock| {
            let Some((kind, extent)) = access else {
                return;
            };
            for location in extent.locations() {
                if let Some(past) = &mut pasts[location.index()] {
                    let class = Class {
                        site: sites.number(event.stack),
                        kind,
                        in_last_drop: last_drops.include(location, event.stack),
                    };
                    past.access(class, epoch, clock, index);
                }
            }
        });
        if let EventKind::Forget(extent) = event.kind {
            for location in extent.locations() {
                if let Some(past) = &mut pasts[location.index()] {
                    past.forget();
                }
            }
        }
    }
    let raced = locations.iter().filter_map(|&location| {
        let past = pasts[location.index()].take()?;
        Some((location, past.into_races()))
    });
    raced.collect()
}

impl RacyPair {
    /// What a reader tells this pair from others by.
    #[must_use]
    pub fn sides<'t>(&self, trace: &'t Trace) -> Sides<'t> {
        let mut sides = [self.first, self.second].map(|index| {
            let event = &trace.events()[index];
            let (kind, _) =
                AccessKind::of(event.kind, trace.tables()).expect("racy events are accesses");
            (Place::of(trace.tables(), event.stack), kind)
        });
        sides.sort();
        sides
    }
}

/// What raced on one location in either order. The schedulable races are among the
/// unordered ones.
struct Both<'r> {
    unordered: &'r Races,
    schedulable: &'r Races,
}

/// A pair of events that may stand for its like: the least is the one that does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Witness {
    tier: Tier,
    second: usize,
    first: usize,
    in_last_drop: bool,
}

impl Both<'_> {
    fn told(&self, location: Location, order: Order) -> Vec<RacyPair> {
        let none = Raced::default();
        let pairs = self
            .unordered
            .pairs
            .iter()
            .filter_map(|(classes, unordered)| {
                let schedulable = self.schedulable.pairs.get(classes).unwrap_or(&none);
                let listed = match order {
                    Order::HappensBefore => unordered,
                    Order::Schedulable => schedulable,
                };
                let witness = |direction: usize| {
                    // In the first direction the greater class came second.
                    let in_last_drop = classes[1 - direction].in_last_drop;
                    let certain = schedulable.earliest[direction].filter(|_| !in_last_drop);
                    let witness = match certain {
                        Some(pair) => self.certain(pair),
                        None => unconfirmed(listed.earliest[direction]?),
                    };
                    Some(Witness {
                        in_last_drop,
                        ..witness
                    })
                };
                let mut witnesses: Vec<Witness> = [0, 1].into_iter().filter_map(witness).collect();
                witnesses.sort_unstable();
                let (shown, reversed) = witnesses.split_first()?;
                Some(RacyPair {
                    location,
                    first: shown.first,
                    second: shown.second,
                    reversed: reversed.first().map(|other| (other.first, other.second)),
                    count: listed.count,
                    tier: shown.tier,
                    in_last_drop: shown.in_last_drop,
                })
            });
        let mut pairs: Vec<RacyPair> = pairs.collect();
        pairs.sort_by_key(|pair| (pair.second, pair.first));
        pairs
    }

    fn certain(&self, (first, second): (usize, usize)) -> Witness {
        let tier = if self.unordered.first_racy_event == Some(second) {
            Tier::First
        } else {
            Tier::Schedulable
        };
        Witness {
            tier,
            second,
            first,
            in_last_drop: false,
        }
    }
}

fn unconfirmed((first, second): (usize, usize)) -> Witness {
    Witness {
        tier: Tier::Unconfirmed,
        second,
        first,
        in_last_drop: false,
    }
}
