//! The receiving side.
//!
//! **Invariant:** that a receiver leaves is recorded before it does.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::attempt::Attempt;
use super::ends::{Ends, Site};
use super::{IntoIter, Iter, TryIter};
use super::{RecvError, RecvTimeoutError, TryRecvError};
use super::{bounded, rendezvous, unbounded};

/// crossbeam's [`Receiver`](crossbeam_channel::Receiver), recorded.
///
/// Its drop is recorded at the place where it was made.
///
/// ```
/// use racegate::channel::unbounded;
///
/// let (sender, receiver) = unbounded();
/// let worker = std::thread::spawn(move || receiver.iter().count());
/// sender.send("one").and_then(|()| sender.send("two")).expect("the receiver is there");
/// drop(sender);
/// assert_eq!(worker.join().expect("nothing panics"), 2);
/// ```
pub struct Receiver<T> {
    flavor: ReceiverFlavor<T>,
    /// None for a channel that has no other side.
    ends: Option<Arc<Ends>>,
    made_at: Site,
}

/// The receiving side of each kind of channel.
pub(super) enum ReceiverFlavor<T> {
    Unbounded(unbounded::Receiver<T>),
    Bounded(bounded::Receiver<T>),
    Rendezvous(rendezvous::Receiver<T>),
    /// What crossbeam itself sends into, or nobody.
    Timed(crossbeam_channel::Receiver<T>),
}

impl<T> Receiver<T> {
    pub(super) fn new(flavor: ReceiverFlavor<T>, ends: Option<Arc<Ends>>, made_at: Site) -> Self {
        Self {
            flavor,
            ends,
            made_at,
        }
    }

    pub(super) const fn timed(inner: crossbeam_channel::Receiver<T>, made_at: Site) -> Self {
        Self {
            flavor: ReceiverFlavor::Timed(inner),
            ends: None,
            made_at,
        }
    }

    /// Receives a message, waiting until there is one.
    ///
    /// # Errors
    ///
    /// When the channel is empty and no sender is left.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.receive_by(Attempt::Blocking, Location::caller())
            .map_err(|_disconnected| RecvError)
    }

    /// Receives a message if there is one, or, with capacity zero, a sender waits.
    ///
    /// # Errors
    ///
    /// When the channel is empty; the error tells whether a sender is left.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.receive_by(Attempt::Once, Location::caller())
            .map_err(|failed| match failed {
                RecvTimeoutError::Timeout => TryRecvError::Empty,
                RecvTimeoutError::Disconnected => TryRecvError::Disconnected,
            })
    }

    /// Receives a message, waiting for one for so long at most.
    ///
    /// # Errors
    ///
    /// When the time is over, or the channel is empty and no sender is left.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.receive_by(Attempt::within(timeout), Location::caller())
    }

    /// Receives a message, waiting for one until then at most.
    ///
    /// # Errors
    ///
    /// When the time is over, or the channel is empty and no sender is left.
    #[track_caller]
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.receive_by(Attempt::Until(deadline), Location::caller())
    }

    /// Whether there is no message in the channel; with capacity zero, there never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room; with capacity zero, there never is.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match &self.flavor {
            ReceiverFlavor::Timed(receiver) => receiver.is_full(),
            ReceiverFlavor::Unbounded(_)
            | ReceiverFlavor::Bounded(_)
            | ReceiverFlavor::Rendezvous(_) => Some(self.len()) == self.capacity(),
        }
    }

    /// The number of messages in the channel.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.flavor {
            ReceiverFlavor::Unbounded(receiver) => receiver.inner().len(),
            ReceiverFlavor::Bounded(receiver) => receiver.len(),
            ReceiverFlavor::Rendezvous(_) => 0,
            ReceiverFlavor::Timed(receiver) => receiver.len(),
        }
    }

    /// The capacity, if there is a bound.
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        match &self.flavor {
            ReceiverFlavor::Unbounded(_) => None,
            ReceiverFlavor::Bounded(receiver) => Some(receiver.capacity()),
            ReceiverFlavor::Rendezvous(_) => Some(0),
            ReceiverFlavor::Timed(receiver) => receiver.capacity(),
        }
    }

    /// The messages as they come, until no sender is left.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { receiver: self }
    }

    /// The messages that are there, without waiting for another one.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { receiver: self }
    }

    /// Whether the two receive from the same channel.
    #[must_use]
    pub fn same_channel(&self, other: &Self) -> bool {
        if let (ReceiverFlavor::Timed(one), ReceiverFlavor::Timed(other)) =
            (&self.flavor, &other.flavor)
        {
            return one.same_channel(other);
        }
        match (&self.ends, &other.ends) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, _) | (_, None) => false,
        }
    }

    pub(super) fn flavor(&self) -> &ReceiverFlavor<T> {
        &self.flavor
    }

    pub(super) fn receive_by(
        &self,
        attempt: Attempt<'_>,
        site: Site,
    ) -> Result<T, RecvTimeoutError> {
        let received = match &self.flavor {
            ReceiverFlavor::Unbounded(receiver) => receiver.receive(attempt, site),
            ReceiverFlavor::Bounded(receiver) => receiver.receive(attempt, site),
            ReceiverFlavor::Rendezvous(receiver) => receiver.receive(attempt, site),
            ReceiverFlavor::Timed(receiver) => attempt.receive(receiver),
        };
        if let (Err(RecvTimeoutError::Disconnected), Some(ends)) = (&received, &self.ends) {
            ends.senders_are_gone(site);
        }
        received
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if let Some(ends) = &self.ends {
            ends.receiver_leaves(self.made_at);
        }
    }
}

impl<T> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let flavor = match &self.flavor {
            ReceiverFlavor::Unbounded(receiver) => ReceiverFlavor::Unbounded(receiver.clone()),
            ReceiverFlavor::Bounded(receiver) => ReceiverFlavor::Bounded(receiver.clone()),
            ReceiverFlavor::Rendezvous(receiver) => ReceiverFlavor::Rendezvous(receiver.clone()),
            ReceiverFlavor::Timed(receiver) => ReceiverFlavor::Timed(receiver.clone()),
        };
        Self::new(flavor, self.ends.clone(), Location::caller())
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("Receiver { .. }")
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
        IntoIter { receiver: self }
    }
}
