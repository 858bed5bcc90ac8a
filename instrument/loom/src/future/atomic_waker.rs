//! A waker that threads share.

use std::task::Waker;

use crate::sync::{Mutex, PoisonError};

/// A waker that threads share. Registering it happens before it is woken.
#[derive(Debug)]
pub struct AtomicWaker {
    waker: Mutex<Option<Waker>>,
}

impl AtomicWaker {
    /// None yet.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self {
            waker: Mutex::new(None),
        }
    }

    /// Keeps a waker in place of the one before.
    #[track_caller]
    pub fn register(&self, waker: Waker) {
        let before = self.lock().replace(waker);
        drop(before);
    }

    /// Keeps a clone of a waker.
    #[track_caller]
    pub fn register_by_ref(&self, waker: &Waker) {
        self.register(waker.clone());
    }

    /// Takes the waker and wakes it.
    #[track_caller]
    pub fn wake(&self) {
        if let Some(waker) = self.take_waker() {
            waker.wake();
        }
    }

    /// Takes the waker.
    #[track_caller]
    pub fn take_waker(&self) -> Option<Waker> {
        self.lock().take()
    }

    #[track_caller]
    fn lock(&self) -> crate::sync::MutexGuard<'_, Option<Waker>> {
        let lock = self.waker.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for AtomicWaker {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}
