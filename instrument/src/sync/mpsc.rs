//! std's channels, recorded.
//!
//! The k-th send happens before the receive that gets its message. In a channel of
//! bound C the k-th receive happens before the end of the (k + C)-th send; with
//! bound zero each of the two happens before the end of the other. The drop of
//! every sender happens before a receive that finds the channel disconnected, and
//! the drop of the receiver before a send that does. Nothing else is ordered: not
//! two sends, and not a send after a receive of another slot.
//!
//! ```
//! use racegate::sync::mpsc;
//!
//! let (sender, receiver) = mpsc::channel();
//! sender.send(1)?;
//! sender.send(2)?;
//! drop(sender);
//! assert_eq!(receiver.iter().sum::<i32>(), 3);
//! # Ok::<(), mpsc::SendError<i32>>(())
//! ```

use std::sync::Arc;

mod bell;
mod channel;
mod receiver;
mod rendezvous;
mod sender;
mod slots;

pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

use channel::{Bound, Channel};
pub use receiver::{IntoIter, Iter, Receiver, TryIter};
pub use sender::{Sender, SyncSender};

/// A channel without bound: a send never blocks.
///
/// ```
/// let (sender, receiver) = racegate::sync::mpsc::channel();
/// sender.send("hello").expect("the receiver is there");
/// assert_eq!(receiver.recv(), Ok("hello"));
/// ```
#[must_use]
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel::new(Bound::None));
    (Sender::new(Arc::clone(&channel)), Receiver::new(channel))
}

/// A channel that holds at most `bound` messages: a send waits for room, and with
/// bound zero for the receive itself.
///
/// ```
/// use racegate::sync::mpsc::{TrySendError, sync_channel};
///
/// let (sender, receiver) = sync_channel(1);
/// sender.send(1).expect("the receiver is there");
/// assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
/// assert_eq!(receiver.recv(), Ok(1));
/// ```
#[must_use]
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let bound = match bound {
        0 => Bound::Rendezvous,
        bound => Bound::Some(bound),
    };
    let channel = Arc::new(Channel::new(bound));
    (
        SyncSender::new(Arc::clone(&channel)),
        Receiver::new(channel),
    )
}
