//! What a text calls the orderings of atomics and fences.

use crate::event::{FenceOrdering, LoadOrdering, RmwOrdering, StoreOrdering};

const LOADS: [(&str, LoadOrdering); 3] = [
    ("relaxed", LoadOrdering::Relaxed),
    ("acquire", LoadOrdering::Acquire),
    ("seqcst", LoadOrdering::SeqCst),
];
const STORES: [(&str, StoreOrdering); 3] = [
    ("relaxed", StoreOrdering::Relaxed),
    ("release", StoreOrdering::Release),
    ("seqcst", StoreOrdering::SeqCst),
];
const RMWS: [(&str, RmwOrdering); 5] = [
    ("relaxed", RmwOrdering::Relaxed),
    ("acquire", RmwOrdering::Acquire),
    ("release", RmwOrdering::Release),
    ("acqrel", RmwOrdering::AcqRel),
    ("seqcst", RmwOrdering::SeqCst),
];
const FENCES: [(&str, FenceOrdering); 4] = [
    ("acquire", FenceOrdering::Acquire),
    ("release", FenceOrdering::Release),
    ("acqrel", FenceOrdering::AcqRel),
    ("seqcst", FenceOrdering::SeqCst),
];

/// A load's ordering.
pub(super) fn load(name: &str) -> Result<LoadOrdering, String> {
    find(&LOADS, name)
}

/// A store's ordering.
pub(super) fn store(name: &str) -> Result<StoreOrdering, String> {
    find(&STORES, name)
}

/// A read-modify-write's ordering.
pub(super) fn rmw(name: &str) -> Result<RmwOrdering, String> {
    find(&RMWS, name)
}

/// A fence's ordering.
pub(super) fn fence(name: &str) -> Result<FenceOrdering, String> {
    find(&FENCES, name)
}

/// What a load's ordering is called.
pub(super) fn load_name(ordering: LoadOrdering) -> &'static str {
    name(&LOADS, ordering)
}

/// What a store's ordering is called.
pub(super) fn store_name(ordering: StoreOrdering) -> &'static str {
    name(&STORES, ordering)
}

/// What a read-modify-write's ordering is called.
pub(super) fn rmw_name(ordering: RmwOrdering) -> &'static str {
    name(&RMWS, ordering)
}

/// What a fence's ordering is called.
pub(super) fn fence_name(ordering: FenceOrdering) -> &'static str {
    name(&FENCES, ordering)
}

fn find<T: Copy>(all: &[(&str, T)], name: &str) -> Result<T, String> {
    let known = all.iter().find(|(known, _)| *known == name);
    known.map(|(_, ordering)| *ordering).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
        format!(
            "expected an ordering out of {}, found `{name}`",
            names.join(", ")
        )
    })
}

fn name<T: Copy + PartialEq>(all: &[(&'static str, T)], ordering: T) -> &'static str {
    all.iter()
        .find(|(_, known)| *known == ordering)
        .map(|(name, _)| *name)
        .expect("every ordering has a name")
}
