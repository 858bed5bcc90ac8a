//! Pairs that a reader could not tell apart, grouped before any is told: the cells
//! made at one place, and the parts of a cell where many raced alike.
//!
//! **Invariant:** every pair is in exactly one group, and a group's pairs agree in
//! their sites, their kinds and what their cell is called.

use std::collections::{BTreeMap, BTreeSet};

use racegate_eventlog::{CellId, CellPlace, Trace};

use super::pairs::{Place, RacyPair, Sides};

/// How many parts of a cell are told one by one, if they raced alike.
const PARTS_TOLD: usize = 8;

/// Pairs that are told as one.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The pair that is told: the most certain, then the earliest.
    pub(super) witness: RacyPair,
    /// How many pairs of events there are in all.
    pub(super) count: u64,
    /// On how many cells.
    pub(super) cells: BTreeSet<CellId>,
    /// On which parts, where they are not told one by one.
    pub(super) parts: BTreeSet<u32>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'t> {
    name: Option<&'t str>,
    type_name: Option<&'t str>,
    made_at: Place<'t>,
    part: Option<u32>,
    sides: Sides<'t>,
}

/// The groups of a trace's pairs, in a fixed order.
pub(super) fn group(trace: &Trace, pairs: &[RacyPair]) -> Vec<Group> {
    let tables = trace.tables();
    let mut parts: BTreeMap<(CellId, Sides<'_>), usize> = BTreeMap::new();
    for pair in pairs {
        let (cell, _) = tables.cell_of(pair.location);
        *parts.entry((cell, pair.sides(trace))).or_default() += 1;
    }
    let mut groups: BTreeMap<Key<'_>, Group> = BTreeMap::new();
    for pair in pairs {
        let (cell, part) = tables.cell_of(pair.location);
        let info = tables.cell(cell);
        let sides = pair.sides(trace);
        let is_bytes = matches!(info.place, CellPlace::Memory(_));
        let many = is_bytes
            || parts
                .get(&(cell, sides))
                .is_some_and(|&count| count > PARTS_TOLD);
        let key = Key {
            name: info.name.as_deref(),
            type_name: info.type_name.as_deref(),
            made_at: Place::of(tables, info.created_at),
            part: (!many).then_some(part),
            sides,
        };
        let group = groups.entry(key).or_insert_with(|| Group {
            witness: *pair,
            count: 0,
            cells: BTreeSet::new(),
            parts: BTreeSet::new(),
        });
        let rank = |pair: &RacyPair| (pair.tier, pair.second, pair.first);
        if rank(pair) < rank(&group.witness) {
            group.witness = *pair;
        }
        group.count += pair.count;
        group.cells.insert(cell);
        if many {
            group.parts.insert(part);
        }
    }
    groups.into_values().collect()
}
