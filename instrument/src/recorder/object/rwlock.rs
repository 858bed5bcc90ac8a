//! The two objects of an rwlock.
//!
//! **Invariant:** readers acquire what writers released, and nothing of each other;
//! writers acquire both.

use std::panic::Location;

use racegate_eventlog::record::{ObjectKey, SyncVerb, VerbCode};
use racegate_eventlog::{LockMode, ObjectClass};

use super::Object;
use crate::recorder::lane::{self, AtHand, Event, Lane};
use crate::recorder::stack::Place;
use crate::recorder::weight::Weight;

/// The two clocks of an rwlock: what writers released, and what readers did.
pub(crate) struct RwObjects {
    writers: Object,
    readers: Object,
}

impl RwObjects {
    /// The clocks of a lock of type `T` made by the caller.
    #[track_caller]
    pub(crate) const fn new<T: ?Sized>() -> Self {
        Self {
            writers: Object::new::<T>(ObjectClass::RwLock),
            readers: Object::new::<T>(ObjectClass::RwLockReaders),
        }
    }

    /// Gives the lock a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.writers.set_name(name);
        self.readers.set_name(name);
    }

    /// After the real read-lock.
    pub(crate) fn read_acquired(&self, site: &'static Location<'static>) {
        self.writers.step(SyncVerb::Acquire, site);
        // The unlock is a step of the other clock, perhaps in another log.
        self.readers.sequence.pass_as(&self.writers.sequence);
    }

    /// Before the real read-unlock.
    pub(crate) fn read_releases(&self, site: &'static Location<'static>) {
        self.pair_keys();
        self.readers.step(SyncVerb::ReleaseMerge, site);
    }

    /// After the real write-lock.
    pub(crate) fn write_acquired(&self, site: &'static Location<'static>) {
        self.pair_keys();
        lane::record(site, self);
    }

    /// Before the real write-unlock.
    pub(crate) fn write_releases(&self, site: &'static Location<'static>) {
        self.writers.step_alone(SyncVerb::Release, site);
    }

    /// The writers' clock, which speaks for the lock.
    pub(crate) fn writers(&self) -> &Object {
        &self.writers
    }

    /// A number that no other lock of this process has.
    #[inline]
    pub(crate) fn number(&self) -> u64 {
        self.writers.key.get(2).number()
    }

    /// Before blocking.
    pub(crate) fn request(&self, mode: LockMode, site: &'static Location<'static>) {
        self.writers.request(mode, site);
    }

    /// Gives the readers' clock the key after the writers'.
    #[inline]
    fn pair_keys(&self) {
        self.readers.key.follow(&self.writers.key);
    }
}

const ACQUIRE: VerbCode = VerbCode::of(SyncVerb::Acquire);

/// A writer has the lock.
impl Event<()> for RwObjects {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.writers.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, first: AtHand) -> Option<()> {
        let second = lane.at_hand_after(first, self.readers.key.known())?;
        self.writers.put_alone(lane, ACQUIRE, first);
        self.readers
            .put_alone(lane, ACQUIRE, second.at_the_end_of(lane));
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        let recorded = lane::with(Weight::Sync, |lane| {
            let stack = lane.capture_at(place);
            self.writers.record_alone(lane, ACQUIRE, stack)?;
            self.readers.record_alone(lane, ACQUIRE, stack)
        });
        self.writers.leave_gap_unless(recorded.flatten());
        self.readers.leave_gap_unless(recorded.flatten());
    }
}
