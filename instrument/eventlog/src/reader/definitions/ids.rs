//! Ids for a reader in a hurry.
//!
//! **Invariant:** what is found here is what [`Definitions`] would tell.

use super::Definitions;
use crate::id::{Location, StackId};

/// Ids that are found by one step.
#[derive(Clone, Copy)]
pub(crate) struct Ids<'a> {
    /// By key: one more than the location's number; zero where more must be looked at.
    locations: &'a [u32],
    /// By recorded stack id, as far as they are dense.
    stacks: &'a [StackId],
    definitions: &'a Definitions,
}

impl Ids<'_> {
    /// The location of a key, where one step finds it.
    #[inline]
    pub(crate) fn location(self, key: u64) -> Option<Location> {
        let number = self.locations.get(usize::try_from(key).ok()?)?;
        number.checked_sub(1).map(Location::new)
    }

    /// The dense id of a recorded stack, as [`Definitions::stack`] tells it.
    #[inline]
    pub(crate) fn stack(self, recorded: u32) -> StackId {
        match self.stacks.get(recorded as usize) {
            Some(stack) => *stack,
            None => self.definitions.stack(StackId::new(recorded)),
        }
    }
}

impl Definitions {
    /// The ids of most keys and stacks, for a reader in a hurry.
    pub(crate) fn ids(&self) -> Ids<'_> {
        Ids {
            locations: self.locations.dense(),
            stacks: &self.resolved_by_id,
            definitions: self,
        }
    }
}
