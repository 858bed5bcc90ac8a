//! The analysis `shb`: which accesses are unordered even if every read is taken to
//! follow the write that it reads from (SHB: Mathur, Kini and Viswanathan, *What
//! happens-after the first race?*, OOPSLA 2018).
//!
//! **Invariant:** no race that it names is the mere consequence of an earlier one: no
//! chain of racy reads, each of which may have let its thread go on as it did, leads
//! from one access to the other.
//!
//! A program that synchronises by locks, forks and joins alone can be scheduled so
//! that the two accesses of any such race stand next to each other (the paper's
//! theorem 1). An atomic that reads from an atomic adds nothing here: whether that
//! orders anything is what its memory ordering says, and a race behind a relaxed flag
//! is one in the very execution that was recorded, by the language's own rule
//! (docs/decisions/0011-which-races-are-certain.md).

use racegate_eventlog::Trace;

use super::happens_before::HappensBefore;
use super::{Racy, hb};
use crate::clock::Reuse;

/// Every event that races, with some earlier one, on its own account.
#[must_use]
pub fn run(trace: &Trace) -> Racy {
    run_with(trace, Reuse::Exact)
}

/// The same, told whether short threads may share a slot, which changes nothing
/// but the cost.
#[must_use]
pub fn run_with(trace: &Trace, reuse: Reuse) -> Racy {
    let unordered = hb::run_with(trace, reuse);
    if unordered.events.is_empty() {
        return unordered;
    }
    let raced = unordered.locations();
    hb::search(trace, HappensBefore::schedulable(trace, &raced, reuse))
}
