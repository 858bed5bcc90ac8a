//! One-time execution: what was done once happens before every return that found
//! it done.
//!
//! **Invariant:** a thread that goes on after the closure, whoever ran it, has its
//! release in its past.

use std::fmt;
use std::panic::Location;
use std::sync::OnceState;

use super::completion::Completion;

/// std's [`Once`](std::sync::Once), recorded: the closure happens before the return
/// of every call that found it done.
///
/// It differs from std in one thing that std leaves open: a closure that calls for
/// itself panics, with both places named, instead of waiting for itself for ever.
///
/// ```
/// use racegate::sync::Once;
///
/// static START: Once = Once::new();
///
/// START.call_once(|| println!("once"));
/// START.call_once(|| println!("never"));
/// assert!(START.is_completed());
/// ```
pub struct Once {
    completion: Completion,
    inner: std::sync::Once,
}

#[expect(clippy::new_without_default, reason = "std's has none")]
impl Once {
    /// As [`std::sync::Once::new`].
    #[track_caller]
    pub const fn new() -> Self {
        Self {
            completion: Completion::new::<Self>(),
            inner: std::sync::Once::new(),
        }
    }

    /// As [`std::sync::Once::call_once`].
    ///
    /// # Panics
    ///
    /// When the closure does or once did, and when it calls for itself.
    #[track_caller]
    pub fn call_once<F>(&self, f: F)
    where
        F: FnOnce(),
    {
        let site = Location::caller();
        self.call(site, |ran| {
            self.inner.call_once(|| {
                *ran = true;
                self.completion.initialise(site, f);
            });
        });
    }

    /// As [`std::sync::Once::call_once_force`].
    ///
    /// # Panics
    ///
    /// When the closure does, and when it calls for itself.
    #[track_caller]
    pub fn call_once_force<F>(&self, f: F)
    where
        F: FnOnce(&OnceState),
    {
        let site = Location::caller();
        self.call(site, |ran| {
            self.inner.call_once_force(|state| {
                *ran = true;
                self.completion.initialise(site, || f(state));
            });
        });
    }

    /// As [`std::sync::Once::is_completed`]. Who is told so comes after the closure.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        let completed = self.inner.is_completed();
        if completed {
            self.completion.observed(Location::caller());
        }
        completed
    }

    /// As [`std::sync::Once::wait`].
    ///
    /// # Panics
    ///
    /// When the closure panicked, and when it waits for itself.
    #[track_caller]
    pub fn wait(&self) {
        self.call(Location::caller(), |_| self.inner.wait());
    }

    /// As [`std::sync::Once::wait_force`].
    ///
    /// # Panics
    ///
    /// When the closure waits for itself.
    #[track_caller]
    pub fn wait_force(&self) {
        self.call(Location::caller(), |_| self.inner.wait_force());
    }

    /// Records what `call` does, which says whether it ran the closure itself.
    #[track_caller]
    fn call(&self, site: &'static Location<'static>, call: impl FnOnce(&mut bool)) {
        let mut ran = false;
        if !self.inner.is_completed() {
            self.completion.before_waiting();
            call(&mut ran);
        }
        if !ran {
            self.completion.observed(site);
        }
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.completion.set_name(name);
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
