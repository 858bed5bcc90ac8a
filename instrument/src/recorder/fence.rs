//! Fences: what a thread's atomics before and after one hand on.
//!
//! A fence tells something of its own thread alone, and its place in that thread's
//! order is all that the engine needs. Only the sequentially consistent ones have an
//! order among themselves, which no stream shows; so each of them stands between two
//! stamps of one object of the process, both taken under one lock of its sequence.
//! Their verb is a relaxed load of an object that is never stored to, which makes no
//! edge: what such a fence orders stays the engine's rule for `Fence(SeqCst)`.

use std::panic::Location;

use racegate_eventlog::record::Record;
use racegate_eventlog::{FenceOrdering, ObjectClass};

use super::lane;
use super::object::Object;
use super::weight::Weight;

/// What all sequentially consistent fences of the process are stamped by.
struct SeqCstFences;

static SEQ_CST: Object = Object::new::<SeqCstFences>(ObjectClass::Atomic);

/// Runs the real fence and records it.
#[inline]
pub(crate) fn fence(
    ordering: FenceOrdering,
    site: &'static Location<'static>,
    real: impl FnOnce(),
) {
    let sequentially_consistent = match ordering {
        FenceOrdering::Acquire | FenceOrdering::Release | FenceOrdering::AcqRel => false,
        FenceOrdering::SeqCst => true,
    };
    let mut real = Some(real);
    let mut run = || {
        if let Some(real) = real.take() {
            real();
        }
    };
    lane::with(Weight::Sync, |lane| {
        if sequentially_consistent {
            SEQ_CST.enclose(lane, site, |lane, stack| {
                run();
                lane.append(&Record::Fence { stack, ordering });
            });
        } else {
            let stack = lane.capture(site);
            run();
            lane.append(&Record::Fence { stack, ordering });
        }
    });
    run();
}
