//! Folding: findings that a reader could not tell apart become one.
//!
//! **Invariant:** two findings of a report differ in their cell, in a site or in an
//! access kind, and no two have the same fingerprint.

use std::collections::BTreeMap;

use super::{AccessKind, Cell, Finding, Site, fingerprint};

/// Findings with their like folded into the first of them, in a fixed order.
#[must_use]
pub fn fold(told: Vec<Finding>) -> Vec<Finding> {
    let mut folded: BTreeMap<Key, Finding> = BTreeMap::new();
    for finding in told {
        let key = Key::of(&finding);
        match folded.entry(key) {
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(finding);
            }
            std::collections::btree_map::Entry::Occupied(mut occupied) => {
                let kept = occupied.get_mut();
                let pairs = kept.pairs + finding.pairs;
                // The certain one tells the story.
                if finding.tier < kept.tier {
                    *kept = finding;
                }
                kept.pairs = pairs;
            }
        }
    }
    let mut findings: Vec<Finding> = folded.into_values().collect();
    // Stable: those of one tier stay in the order of their keys.
    findings.sort_by_key(|finding| finding.tier);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &mut findings {
        let base = fingerprint::of(finding, 0);
        let ordinal = taken.entry(base).or_default();
        finding.fingerprint = fingerprint::of(finding, *ordinal);
        *ordinal += 1;
    }
    findings
}

/// What a reader tells findings apart by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    cell: Cell,
    sides: [(Site, AccessKind); 2],
}

impl Key {
    fn of(finding: &Finding) -> Self {
        let side = |access: &super::Access| (access.site.clone(), access.access);
        let mut sides = [side(&finding.first), side(&finding.second)];
        sides.sort();
        Self {
            cell: finding.cell.clone(),
            sides,
        }
    }
}
