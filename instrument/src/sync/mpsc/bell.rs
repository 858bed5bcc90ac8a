//! A condition that threads wait for, and who need not be told when nobody does.
//!
//! **Invariant:** who waits is counted under the mutex before it is given up. So whoever
//! has made the condition true under the mutex finds everybody counted who did not see it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, MutexGuard, PoisonError};
use std::time::Duration;

/// A condition variable that knows whether anybody waits: std's asks the system.
pub(super) struct Bell {
    condition: Condvar,
    waiting: AtomicUsize,
}

impl Bell {
    /// That nobody waits for.
    pub(super) const fn new() -> Self {
        Self {
            condition: Condvar::new(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Waits once, no longer than that if it is told how long.
    pub(super) fn wait<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        at_most: Option<Duration>,
    ) -> MutexGuard<'a, T> {
        // ORDERING: relaxed, both; under the mutex.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // Nothing panics under the mutex.
        let guard = match at_most {
            None => self.condition.wait(guard),
            Some(time) => match self.condition.wait_timeout(guard, time) {
                Ok((guard, _)) => Ok(guard),
                Err(poisoned) => Err(PoisonError::new(poisoned.into_inner().0)),
            },
        };
        let guard = guard.unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    /// Wakes one who waits, if anybody does.
    #[inline]
    pub(super) fn wake_one(&self) {
        if self.is_awaited() {
            self.condition.notify_one();
        }
    }

    /// Wakes all who wait.
    #[inline]
    pub(super) fn wake_all(&self) {
        if self.is_awaited() {
            self.condition.notify_all();
        }
    }

    #[inline]
    fn is_awaited(&self) -> bool {
        // ORDERING: relaxed; the mutex ordered whoever did not see the condition before.
        self.waiting.load(Ordering::Relaxed) > 0
    }
}
