//! The analysis `hb`: which accesses are unordered by happens-before.
//!
//! **Invariant:** the events it names are exactly those for which some earlier
//! conflicting access does not happen before them.

use racegate_eventlog::{EventKind, Trace};

use super::happens_before::HappensBefore;
use super::shadow::Shadow;
use super::{AccessKind, Racy};
use crate::clock::Reuse;

/// Every racy event of a trace.
#[must_use]
pub fn run(trace: &Trace) -> Racy {
    run_with(trace, Reuse::Exact)
}

/// The same, told whether short threads may share a slot, which changes nothing
/// but the cost.
#[must_use]
pub fn run_with(trace: &Trace, reuse: Reuse) -> Racy {
    search(trace, HappensBefore::with_reuse(trace, reuse))
}

/// Every event that an earlier conflicting access does not precede in this order.
pub(super) fn search(trace: &Trace, mut order: HappensBefore) -> Racy {
    let mut shadows = Vec::new();
    shadows.resize_with(trace.tables().locations.len(), Shadow::default);
    let mut racy = Racy::default();
    for (index, event) in trace.events().iter().enumerate() {
        let access = AccessKind::of(event.kind, trace.tables());
        order.step_with(event, |epoch, clock| {
            let Some((kind, extent)) = access else {
                return;
            };
            for location in extent.locations() {
                if shadows[location.index()].access(kind, epoch, clock) {
                    racy.events.push((index, location));
                }
            }
        });
        if let EventKind::Forget(extent) = event.kind {
            for location in extent.locations() {
                shadows[location.index()] = Shadow::default();
            }
        }
    }
    racy
}
