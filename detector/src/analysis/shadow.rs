//! The shadow of one location: as much of its past as decides which later events race.
//!
//! **Invariant:** while nothing raced and no access was atomic, the shadow is two words
//! (FastTrack, PLDI 2009, with FastTrack2's rules for shared reads); from its first
//! race or atomic access on it holds the last access of every slot in each of the four
//! ways (DJIT+).
//!
//! Why no racy event is missed, although accesses are forgotten. An event is racy
//! if any earlier conflicting access does not happen before it. Whenever an access
//! `a` is forgotten, an access `b` that conflicts with whatever `a` conflicts with
//! is remembered, and `a` happens before `b`:
//!
//! - a write is forgotten for a later write, and before the first race every write
//!   is checked to happen after the one remembered; afterwards only for a later
//!   write of its own slot, which is a chain;
//! - a read is forgotten for a later read that was checked to happen after it, or,
//!   in a shared history, for a later read of its own slot.
//!
//! If `a` does not happen before a later event `e`, neither does `b`, or `a` would
//! happen before `e` through `b`. So `e` is racy by the remembered accesses exactly
//! when it is by all of them. That a location has raced changes nothing in this:
//! widening forgets nothing, and racy accesses are remembered like all others. Nor do
//! atomic accesses, which are only ever forgotten for later ones of their own slot
//! and way.

use super::AccessKind;
use crate::clock::{Epoch, VectorClock};

/// The past of one location.
#[derive(Debug)]
pub(super) enum Shadow {
    /// Nothing raced here, and all accesses were plain.
    RaceFree(Latest),
    /// Something raced here, or was atomic.
    Wide(Box<Histories>),
}

impl Default for Shadow {
    fn default() -> Self {
        Self::RaceFree(Latest::default())
    }
}

impl Shadow {
    /// Checks an access against the past, then adds it. True when it races.
    pub(super) fn access(&mut self, kind: AccessKind, epoch: Epoch, clock: &VectorClock) -> bool {
        match self {
            Self::Wide(histories) => histories.access(kind, epoch, clock),
            Self::RaceFree(latest) if kind.is_atomic() => {
                let mut histories = std::mem::take(latest).widened();
                let races = histories.access(kind, epoch, clock);
                *self = Self::Wide(Box::new(histories));
                races
            }
            Self::RaceFree(latest) => {
                if latest.holds(kind, epoch) {
                    return false;
                }
                if !latest.race(kind, clock) {
                    latest.add(kind, epoch, clock);
                    return false;
                }
                let mut histories = std::mem::take(latest).widened();
                histories.add(kind, epoch);
                *self = Self::Wide(Box::new(histories));
                true
            }
        }
    }
}

/// The accesses of a location that has not raced which every other one of them
/// happens before. All are plain.
#[derive(Debug, Default)]
pub(super) struct Latest {
    write: Option<Epoch>,
    reads: Reads,
}

/// The reads of a location that has not raced.
#[derive(Debug, Default)]
enum Reads {
    /// None yet.
    #[default]
    None,
    /// One that every earlier read happens before.
    Exclusive(Epoch),
    /// The last of each slot. It stays so after a write (FastTrack2), or a location
    /// that is read by many and written by one would change shape at each turn.
    Shared(Box<VectorClock>),
}

impl Latest {
    /// Whether the same access was made in the same epoch: nobody can have come
    /// between without a race, since this thread has released nothing.
    fn holds(&self, kind: AccessKind, epoch: Epoch) -> bool {
        if kind.writes() {
            return self.write == Some(epoch);
        }
        match &self.reads {
            Reads::None => false,
            Reads::Exclusive(read) => *read == epoch,
            Reads::Shared(reads) => reads.time(epoch.slot) == Some(epoch.time),
        }
    }

    fn race(&self, kind: AccessKind, clock: &VectorClock) -> bool {
        let write_unknown = self.write.is_some_and(|write| !clock.knows(write));
        write_unknown || (kind.writes() && !self.reads.leq(clock))
    }

    fn add(&mut self, kind: AccessKind, epoch: Epoch, clock: &VectorClock) {
        if kind.writes() {
            self.write = Some(epoch);
        } else {
            self.reads.add(epoch, clock);
        }
    }

    fn widened(self) -> Histories {
        let mut histories = Histories::default();
        if let Some(write) = self.write {
            histories.writes.learn(write);
        }
        match self.reads {
            Reads::None => {}
            Reads::Exclusive(read) => histories.reads.learn(read),
            Reads::Shared(reads) => histories.reads = *reads,
        }
        histories
    }
}

impl Reads {
    fn leq(&self, clock: &VectorClock) -> bool {
        match self {
            Self::None => true,
            Self::Exclusive(read) => clock.knows(*read),
            Self::Shared(reads) => reads.leq(clock),
        }
    }

    fn add(&mut self, epoch: Epoch, clock: &VectorClock) {
        match self {
            Self::Exclusive(read) if !clock.knows(*read) => {
                let mut both = VectorClock::default();
                both.learn(*read);
                both.learn(epoch);
                *self = Self::Shared(Box::new(both));
            }
            Self::None | Self::Exclusive(_) => *self = Self::Exclusive(epoch),
            Self::Shared(reads) => reads.learn(epoch),
        }
    }
}

/// The last accesses of each slot, in each way.
#[derive(Debug, Default)]
pub(super) struct Histories {
    writes: VectorClock,
    reads: VectorClock,
    atomic_writes: VectorClock,
    atomic_reads: VectorClock,
}

impl Histories {
    /// Checks an access against the past, then adds it. True when it races.
    fn access(&mut self, kind: AccessKind, epoch: Epoch, clock: &VectorClock) -> bool {
        let races = self.race(kind, clock);
        self.add(kind, epoch);
        races
    }

    fn race(&self, kind: AccessKind, clock: &VectorClock) -> bool {
        let past = [
            (AccessKind::Read, &self.reads),
            (AccessKind::Write, &self.writes),
            (AccessKind::AtomicRead, &self.atomic_reads),
            (AccessKind::AtomicWrite, &self.atomic_writes),
        ];
        past.iter()
            .any(|(other, accesses)| kind.conflicts_with(*other) && !accesses.leq(clock))
    }

    fn add(&mut self, kind: AccessKind, epoch: Epoch) {
        match kind {
            AccessKind::Read => self.reads.learn(epoch),
            AccessKind::Write => self.writes.learn(epoch),
            AccessKind::AtomicRead => self.atomic_reads.learn(epoch),
            AccessKind::AtomicWrite => self.atomic_writes.learn(epoch),
        }
    }
}
