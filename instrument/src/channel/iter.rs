//! Iterators over what a receiver receives. Each step is a receive, recorded as one.

use std::fmt;
use std::iter::FusedIterator;

use super::Receiver;

/// The messages of a channel until no sender is left; made by [`Receiver::iter`].
///
/// ```
/// let (sender, receiver) = racegate::channel::unbounded();
/// sender.send(1).expect("the receiver is there");
/// drop(sender);
/// assert_eq!(receiver.iter().collect::<Vec<_>>(), [1]);
/// ```
pub struct Iter<'a, T> {
    pub(super) receiver: &'a Receiver<T>,
}

/// The messages that are there; made by [`Receiver::try_iter`].
///
/// ```
/// let (sender, receiver) = racegate::channel::unbounded();
/// sender.send(1).expect("the receiver is there");
/// assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [1]);
/// ```
pub struct TryIter<'a, T> {
    pub(super) receiver: &'a Receiver<T>,
}

/// The messages of a channel until no sender is left; made by
/// [`Receiver::into_iter`](IntoIterator::into_iter), and the receiver's owner.
///
/// ```
/// let (sender, receiver) = racegate::channel::unbounded();
/// sender.send(1).expect("the receiver is there");
/// drop(sender);
/// assert_eq!(receiver.into_iter().collect::<Vec<_>>(), [1]);
/// ```
pub struct IntoIter<T> {
    pub(super) receiver: Receiver<T>,
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.receiver.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.receiver.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.receiver.recv().ok()
    }
}

impl<T> FusedIterator for Iter<'_, T> {}
impl<T> FusedIterator for IntoIter<T> {}

impl<T> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("Iter { .. }")
    }
}

impl<T> fmt::Debug for TryIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("TryIter { .. }")
    }
}

impl<T> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("IntoIter { .. }")
    }
}
