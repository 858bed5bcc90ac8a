//! Channels: `crossbeam-channel`, recorded. They come with the feature `channel`, which is
//! on unless it is turned off.
//!
//! With the feature `enabled` a name is the twin of crossbeam's, without it
//! crossbeam's own; the errors are always crossbeam's.
//!
//! The k-th send happens before the receive that gets its message. In a channel of
//! capacity C the k-th receive happens before the end of the (k + C)-th send; with
//! capacity zero a send and its receive each happen before the end of the other.
//! The drops of all senders happen before a receive that finds the channel
//! disconnected, and the drops of all receivers before a send that does. Nothing
//! else is ordered: not two sends, not what a full or an empty channel tells, and
//! nothing by the channels of [`after`], [`at`], [`tick`] and [`never()`].
//!
//! ```
//! use racegate::channel;
//!
//! let (sender, receiver) = channel::bounded(1);
//! racegate::thread::scope(|scope| {
//!     scope.spawn(move || (1..=3).for_each(|job| sender.send(job).expect("it is awaited")));
//!     assert_eq!(receiver.iter().sum::<i32>(), 6);
//! });
//! ```

#[cfg(feature = "enabled")]
mod attempt;
#[cfg(feature = "enabled")]
mod bounded;
#[cfg(feature = "enabled")]
mod ends;
#[cfg(feature = "enabled")]
mod envelope;
#[cfg(feature = "enabled")]
mod iter;
#[cfg(feature = "enabled")]
mod open;
#[cfg(feature = "enabled")]
mod receiver;
#[cfg(feature = "enabled")]
mod rendezvous;
#[cfg(feature = "enabled")]
mod select;
#[cfg(feature = "enabled")]
mod select_macro;
#[cfg(feature = "enabled")]
mod sender;
#[cfg(feature = "enabled")]
mod slots;
#[cfg(feature = "enabled")]
mod unbounded;

// The twins.
#[cfg(feature = "enabled")]
#[doc(hidden)]
pub use self::select_macro::Selection as __Selection;
#[cfg(feature = "enabled")]
pub use self::{
    iter::{IntoIter, Iter, TryIter},
    open::{after, at, bounded, never, tick, unbounded},
    receiver::Receiver,
    select::{Select, SelectedOperation},
    sender::Sender,
};
#[cfg(feature = "enabled")]
#[doc(inline)]
pub use crate::{__channel_select as select, __channel_select_biased as select_biased};

// crossbeam's own: the same, without the feature.
#[cfg(not(feature = "enabled"))]
pub use crossbeam_channel::{
    IntoIter, Iter, Receiver, Select, SelectedOperation, Sender, TryIter, after, at, bounded,
    never, select, select_biased, tick, unbounded,
};

// crossbeam's own, with the feature and without.
pub use crossbeam_channel::{
    ReadyTimeoutError, RecvError, RecvTimeoutError, SelectTimeoutError, SendError,
    SendTimeoutError, TryReadyError, TryRecvError, TrySelectError, TrySendError,
};
