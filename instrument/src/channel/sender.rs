//! The sending side.
//!
//! **Invariant:** that a sender leaves is recorded before it does.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::attempt::Attempt;
use super::ends::{Ends, Site};
use super::{SendError, SendTimeoutError, TrySendError};
use super::{bounded, rendezvous, unbounded};

/// crossbeam's [`Sender`](crossbeam_channel::Sender), recorded.
///
/// Its drop is recorded at the place where it was made.
///
/// ```
/// use racegate::channel::unbounded;
///
/// let (sender, receiver) = unbounded();
/// for worker in 0..2 {
///     let sender = sender.clone();
///     std::thread::spawn(move || sender.send(worker).expect("the receiver is there"));
/// }
/// drop(sender);
/// assert_eq!(receiver.iter().sum::<i32>(), 1);
/// ```
pub struct Sender<T> {
    flavor: SenderFlavor<T>,
    ends: Arc<Ends>,
    made_at: Site,
}

/// The sending side of each kind of channel.
pub(super) enum SenderFlavor<T> {
    Unbounded(unbounded::Sender<T>),
    Bounded(bounded::Sender<T>),
    Rendezvous(rendezvous::Sender<T>),
}

impl<T> Sender<T> {
    pub(super) fn new(flavor: SenderFlavor<T>, ends: Arc<Ends>, made_at: Site) -> Self {
        Self {
            flavor,
            ends,
            made_at,
        }
    }

    /// Sends a message, waiting until there is room.
    ///
    /// # Errors
    ///
    /// When no receiver is left; the error holds the message.
    #[track_caller]
    pub fn send(&self, msg: T) -> Result<(), SendError<T>> {
        self.send_by(Attempt::Blocking, msg, Location::caller())
            .map_err(|failed| SendError(failed.into_inner()))
    }

    /// Sends a message if there is room, or, with capacity zero, a receiver waits.
    ///
    /// # Errors
    ///
    /// When there is no room, or no receiver is left; the error holds the message.
    #[track_caller]
    pub fn try_send(&self, msg: T) -> Result<(), TrySendError<T>> {
        self.send_by(Attempt::Once, msg, Location::caller())
            .map_err(|failed| match failed {
                SendTimeoutError::Timeout(msg) => TrySendError::Full(msg),
                SendTimeoutError::Disconnected(msg) => TrySendError::Disconnected(msg),
            })
    }

    /// Sends a message, waiting for room for so long at most.
    ///
    /// # Errors
    ///
    /// When the time is over, or no receiver is left; the error holds the message.
    #[track_caller]
    pub fn send_timeout(&self, msg: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_by(Attempt::within(timeout), msg, Location::caller())
    }

    /// Sends a message, waiting for room until then at most.
    ///
    /// # Errors
    ///
    /// When the time is over, or no receiver is left; the error holds the message.
    #[track_caller]
    pub fn send_deadline(&self, msg: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_by(Attempt::Until(deadline), msg, Location::caller())
    }

    /// Whether there is no message in the channel; with capacity zero, there never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room; with capacity zero, there never is.
    #[must_use]
    pub fn is_full(&self) -> bool {
        Some(self.len()) == self.capacity()
    }

    /// The number of messages in the channel.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.flavor {
            SenderFlavor::Unbounded(sender) => sender.inner().len(),
            SenderFlavor::Bounded(sender) => sender.len(),
            SenderFlavor::Rendezvous(_) => 0,
        }
    }

    /// The capacity, if there is a bound.
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        match &self.flavor {
            SenderFlavor::Unbounded(_) => None,
            SenderFlavor::Bounded(sender) => Some(sender.capacity()),
            SenderFlavor::Rendezvous(_) => Some(0),
        }
    }

    /// Whether the two send into the same channel.
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ends, &other.ends)
    }

    pub(super) fn flavor(&self) -> &SenderFlavor<T> {
        &self.flavor
    }

    pub(super) fn send_by(
        &self,
        attempt: Attempt<'_>,
        message: T,
        site: Site,
    ) -> Result<(), SendTimeoutError<T>> {
        let sent = match &self.flavor {
            SenderFlavor::Unbounded(sender) => sender.send(message, attempt, site),
            SenderFlavor::Bounded(sender) => sender.send(message, attempt, site),
            SenderFlavor::Rendezvous(sender) => sender.send(message, attempt, site),
        };
        if let Err(SendTimeoutError::Disconnected(_)) = &sent {
            self.ends.receivers_are_gone(site);
        }
        sent
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.ends.sender_leaves(self.made_at);
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let flavor = match &self.flavor {
            SenderFlavor::Unbounded(sender) => SenderFlavor::Unbounded(sender.clone()),
            SenderFlavor::Bounded(sender) => SenderFlavor::Bounded(sender.clone()),
            SenderFlavor::Rendezvous(sender) => SenderFlavor::Rendezvous(sender.clone()),
        };
        Self::new(flavor, Arc::clone(&self.ends), Location::caller())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("Sender { .. }")
    }
}
