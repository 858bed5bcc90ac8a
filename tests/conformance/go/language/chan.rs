//! Go's channel: one value for both ends, which is closed by a call.
//!
//! The messages go through racegate's own channel, which keeps both its ends and so
//! never disconnects. What disconnects is a second one, which carries nothing.
//!
//! **Invariant:** a close releases; a receive that finds the channel empty and closed
//! acquires that, a send that finds it closed does not. A close uses the channel
//! alone, a send beside others: told before it can be ordered by what it does.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use racegate::annotate::{Named, Tag, use_exclusive};
use racegate::channel::{self, Receiver, Sender};

use super::panic::panic_quietly;
use super::select::Select;

/// A channel, for any number of senders and receivers.
pub(crate) struct Chan<T> {
    pub(super) sender: Sender<T>,
    pub(super) receiver: Receiver<T>,
    /// Dropped by the close. Racegate does not see the lock.
    open: Mutex<Option<Sender<Infallible>>>,
    pub(super) closed: Receiver<Infallible>,
    /// Whose use is exclusive or shared.
    pub(super) usage: Tag,
}

impl<T> Chan<T> {
    /// A channel with room for so many messages; with none, a send and its receive
    /// meet.
    pub(crate) fn new(capacity: usize) -> Self {
        Self::named("channel", capacity)
    }

    /// The same, under this name when it is used wrongly.
    pub(crate) fn named(name: &str, capacity: usize) -> Self {
        let (sender, receiver) = channel::bounded(capacity);
        let (open, closed) = channel::bounded(0);
        Self {
            sender,
            receiver,
            open: Mutex::new(Some(open)),
            closed,
            usage: Tag::new().named(name),
        }
    }

    /// Sends a message, waiting for room. Panics when the channel is closed.
    pub(crate) fn send(&self, message: T) {
        Select::new().send(self).wait().send(self, message);
    }

    /// Sends a message if there is room, and tells. Panics when the channel is closed.
    pub(crate) fn try_send(&self, message: T) -> bool {
        let chosen = Select::new().send(self).poll();
        chosen.map(|chosen| chosen.send(self, message)).is_some()
    }

    /// Receives a message, waiting for one; none when the channel is closed.
    pub(crate) fn recv(&self) -> Option<T> {
        Select::new().recv(self).wait().recv(self)
    }

    /// The messages until the channel is closed.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> {
        std::iter::from_fn(|| self.recv())
    }

    /// How many messages wait. This orders nothing.
    pub(crate) fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Closes the channel. Panics when it is closed.
    pub(crate) fn close(&self) {
        use_exclusive(&self.usage);
        // Nothing panics under the lock.
        let open = self
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if open.is_none() {
            panic_quietly("close of closed channel");
        }
    }
}
