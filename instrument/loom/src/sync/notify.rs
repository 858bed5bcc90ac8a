//! A notification that one waiter takes.

use super::{Condvar, Mutex, PoisonError};

/// A notification that one waiter takes. What was done before it happens before what
/// follows the wait.
///
/// ```
/// use loom::sync::{Arc, Notify};
///
/// loom::model(|| {
///     let ready = Arc::new(Notify::new());
///     let waiter = Arc::clone(&ready);
///     let thread = loom::thread::spawn(move || waiter.wait());
///     ready.notify();
///     thread.join().unwrap();
/// });
/// ```
#[derive(Debug)]
pub struct Notify {
    is_notified: Mutex<bool>,
    changed: Condvar,
}

impl Notify {
    /// None yet.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self {
            is_notified: Mutex::new(false),
            changed: Condvar::new(),
        }
    }

    /// Notifies one waiter, or the next one that comes.
    #[track_caller]
    pub fn notify(&self) {
        let lock = self.is_notified.lock();
        *lock.unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }

    /// Waits for a notification and takes it.
    #[track_caller]
    pub fn wait(&self) {
        let lock = self.is_notified.lock();
        let mut is_notified = lock.unwrap_or_else(PoisonError::into_inner);
        while !*is_notified {
            let woken = self.changed.wait(is_notified);
            is_notified = woken.unwrap_or_else(PoisonError::into_inner);
        }
        *is_notified = false;
    }
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}
