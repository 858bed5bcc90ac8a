//! A cell that is written once: the writing happens before every reading.
//!
//! **Invariant:** a thread that was handed the value has its initialiser's release in
//! its past.

use std::fmt;
use std::panic::Location;

use super::completion::Completion;

/// std's [`OnceLock`](std::sync::OnceLock), recorded: what its initialiser did happens
/// before everything that is done with the value.
///
/// It differs from std in one thing that std leaves open: an initialiser that asks for
/// its own value panics, with both places named, instead of waiting for itself for ever.
///
/// ```
/// use racegate::sync::OnceLock;
///
/// static ICONS: OnceLock<Vec<&str>> = OnceLock::new();
///
/// assert_eq!(ICONS.get(), None);
/// assert_eq!(ICONS.get_or_init(|| vec!["spades", "hearts"]).len(), 2);
/// assert_eq!(ICONS.set(vec![]), Err(vec![]));
/// ```
pub struct OnceLock<T> {
    completion: Completion,
    inner: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    /// As [`std::sync::OnceLock::new`].
    #[track_caller]
    pub const fn new() -> Self {
        Self::part_of::<Self>()
    }

    /// As [`std::sync::OnceLock::get`]. Nothing is recorded when there is no value yet.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        let value = self.inner.get();
        if value.is_some() {
            self.completion.observed(Location::caller());
        }
        value
    }

    /// As [`std::sync::OnceLock::get_mut`]. Whoever has the cell to itself is alone
    /// with it: nothing is recorded.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.inner.get_mut()
    }

    /// As [`std::sync::OnceLock::wait`].
    ///
    /// # Panics
    ///
    /// When the initialiser itself waits for the value.
    #[track_caller]
    pub fn wait(&self) -> &T {
        if self.inner.get().is_none() {
            self.completion.before_waiting();
        }
        let value = self.inner.wait();
        self.completion.observed(Location::caller());
        value
    }

    /// As [`std::sync::OnceLock::set`].
    ///
    /// # Errors
    ///
    /// When there is a value already; the error holds the new one.
    ///
    /// # Panics
    ///
    /// When the initialiser itself sets the value.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("an initialiser runs once"));
        match value {
            None => Ok(()),
            Some(value) => Err(value),
        }
    }

    /// As [`std::sync::OnceLock::get_or_init`].
    ///
    /// # Panics
    ///
    /// When `f` does, and when it asks for the value itself.
    #[track_caller]
    pub fn get_or_init<F>(&self, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        let site = Location::caller();
        if let Some(value) = self.inner.get() {
            self.completion.observed(site);
            return value;
        }
        self.completion.before_waiting();
        let mut ran = false;
        let value = self.inner.get_or_init(|| {
            ran = true;
            self.completion.initialise(site, f)
        });
        if !ran {
            self.completion.observed(site);
        }
        value
    }

    /// As [`std::sync::OnceLock::into_inner`]. Whoever owns the cell is alone with it:
    /// nothing is recorded.
    pub fn into_inner(self) -> Option<T> {
        self.inner.into_inner()
    }

    /// As [`std::sync::OnceLock::take`]. Whoever has the cell to itself is alone with
    /// it: nothing is recorded.
    pub fn take(&mut self) -> Option<T> {
        self.inner.take()
    }

    /// An empty cell that is known as a `Whole`, made by the caller.
    #[track_caller]
    pub(super) const fn part_of<Whole>() -> Self {
        Self {
            completion: Completion::new::<Whole>(),
            inner: std::sync::OnceLock::new(),
        }
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.completion.set_name(name);
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("OnceLock");
        match self.get() {
            Some(value) => shown.field(value),
            None => shown.field(&format_args!("<uninit>")),
        };
        shown.finish()
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    /// A cell of its own, with a clone of the value if there is one.
    #[track_caller]
    fn clone(&self) -> Self {
        match self.get() {
            Some(value) => Self::from(value.clone()),
            None => Self::new(),
        }
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self {
            completion: Completion::new::<Self>(),
            inner: std::sync::OnceLock::from(value),
        }
    }
}

impl<T: PartialEq> PartialEq for OnceLock<T> {
    #[track_caller]
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceLock<T> {}
