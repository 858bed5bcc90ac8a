//! From std's one `Ordering` to the orderings that a kind of operation may have.
//!
//! **Invariant:** `None` for exactly those on which std's operation panics.

use std::sync::atomic::Ordering;

use racegate_eventlog::record::SyncVerb;
use racegate_eventlog::{FenceOrdering, LoadOrdering, RmwOrdering, StoreOrdering};

pub(super) fn load(ordering: Ordering) -> Option<SyncVerb> {
    let ordering = match ordering {
        Ordering::Relaxed => LoadOrdering::Relaxed,
        Ordering::Acquire => LoadOrdering::Acquire,
        Ordering::SeqCst => LoadOrdering::SeqCst,
        Ordering::Release | Ordering::AcqRel | _ => return None,
    };
    Some(SyncVerb::Load(ordering))
}

pub(super) fn store(ordering: Ordering) -> Option<SyncVerb> {
    let ordering = match ordering {
        Ordering::Relaxed => StoreOrdering::Relaxed,
        Ordering::Release => StoreOrdering::Release,
        Ordering::SeqCst => StoreOrdering::SeqCst,
        Ordering::Acquire | Ordering::AcqRel | _ => return None,
    };
    Some(SyncVerb::Store(ordering))
}

pub(super) fn read_modify_write(ordering: Ordering) -> Option<SyncVerb> {
    let ordering = match ordering {
        Ordering::Relaxed => RmwOrdering::Relaxed,
        Ordering::Acquire => RmwOrdering::Acquire,
        Ordering::Release => RmwOrdering::Release,
        Ordering::AcqRel => RmwOrdering::AcqRel,
        Ordering::SeqCst => RmwOrdering::SeqCst,
        _ => return None,
    };
    Some(SyncVerb::Rmw(ordering))
}

pub(super) fn fence(ordering: Ordering) -> Option<FenceOrdering> {
    match ordering {
        Ordering::Acquire => Some(FenceOrdering::Acquire),
        Ordering::Release => Some(FenceOrdering::Release),
        Ordering::AcqRel => Some(FenceOrdering::AcqRel),
        Ordering::SeqCst => Some(FenceOrdering::SeqCst),
        Ordering::Relaxed | _ => None,
    }
}

/// The strongest failure ordering that goes with a success ordering, as std's
/// `compare_and_swap` chooses it.
pub(super) fn strongest_failure(success: Ordering) -> Ordering {
    match success {
        Ordering::Relaxed | Ordering::Release => Ordering::Relaxed,
        Ordering::Acquire | Ordering::AcqRel => Ordering::Acquire,
        Ordering::SeqCst | _ => Ordering::SeqCst,
    }
}
