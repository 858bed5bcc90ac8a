//! Ids for a reader in a hurry.
//!
//! **Invariant:** what is found here is what [`Definitions`] would tell.

use super::Definitions;
use crate::id::{Location, ObjectId, StackId};
use crate::reader::block::Access;
use crate::record::ObjectKey;

/// Ids that are found by one step.
#[derive(Clone, Copy)]
pub(crate) struct Ids<'a> {
    /// By key: one more than the location's number; zero where more must be looked at.
    locations: &'a [u32],
    /// Where most keys stand beside one another and so do their locations: what need not be
    /// looked up, for the table would take the room of shadows in the processor's caches.
    run: Run,
    /// By key: one more than the object's number; zero where more must be looked at.
    objects: &'a [u32],
    /// By recorded stack id, as far as they are dense.
    stacks: &'a [StackId],
}

/// Consecutive keys whose locations are consecutive, of each of which an access can be told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Run {
    first: u64,
    count: u64,
    location: u32,
}

/// A run is made use of where it has all but one in so many of the keys.
const MOST: usize = 64;

impl Run {
    /// The longest one, if it has most keys.
    fn of(locations: &[u32]) -> Self {
        let (mut longest, mut known, mut first) = (Self::default(), 0, 0_u64);
        for run in locations.chunk_by(|one, next| *one != 0 && one.checked_add(1) == Some(*next)) {
            if let Some(location) = run[0].checked_sub(1) {
                let room = Access::LOCATIONS.saturating_sub(location as usize);
                known += run.len();
                if run.len() > longest.count as usize {
                    longest = Self {
                        first,
                        count: run.len().min(room) as u64,
                        location,
                    };
                }
            }
            first += run.len() as u64;
        }
        let has_most = known - (longest.count as usize) <= known / MOST;
        Some(longest).filter(|_| has_most).unwrap_or_default()
    }

    /// The location of a key that is in it.
    #[inline]
    pub(crate) fn location(self, key: u64) -> Option<Location> {
        let offset = key.wrapping_sub(self.first);
        #[expect(clippy::cast_possible_truncation, reason = "less than the count")]
        (offset < self.count).then(|| Location::new(self.location + offset as u32))
    }
}

impl Ids<'_> {
    /// The location of a key, where one step finds it.
    #[inline]
    pub(crate) fn location(self, key: u64) -> Option<Location> {
        let in_run = self.run.location(key);
        in_run.or_else(|| one_less(self.locations, key).map(Location::new))
    }

    /// Where most keys stand, and nothing need be looked up.
    #[inline]
    pub(crate) fn run(self) -> Run {
        self.run
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
    /// The location of a key, if it was met.
    pub(crate) fn known_location(&self, key: ObjectKey) -> Option<Location> {
        self.locations.get(key.number()).map(Location::new)
    }

    /// The object of a key, if it was met.
    pub(crate) fn known_object(&self, key: ObjectKey) -> Option<ObjectId> {
        self.objects.get(key.number()).map(ObjectId::new)
    }

    /// The ids of most keys and stacks, for a reader in a hurry.
    pub(crate) fn ids(&self) -> Ids<'_> {
        Ids {
            locations: self.locations.dense(),
            run: Run::of(self.locations.dense()),
            objects: self.objects.dense(),
            stacks: &self.resolved_by_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_tells_what_the_table_tells() {
        // Two keys of nothing, many in a row, one elsewhere, and one of nothing.
        let row = (0..200).map(|place| 7 + place);
        let locations: Vec<u32> = [0, 0].into_iter().chain(row).chain([3, 0]).collect();
        let run = Run::of(&locations);
        assert_eq!(run.count, 200, "it is made use of");
        let ids = Ids {
            locations: &locations,
            run,
            objects: &[],
            stacks: &[],
        };
        for key in (0..300).chain([u64::from(u32::MAX) + 3, u64::MAX]) {
            let told = ids.location(key).map(Location::number);
            assert_eq!(told, one_less(&locations, key), "key {key}");
        }
    }

    #[test]
    fn a_run_that_lacks_many_keys_is_not_made_use_of() {
        assert_eq!(Run::of(&[1, 2, 3, 9, 8, 7]).count, 0);
        assert_eq!(Run::of(&[]).count, 0);
    }
}
