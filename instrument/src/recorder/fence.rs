//! Fences: what a thread's atomics before and after one hand on.
//!
//! A fence tells something of its own thread alone, and its place in that thread's
//! order is all that the engine needs: two fences synchronise through an atomic, whose
//! operations are stamped.

use std::panic::Location;

use racegate_eventlog::FenceOrdering;
use racegate_eventlog::record::Record;

use super::lane;
use super::weight::Weight;

/// Records a fence at `site`.
#[inline]
pub(crate) fn fence(ordering: FenceOrdering, site: &'static Location<'static>) {
    lane::with(Weight::Sync, |lane| {
        let stack = lane.capture(site);
        lane.append(&Record::Fence { stack, ordering });
    });
}
