//! Selection: one of several operations, whichever can go ahead.
//!
//! **Invariant:** only an operation that is completed is recorded, and as if it
//! had been called by itself; to select, to be ready or to time out orders nothing.

use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

use super::attempt::Attempt;
use super::receiver::ReceiverFlavor;
use super::sender::SenderFlavor;
use super::{ReadyTimeoutError, SelectTimeoutError, TryReadyError, TrySelectError};
use super::{Receiver, RecvError, SendError, Sender};

/// crossbeam's [`Select`](crossbeam_channel::Select), over recorded channels.
///
/// ```
/// use racegate::channel::{Select, unbounded};
///
/// let (sender, receiver) = unbounded();
/// sender.send(1).expect("the receiver is there");
///
/// let mut select = Select::new();
/// let receives = select.recv(&receiver);
/// let selected = select.select();
/// assert_eq!(selected.index(), receives);
/// assert_eq!(selected.recv(&receiver), Ok(1));
/// ```
#[derive(Clone, Default)]
pub struct Select<'a> {
    inner: crossbeam_channel::Select<'a>,
}

/// crossbeam's [`SelectedOperation`](crossbeam_channel::SelectedOperation): an
/// operation that can go ahead and has to be completed.
///
/// ```
/// use racegate::channel::{Select, bounded};
///
/// let (sender, receiver) = bounded(1);
/// let mut select = Select::new();
/// select.send(&sender);
/// let selected = select.try_select().expect("there is room");
/// selected.send(&sender, 1).expect("the receiver is there");
/// assert_eq!(receiver.recv(), Ok(1));
/// ```
#[must_use]
pub struct SelectedOperation<'a> {
    inner: crossbeam_channel::SelectedOperation<'a>,
}

impl<'a> Select<'a> {
    /// An empty list of operations.
    #[must_use]
    pub fn new() -> Self {
        Self {
            inner: crossbeam_channel::Select::new(),
        }
    }

    /// An empty list of operations, of which the first that can go ahead is selected.
    #[must_use]
    pub fn new_biased() -> Self {
        Self {
            inner: crossbeam_channel::Select::new_biased(),
        }
    }

    /// Adds a send; its index.
    pub fn send<T>(&mut self, s: &'a Sender<T>) -> usize {
        match s.flavor() {
            SenderFlavor::Unbounded(sender) => self.inner.send(sender.inner()),
            SenderFlavor::Bounded(sender) => self.inner.recv(sender.permits()),
            SenderFlavor::Rendezvous(sender) => self.inner.send(sender.inner()),
        }
    }

    /// Adds a receive; its index.
    pub fn recv<T>(&mut self, r: &'a Receiver<T>) -> usize {
        match r.flavor() {
            ReceiverFlavor::Unbounded(receiver) => self.inner.recv(receiver.inner()),
            ReceiverFlavor::Bounded(receiver) => self.inner.recv(receiver.tokens()),
            ReceiverFlavor::Rendezvous(receiver) => self.inner.recv(receiver.inner()),
            ReceiverFlavor::Timed(receiver) => self.inner.recv(receiver),
        }
    }

    /// Removes the operation of that index, which is not used again.
    ///
    /// # Panics
    ///
    /// When there is no such operation.
    pub fn remove(&mut self, index: usize) {
        self.inner.remove(index);
    }

    /// Selects an operation that can go ahead now.
    ///
    /// # Errors
    ///
    /// When none can.
    pub fn try_select(&mut self) -> Result<SelectedOperation<'a>, TrySelectError> {
        let inner = self.inner.try_select()?;
        Ok(SelectedOperation { inner })
    }

    /// Selects an operation, waiting until one can go ahead.
    ///
    /// # Panics
    ///
    /// When there are no operations.
    pub fn select(&mut self) -> SelectedOperation<'a> {
        SelectedOperation {
            inner: self.inner.select(),
        }
    }

    /// Selects an operation, waiting for so long at most.
    ///
    /// # Errors
    ///
    /// When the time is over.
    pub fn select_timeout(
        &mut self,
        timeout: Duration,
    ) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        let inner = self.inner.select_timeout(timeout)?;
        Ok(SelectedOperation { inner })
    }

    /// Selects an operation, waiting until then at most.
    ///
    /// # Errors
    ///
    /// When the time is over.
    pub fn select_deadline(
        &mut self,
        deadline: Instant,
    ) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        let inner = self.inner.select_deadline(deadline)?;
        Ok(SelectedOperation { inner })
    }

    /// The index of an operation that can go ahead now.
    ///
    /// # Errors
    ///
    /// When none can.
    pub fn try_ready(&mut self) -> Result<usize, TryReadyError> {
        self.inner.try_ready()
    }

    /// The index of an operation that can go ahead, waiting until there is one.
    ///
    /// # Panics
    ///
    /// When there are no operations.
    pub fn ready(&mut self) -> usize {
        self.inner.ready()
    }

    /// The index of an operation that can go ahead, waiting for so long at most.
    ///
    /// # Errors
    ///
    /// When the time is over.
    pub fn ready_timeout(&mut self, timeout: Duration) -> Result<usize, ReadyTimeoutError> {
        self.inner.ready_timeout(timeout)
    }

    /// The index of an operation that can go ahead, waiting until then at most.
    ///
    /// # Errors
    ///
    /// When the time is over.
    pub fn ready_deadline(&mut self, deadline: Instant) -> Result<usize, ReadyTimeoutError> {
        self.inner.ready_deadline(deadline)
    }
}

impl SelectedOperation<'_> {
    /// The index of the operation.
    #[must_use]
    pub fn index(&self) -> usize {
        self.inner.index()
    }

    /// Completes a send.
    ///
    /// # Errors
    ///
    /// When no receiver is left; the error holds the message.
    ///
    /// # Panics
    ///
    /// When it is not the send of `s` that was selected.
    #[track_caller]
    pub fn send<T>(self, s: &Sender<T>, msg: T) -> Result<(), SendError<T>> {
        s.send_by(Attempt::Selected(self.inner), msg, Location::caller())
            .map_err(|failed| SendError(failed.into_inner()))
    }

    /// Completes a receive.
    ///
    /// # Errors
    ///
    /// When the channel is empty and no sender is left.
    ///
    /// # Panics
    ///
    /// When it is not the receive of `r` that was selected.
    #[track_caller]
    pub fn recv<T>(self, r: &Receiver<T>) -> Result<T, RecvError> {
        r.receive_by(Attempt::Selected(self.inner), Location::caller())
            .map_err(|_disconnected| RecvError)
    }
}

impl fmt::Debug for Select<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("Select { .. }")
    }
}

impl fmt::Debug for SelectedOperation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("SelectedOperation { .. }")
    }
}
