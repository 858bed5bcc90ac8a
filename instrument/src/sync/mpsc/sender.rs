//! The sending halves.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::mpsc::{SendError, TrySendError};

use super::channel::{Channel, Patience, Site};

/// The sending half of a [`channel`](super::channel()).
///
/// ```
/// let (sender, receiver) = racegate::sync::mpsc::channel();
/// sender.clone().send(5).expect("the receiver is there");
/// assert_eq!(receiver.try_recv(), Ok(5));
/// ```
pub struct Sender<T> {
    end: SendingEnd<T>,
}

/// The sending half of a [`sync_channel`](super::sync_channel).
///
/// ```
/// let (sender, receiver) = racegate::sync::mpsc::sync_channel(2);
/// sender.send(5).expect("the receiver is there");
/// assert_eq!(receiver.try_recv(), Ok(5));
/// ```
pub struct SyncSender<T> {
    end: SendingEnd<T>,
}

/// One of the senders that a channel counts.
struct SendingEnd<T> {
    channel: Arc<Channel<T>>,
    /// The place that a drop, which has no caller, is told by.
    made_at: Site,
}

impl<T> Sender<T> {
    #[track_caller]
    pub(super) fn new(channel: Arc<Channel<T>>) -> Self {
        Self {
            end: SendingEnd::first(channel),
        }
    }

    /// Sends a value. Does not block.
    ///
    /// # Errors
    ///
    /// With the value, when the receiver is gone.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        self.end.send(t)
    }
}

impl<T> SyncSender<T> {
    #[track_caller]
    pub(super) fn new(channel: Arc<Channel<T>>) -> Self {
        Self {
            end: SendingEnd::first(channel),
        }
    }

    /// Sends a value, after waiting for room.
    ///
    /// # Errors
    ///
    /// With the value, when the receiver is gone.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        self.end.send(t)
    }

    /// Sends a value if there is room; with bound zero, if the receiver waits.
    ///
    /// # Errors
    ///
    /// With the value, when there is no room or the receiver is gone.
    #[track_caller]
    pub fn try_send(&self, t: T) -> Result<(), TrySendError<T>> {
        let site = Location::caller();
        self.end.channel.send(t, Patience::None, site)
    }
}

impl<T> SendingEnd<T> {
    #[track_caller]
    fn first(channel: Arc<Channel<T>>) -> Self {
        Self {
            channel,
            made_at: Location::caller(),
        }
    }

    #[track_caller]
    fn send(&self, value: T) -> Result<(), SendError<T>> {
        let sent = self
            .channel
            .send(value, Patience::Endless, Location::caller());
        sent.map_err(|error| match error {
            TrySendError::Full(value) | TrySendError::Disconnected(value) => SendError(value),
        })
    }
}

impl<T> Clone for SendingEnd<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.channel.add_sender();
        Self::first(Arc::clone(&self.channel))
    }
}

impl<T> Drop for SendingEnd<T> {
    fn drop(&mut self) {
        self.channel.drop_sender(self.made_at);
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let end = self.end.clone();
        Self { end }
    }
}

impl<T> Clone for SyncSender<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let end = self.end.clone();
        Self { end }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncSender").finish_non_exhaustive()
    }
}
