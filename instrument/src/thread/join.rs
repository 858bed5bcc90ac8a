//! The handle to join a thread.

use std::fmt;
use std::thread::Result;

use super::builder::Remaining;
use super::handle::Thread;
use super::outcome::Outcome;
use crate::recorder::Joinable;

/// The right to join a thread; [`std::thread::JoinHandle`]'s twin.
///
/// ```
/// use racegate::cell::RaceCell;
/// use std::sync::Arc;
///
/// let balance = Arc::new(RaceCell::new(0));
/// let alice = racegate::thread::spawn({
///     let balance = Arc::clone(&balance);
///     move || balance.set(200)
/// });
/// alice.join().unwrap();
/// assert_eq!(balance.get(), 200);
/// ```
pub struct JoinHandle<T> {
    real: std::thread::JoinHandle<Outcome<'static, T>>,
    thread: Thread,
    joinable: Option<Joinable>,
}

impl<T> JoinHandle<T> {
    pub(super) fn new(
        real: std::thread::JoinHandle<Outcome<'static, T>>,
        remaining: Remaining,
    ) -> Self {
        let (thread, joinable) = remaining.with_real(real.thread());
        Self {
            real,
            thread,
            joinable,
        }
    }

    /// The thread.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// The number that it has in its recording, if it is in one. For whoever tells of a
    /// recording that is not over.
    #[doc(hidden)]
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.joinable.as_ref().map(Joinable::number)
    }

    /// Waits for the thread to end, its thread-locals' destructors included. All
    /// that it did is ordered before what the caller does next.
    ///
    /// # Errors
    ///
    /// The payload, when the thread panicked.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let result = self.real.join();
        if let Some(joinable) = self.joinable {
            joinable.joined();
        }
        result.map(Outcome::joined)
    }

    /// Whether its closure has returned. This makes no edge; only a join does.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.real.is_finished()
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

#[cfg(unix)]
impl<T> std::os::unix::thread::JoinHandleExt for JoinHandle<T> {
    fn as_pthread_t(&self) -> std::os::unix::thread::RawPthread {
        self.real.as_pthread_t()
    }

    /// A join by other means than [`JoinHandle::join`] is not seen.
    fn into_pthread_t(self) -> std::os::unix::thread::RawPthread {
        self.real.into_pthread_t()
    }
}
