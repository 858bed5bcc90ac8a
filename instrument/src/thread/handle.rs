//! The handle of a thread.

use std::fmt;
use std::panic::Location;
use std::thread::ThreadId;

use super::own_parker;
use super::park::Parker;

/// A thread; [`std::thread::Thread`]'s twin.
///
/// ```
/// let here = racegate::thread::current();
/// assert_eq!(here.id(), std::thread::current().id());
/// ```
#[derive(Clone)]
pub struct Thread {
    real: std::thread::Thread,
    parker: Parker,
}

/// The thread that calls.
#[must_use]
pub fn current() -> Thread {
    Thread::new(std::thread::current(), own_parker::get())
}

impl Thread {
    pub(super) fn new(real: std::thread::Thread, parker: Parker) -> Self {
        Self { real, parker }
    }

    /// Lets its park return, this one or the next. What the caller did before is
    /// ordered before what follows that park.
    #[track_caller]
    pub fn unpark(&self) {
        self.parker.give(Location::caller());
        self.real.unpark();
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> ThreadId {
        self.real.id()
    }

    /// Its name, if it was given one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.real.name()
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
