//! Statics of one run of a model.

use std::fmt;
use std::sync::Arc;

use racegate::annotate::Named;
use racegate::sync::OnceLock;
pub use racegate::thread::AccessError;

use crate::execution;

/// A static that is made at its first use in each run, and dropped after it.
pub struct Lazy<T> {
    /// What reports call it.
    name: &'static str,
    init: fn() -> T,
    /// Of uses outside of any model.
    outside: std::sync::OnceLock<T>,
}

impl<T: 'static> Lazy<T> {
    /// What [`lazy_static!`](crate::lazy_static!) expands to.
    #[doc(hidden)]
    pub const fn __new(name: &'static str, init: fn() -> T) -> Self {
        Self {
            name,
            init,
            outside: std::sync::OnceLock::new(),
        }
    }

    /// The value of this run. Its making happens before every use.
    pub fn get(&'static self) -> &'static T
    where
        T: Send + Sync,
    {
        let Some(execution) = execution::current() else {
            return self.outside.get_or_init(self.init);
        };
        let address = std::ptr::from_ref(self).addr();
        let made = execution.lazy(address, || Arc::new(OnceLock::<T>::new().named(self.name)));
        let once: &OnceLock<T> = made.downcast_ref().expect("an address has one static");
        let value: *const T = once.get_or_init(self.init);
        // SAFETY: the run keeps the value, which does not move, until its threads have
        // ended, with their thread-locals: whoever holds the reference longer was refused,
        // since a thread that has not ended fails the run, whose statics then stay for ever.
        unsafe { &*value }
    }
}

impl<T> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lazy").finish_non_exhaustive()
    }
}
