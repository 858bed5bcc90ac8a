//! A value that is computed at its first use: the computing happens before every use.
//!
//! **Invariant:** the initialiser is run at most once; a [`OnceLock`] holds its value
//! and makes the edges.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;

use super::once_lock::OnceLock;

/// std's [`LazyLock`](std::sync::LazyLock), recorded: what its initialiser did happens
/// before everything that is done with the value.
///
/// It differs from std in one thing that std leaves open: an initialiser that asks for
/// its own value panics, with both places named, instead of waiting for itself for ever.
///
/// ```
/// use racegate::sync::LazyLock;
///
/// static ICONS: LazyLock<Vec<&str>> = LazyLock::new(|| vec!["spades", "hearts"]);
///
/// assert_eq!(ICONS.len(), 2);
/// ```
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    /// Taken by the one attempt to run it, so that none is left after a panic.
    initialiser: std::sync::Mutex<Option<F>>,
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// As [`std::sync::LazyLock::new`].
    #[track_caller]
    pub const fn new(f: F) -> Self {
        Self {
            value: OnceLock::part_of::<Self>(),
            initialiser: std::sync::Mutex::new(Some(f)),
        }
    }

    /// As [`std::sync::LazyLock::force`].
    ///
    /// # Panics
    ///
    /// When the initialiser does or once did, and when it asks for the value itself.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.value.get_or_init(|| {
            // The guard is gone before the initialiser runs, which may panic.
            let initialiser = this
                .initialiser
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            match initialiser {
                Some(initialiser) => initialiser(),
                None => panic!("LazyLock instance has previously been poisoned"),
            }
        })
    }

    /// As [`std::sync::LazyLock::force_mut`].
    ///
    /// # Panics
    ///
    /// When the initialiser does or once did.
    #[track_caller]
    pub fn force_mut(this: &mut Self) -> &mut T {
        if this.value.get_mut().is_none() {
            Self::force(this);
        }
        this.value.get_mut().expect("force returned the value")
    }
}

impl<T, F> LazyLock<T, F> {
    /// As [`std::sync::LazyLock::get`]. Nothing is recorded when there is no value yet.
    #[track_caller]
    pub fn get(this: &Self) -> Option<&T> {
        this.value.get()
    }

    /// As [`std::sync::LazyLock::get_mut`]. Whoever has it to itself is alone with it:
    /// nothing is recorded.
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        this.value.get_mut()
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.value.set_name(name);
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T, F: FnOnce() -> T> DerefMut for LazyLock<T, F> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        Self::force_mut(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("LazyLock");
        match Self::get(self) {
            Some(value) => shown.field(value),
            None => shown.field(&format_args!("<uninit>")),
        };
        shown.finish()
    }
}
