//! The receiving half and its iterators.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{Location, RefUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::{RecvError, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use super::channel::{Channel, Patience, Site};

/// The receiving half of a channel. There is one.
///
/// ```
/// let (sender, receiver) = racegate::sync::mpsc::channel();
/// sender.send(5).expect("the receiver is there");
/// drop(sender);
/// assert_eq!(receiver.into_iter().collect::<Vec<_>>(), [5]);
/// ```
///
/// It may be sent to another thread, but not shared with one:
///
/// ```compile_fail,E0277
/// let (_, receiver) = racegate::sync::mpsc::channel::<u8>();
/// std::thread::scope(|scope| scope.spawn(|| receiver.recv()).join());
/// ```
pub struct Receiver<T> {
    channel: Arc<Channel<T>>,
    /// The place that a drop, which has no caller, is told by.
    made_at: Site,
    // Not to be shared between threads, as in std.
    not_sync: PhantomData<Cell<()>>,
}

// A panic leaves a channel whole; only the marker above says otherwise.
impl<T> RefUnwindSafe for Receiver<T> {}

impl<T> Receiver<T> {
    #[track_caller]
    pub(super) fn new(channel: Arc<Channel<T>>) -> Self {
        Self {
            channel,
            made_at: Location::caller(),
            not_sync: PhantomData,
        }
    }

    /// Receives a value if one is there.
    ///
    /// # Errors
    ///
    /// When none is, or never will be.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let received = self.channel.receive(Patience::None, Location::caller());
        received.map_err(|error| match error {
            RecvTimeoutError::Timeout => TryRecvError::Empty,
            RecvTimeoutError::Disconnected => TryRecvError::Disconnected,
        })
    }

    /// Waits for a value.
    ///
    /// # Errors
    ///
    /// When none is there and every sender is gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        let received = self.channel.receive(Patience::Endless, Location::caller());
        received.map_err(|_| RecvError)
    }

    /// Waits for a value for no longer than this.
    ///
    /// # Errors
    ///
    /// When none came in time, or none is there and every sender is gone.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        // A time beyond all clocks is no limit.
        let patience = Instant::now()
            .checked_add(timeout)
            .map_or(Patience::Endless, Patience::Until);
        self.channel.receive(patience, Location::caller())
    }

    /// Values, waiting for each, until every sender is gone.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { rx: self }
    }

    /// The values that are there.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { rx: self }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.channel.drop_receiver(self.made_at);
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}

/// What [`Receiver::iter`] returns.
#[derive(Debug)]
pub struct Iter<'a, T> {
    rx: &'a Receiver<T>,
}

/// What [`Receiver::try_iter`] returns.
#[derive(Debug)]
pub struct TryIter<'a, T> {
    rx: &'a Receiver<T>,
}

/// What a [`Receiver`] becomes as an iterator.
#[derive(Debug)]
pub struct IntoIter<T> {
    rx: Receiver<T>,
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter { rx: self }
    }
}
