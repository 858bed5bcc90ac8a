//! Ids for a reader in a hurry.
//!
//! **Invariant:** what is found here is what [`Definitions`] would tell.

use super::Definitions;
use crate::id::{Location, ObjectId, StackId};

/// Ids that are found by one step.
#[derive(Clone, Copy)]
pub(crate) struct Ids<'a> {
    /// By key: one more than the location's number; zero where more must be looked at.
    locations: &'a [u32],
    /// By key: one more than the object's number; zero where more must be looked at.
    objects: &'a [u32],
    /// By recorded stack id, as far as they are dense.
    stacks: &'a [StackId],
}

impl Ids<'_> {
    /// The location of a key, where one step finds it.
    #[inline]
    pub(crate) fn location(self, key: u64) -> Option<Location> {
        one_less(self.locations, key).map(Location::new)
    }

    /// The object of a key, where one step finds it.
    #[inline]
    pub(crate) fn object(self, key: u64) -> Option<ObjectId> {
        one_less(self.objects, key).map(ObjectId::new)
    }

    /// The dense id of a recorded stack, as [`Definitions::stack`] tells it, where one step
    /// finds it.
    #[inline]
    pub(crate) fn stack(self, recorded: u64) -> Option<StackId> {
        self.stacks.get(usize::try_from(recorded).ok()?).copied()
    }
}

#[inline]
fn one_less(numbers: &[u32], key: u64) -> Option<u32> {
    numbers.get(usize::try_from(key).ok()?)?.checked_sub(1)
}

impl Definitions {
    /// The ids of most keys and stacks, for a reader in a hurry.
    pub(crate) fn ids(&self) -> Ids<'_> {
        Ids {
            locations: self.locations.dense(),
            objects: self.objects.dense(),
            stacks: &self.resolved_by_id,
        }
    }
}
