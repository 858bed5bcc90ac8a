//! A condition variable: it orders nothing by itself.
//!
//! **Invariant:** a wait is a release of its mutex before the real wait and an
//! acquire after it, however it ended: notified, timed out, or for no reason. A
//! notification is not recorded: what the waiter learns, it learns from the mutex.

use std::fmt;
use std::panic::Location;
use std::sync::{LockResult, WaitTimeoutResult};
use std::time::{Duration, Instant};

use super::mutex::MutexGuard;
use super::poison::carry;

/// std's [`Condvar`](std::sync::Condvar) for the recorded
/// [`Mutex`](super::Mutex).
///
/// ```
/// use racegate::sync::{Condvar, Mutex};
///
/// let (ready, changed) = (Mutex::new(false), Condvar::new());
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         *ready.lock().unwrap() = true;
///         changed.notify_one();
///     });
///     let seen = changed.wait_while(ready.lock().unwrap(), |ready| !*ready).unwrap();
///     assert!(*seen);
/// });
/// ```
pub struct Condvar {
    inner: std::sync::Condvar,
}

impl Condvar {
    /// As [`std::sync::Condvar::new`].
    pub const fn new() -> Self {
        Self {
            inner: std::sync::Condvar::new(),
        }
    }

    /// As [`std::sync::Condvar::wait`].
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the guard.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let waited = guard.while_waiting(Location::caller(), |inner| {
            carry(self.inner.wait(inner), |inner| (inner, ()))
        });
        carry(waited, |(guard, ())| guard)
    }

    /// As [`std::sync::Condvar::wait_while`]. Each wait in it is recorded.
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the guard.
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// As [`std::sync::Condvar::wait_timeout_ms`].
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the guard.
    #[deprecated(note = "replaced by `Condvar::wait_timeout`")]
    #[track_caller]
    pub fn wait_timeout_ms<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        ms: u32,
    ) -> LockResult<(MutexGuard<'a, T>, bool)> {
        let waited = self.wait_timeout(guard, Duration::from_millis(u64::from(ms)));
        carry(waited, |(guard, result)| (guard, !result.timed_out()))
    }

    /// As [`std::sync::Condvar::wait_timeout`].
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the guard.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        guard.while_waiting(Location::caller(), |inner| {
            self.inner.wait_timeout(inner, dur)
        })
    }

    /// As [`std::sync::Condvar::wait_timeout_while`]. Each wait in it is recorded.
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the guard.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        dur: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let start = Instant::now();
        loop {
            if !condition(&mut *guard) {
                return Ok((guard, wait_result(false)));
            }
            let Some(left) = dur.checked_sub(start.elapsed()) else {
                return Ok((guard, wait_result(true)));
            };
            guard = self.wait_timeout(guard, left)?.0;
        }
    }

    /// As [`std::sync::Condvar::notify_one`]. It orders nothing and is not recorded.
    pub fn notify_one(&self) {
        self.inner.notify_one();
    }

    /// As [`std::sync::Condvar::notify_all`]. It orders nothing and is not recorded.
    pub fn notify_all(&self) {
        self.inner.notify_all();
    }
}

/// std's word for a wait that timed out or did not, which std alone can say: of a
/// wait for nothing, on a mutex of its own.
fn wait_result(timed_out: bool) -> WaitTimeoutResult {
    let nothing = std::sync::Mutex::new(());
    let guard = nothing.lock().expect("a new mutex is not poisoned");
    std::sync::Condvar::new()
        .wait_timeout_while(guard, Duration::ZERO, |()| timed_out)
        .expect("nobody else has the mutex")
        .1
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}
