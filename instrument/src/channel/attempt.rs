//! How an operation on a channel may wait.

use std::time::{Duration, Instant};

use crossbeam_channel::{
    Receiver, RecvTimeoutError, Select, SelectedOperation, SendTimeoutError, Sender, TryRecvError,
    TrySendError,
};

/// How an operation may wait for the other side.
pub(super) enum Attempt<'a> {
    /// Not at all.
    Once,
    /// Until then.
    Until(Instant),
    /// For ever.
    Blocking,
    /// It need not: the operation was selected.
    Selected(SelectedOperation<'a>),
}

impl<'a> Attempt<'a> {
    /// Waits for so long; for ever, if that is beyond what a clock can tell.
    pub(super) fn within(timeout: Duration) -> Self {
        Instant::now()
            .checked_add(timeout)
            .map_or(Self::Blocking, Self::Until)
    }

    /// Sends in this way.
    pub(super) fn send<T>(self, sender: &Sender<T>, value: T) -> Result<(), SendTimeoutError<T>> {
        match self {
            Self::Once => sender.try_send(value).map_err(|failed| match failed {
                TrySendError::Full(value) => SendTimeoutError::Timeout(value),
                TrySendError::Disconnected(value) => SendTimeoutError::Disconnected(value),
            }),
            Self::Until(deadline) => sender.send_deadline(value, deadline),
            Self::Blocking => sender.send(value).map_err(SendTimeoutError::from),
            Self::Selected(selected) => {
                selected.send(sender, value).map_err(SendTimeoutError::from)
            }
        }
    }

    /// Waits in this way until a send can go ahead, or fail; `None` when it cannot.
    pub(super) fn select_send<T>(self, sender: &'a Sender<T>) -> Option<SelectedOperation<'a>> {
        let mut select = Select::new();
        select.send(sender);
        match self {
            Self::Once => select.try_select().ok(),
            Self::Until(deadline) => select.select_deadline(deadline).ok(),
            Self::Blocking => Some(select.select()),
            Self::Selected(selected) => Some(selected),
        }
    }

    /// Receives in this way.
    pub(super) fn receive<T>(self, receiver: &Receiver<T>) -> Result<T, RecvTimeoutError> {
        match self {
            Self::Once => receiver.try_recv().map_err(|failed| match failed {
                TryRecvError::Empty => RecvTimeoutError::Timeout,
                TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
            }),
            Self::Until(deadline) => receiver.recv_deadline(deadline),
            Self::Blocking => receiver.recv().map_err(RecvTimeoutError::from),
            Self::Selected(selected) => selected.recv(receiver).map_err(RecvTimeoutError::from),
        }
    }
}
