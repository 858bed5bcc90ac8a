//! The making of channels.

use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ends::{Ends, Site};
use super::receiver::ReceiverFlavor;
use super::sender::SenderFlavor;
use super::{Receiver, Sender};

/// A channel without bound: a send never blocks.
///
/// ```
/// let (sender, receiver) = racegate::channel::unbounded();
/// sender.send("hello").expect("the receiver is there");
/// assert_eq!(receiver.recv(), Ok("hello"));
/// ```
#[must_use]
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    let site = Location::caller();
    let (sender, receiver) = super::unbounded::channel(site);
    connect(
        SenderFlavor::Unbounded(sender),
        ReceiverFlavor::Unbounded(receiver),
        site,
    )
}

/// A channel that holds at most `cap` messages: a send waits for room, and with
/// capacity zero for the receive itself.
///
/// ```
/// use racegate::channel::{TrySendError, bounded};
///
/// let (sender, receiver) = bounded(1);
/// sender.send(1).expect("the receiver is there");
/// assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
/// assert_eq!(receiver.recv(), Ok(1));
/// ```
///
/// # Panics
///
/// When the capacity is too large, as crossbeam's.
#[must_use]
#[track_caller]
pub fn bounded<T>(cap: usize) -> (Sender<T>, Receiver<T>) {
    let site = Location::caller();
    if cap == 0 {
        let (sender, receiver) = super::rendezvous::channel(site);
        connect(
            SenderFlavor::Rendezvous(sender),
            ReceiverFlavor::Rendezvous(receiver),
            site,
        )
    } else {
        let (sender, receiver) = super::bounded::channel(cap, site);
        connect(
            SenderFlavor::Bounded(sender),
            ReceiverFlavor::Bounded(receiver),
            site,
        )
    }
}

/// A channel that delivers one message, when `duration` has passed. It orders nothing.
///
/// ```
/// use std::time::Duration;
///
/// let alarm = racegate::channel::after(Duration::ZERO);
/// assert!(alarm.recv().is_ok());
/// ```
#[must_use]
#[track_caller]
pub fn after(duration: Duration) -> Receiver<Instant> {
    Receiver::timed(crossbeam_channel::after(duration), Location::caller())
}

/// A channel that delivers one message, at that time. It orders nothing.
///
/// ```
/// use std::time::Instant;
///
/// let when = Instant::now();
/// assert_eq!(racegate::channel::at(when).recv(), Ok(when));
/// ```
#[must_use]
#[track_caller]
pub fn at(when: Instant) -> Receiver<Instant> {
    Receiver::timed(crossbeam_channel::at(when), Location::caller())
}

/// A channel that delivers a message every `duration`. It orders nothing.
///
/// ```
/// use std::time::Duration;
///
/// let ticker = racegate::channel::tick(Duration::from_millis(1));
/// let (first, second) = (ticker.recv()?, ticker.recv()?);
/// assert!(first < second);
/// # Ok::<(), racegate::channel::RecvError>(())
/// ```
#[must_use]
#[track_caller]
pub fn tick(duration: Duration) -> Receiver<Instant> {
    Receiver::timed(crossbeam_channel::tick(duration), Location::caller())
}

/// A channel that never delivers a message.
///
/// ```
/// use racegate::channel::{TryRecvError, never};
///
/// assert_eq!(never::<i32>().try_recv(), Err(TryRecvError::Empty));
/// ```
#[must_use]
#[track_caller]
pub const fn never<T>() -> Receiver<T> {
    Receiver::timed(crossbeam_channel::never(), Location::caller())
}

/// The two sides of a channel made at `site`.
fn connect<T>(
    sender: SenderFlavor<T>,
    receiver: ReceiverFlavor<T>,
    site: Site,
) -> (Sender<T>, Receiver<T>) {
    let ends = Arc::new(Ends::new::<T>(site));
    (
        Sender::new(sender, Arc::clone(&ends), site),
        Receiver::new(receiver, Some(ends), site),
    )
}
