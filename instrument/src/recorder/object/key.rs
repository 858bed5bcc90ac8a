//! Keys: identities that are handed out at first use, so that a value can be made in a
//! `const`.
//!
//! **Invariant:** a value has one key, whoever asks first, and no two values share one.

use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::record::ObjectKey;

use crate::primitive;
use crate::recorder::lane::Lane;
use crate::recorder::weight::Weight;

#[cfg(all(test, racegate_loom))]
mod in_loom;

static NEXT_KEY: AtomicU64 = AtomicU64::new(1);

/// Keys for a new cell or object of `parts` parts.
fn new_keys(parts: u64) -> u64 {
    // ORDERING: relaxed; an RMW never returns one twice.
    NEXT_KEY.fetch_add(parts, Ordering::Relaxed)
}

/// A key that is handed out at first use, so that a value can be made in a `const`.
pub(in crate::recorder) struct Key(primitive::AtomicU64);

impl Key {
    pub(in crate::recorder) const fn unassigned() -> Self {
        Self(primitive::AtomicU64::new(0))
    }

    /// One that was handed out.
    #[cfg(all(test, not(racegate_loom)))]
    pub(in crate::recorder) const fn assigned(key: u64) -> Self {
        Self(primitive::AtomicU64::new(key))
    }

    /// The key, or [`ObjectKey::NONE`].
    #[inline]
    pub(in crate::recorder) fn known(&self) -> ObjectKey {
        // ORDERING: relaxed, as below.
        ObjectKey::new(self.0.load(Ordering::Relaxed))
    }

    /// Makes it the one after `first`, which has two.
    #[inline]
    pub(in crate::recorder) fn follow(&self, first: &Self) {
        // ORDERING: relaxed, both; every thread stores the same number, and once is enough.
        if self.0.load(Ordering::Relaxed) == 0 {
            self.0.store(first.get(2).number() + 1, Ordering::Relaxed);
        }
    }

    /// The key, the first of `parts`.
    #[inline]
    pub(in crate::recorder) fn get(&self, parts: u64) -> ObjectKey {
        // ORDERING: relaxed; the number alone is used.
        let known = self.0.load(Ordering::Relaxed);
        ObjectKey::new(if known == 0 {
            self.assign(parts)
        } else {
            known
        })
    }

    /// The key, the first of `parts`, if records have room for all of them. Where a process
    /// has used too many, an event of this weight is counted as lost.
    #[inline]
    pub(in crate::recorder) fn recorded(
        &self,
        parts: u64,
        lane: &Lane,
        weight: Weight,
    ) -> Option<ObjectKey> {
        let key = self.get(parts);
        if key.number() + parts <= ObjectKey::MAX + 1 {
            return Some(key);
        }
        lane.log().count_lost(weight);
        None
    }

    #[cold]
    fn assign(&self, parts: u64) -> u64 {
        let fresh = new_keys(parts);
        // ORDERING: relaxed, as above; of two assigners one wins and both use its key.
        match self
            .0
            .compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed)
        {
            Ok(_) => fresh,
            Err(winner) => winner,
        }
    }
}
