//! A barrier: what a thread did before it arrived happens before what any thread of
//! the same round does after it left.
//!
//! **Invariant:** a round's leavers acquire exactly what its arrivers released.
//!
//! std tells a thread only after the round which round it was in, and its rounds
//! overlap: a slow leaver may still be on its way out when the next round is complete,
//! so that what it acquires could be later than what it knows. So this barrier counts
//! for itself, and its one object speaks for one round at a time:
//!
//! * The arrivals are recorded under the barrier's lock. The first of a round
//!   *replaces* what the object held (a release), the others merge into it. So the
//!   object holds what this round's threads did, and nothing of a round before: where
//!   other threads take part in the next round, nothing orders them with this one.
//! * A thread may arrive only when the last round's threads have all recorded that
//!   they left. So no leaver acquires from an arrival of a later round.
//!
//! The second rule makes nobody wait who would not have waited with std, as long as
//! the threads that use the barrier are as many as it is for: then a round cannot end
//! before the last round's leavers have arrived again. Where there are more of them
//! an arrival waits for leavers that are about to leave, and wait for nothing.

use std::fmt;
use std::panic::Location;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use crate::recorder::Object;

/// std's [`Barrier`](std::sync::Barrier), recorded: what each thread did before it
/// arrived happens before what any of them does after it left.
///
/// ```
/// use racegate::sync::Barrier;
///
/// let barrier = Barrier::new(2);
/// let leaders = std::thread::scope(|scope| {
///     let other = scope.spawn(|| barrier.wait().is_leader());
///     usize::from(barrier.wait().is_leader()) + usize::from(other.join().unwrap())
/// });
/// assert_eq!(leaders, 1);
/// ```
pub struct Barrier {
    object: Object,
    threads: usize,
    rounds: Mutex<Rounds>,
    changed: Condvar,
}

/// How far a barrier's threads are.
struct Rounds {
    /// Complete ones, counted around.
    completed: usize,
    /// Threads that arrived in the present round.
    arrived: usize,
    /// Threads of the last complete round that have not left yet.
    leaving: usize,
}

/// What [`Barrier::wait`] returns: one thread of each round is its leader.
///
/// ```
/// assert!(racegate::sync::Barrier::new(1).wait().is_leader());
/// ```
pub struct BarrierWaitResult {
    leader: bool,
}

impl Barrier {
    /// As [`std::sync::Barrier::new`].
    #[track_caller]
    pub const fn new(n: usize) -> Self {
        Self {
            object: Object::new::<Self>(ObjectClass::Barrier),
            threads: n,
            rounds: Mutex::new(Rounds {
                completed: 0,
                arrived: 0,
                leaving: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// As [`std::sync::Barrier::wait`].
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let site = Location::caller();
        let rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rounds = self.wait_while(rounds, |rounds| rounds.leaving > 0);
        self.object.step(arrival(&rounds), site);
        rounds.arrived += 1;
        let leader = rounds.arrived >= self.threads;
        if leader {
            rounds.completed = rounds.completed.wrapping_add(1);
            rounds.leaving = std::mem::take(&mut rounds.arrived);
            self.changed.notify_all();
        } else {
            let completed = rounds.completed;
            rounds = self.wait_while(rounds, |rounds| rounds.completed == completed);
        }
        self.object.step(SyncVerb::Acquire, site);
        rounds.leaving -= 1;
        if rounds.leaving == 0 {
            self.changed.notify_all();
        }
        BarrierWaitResult { leader }
    }

    fn wait_while<'a>(
        &self,
        rounds: MutexGuard<'a, Rounds>,
        mut condition: impl FnMut(&Rounds) -> bool,
    ) -> MutexGuard<'a, Rounds> {
        self.changed
            .wait_while(rounds, |rounds| condition(rounds))
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.object.set_name(name);
    }
}

/// The first arrival of a round replaces what the object held of the last one.
fn arrival(rounds: &Rounds) -> SyncVerb {
    if rounds.arrived == 0 {
        SyncVerb::Release
    } else {
        SyncVerb::ReleaseMerge
    }
}

impl BarrierWaitResult {
    /// As [`std::sync::BarrierWaitResult::is_leader`].
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.leader
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}

impl fmt::Debug for BarrierWaitResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierWaitResult")
            .field("is_leader", &self.leader)
            .finish()
    }
}
