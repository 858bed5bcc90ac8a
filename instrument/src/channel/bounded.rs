//! Capacity C, at least one: permits, and a ring of messages.
//!
//! A send takes one of C permits, a receive one token of a message that is there;
//! both are channels of crossbeam's, where operations block, give up, disconnect
//! and are selected. Which message, is decided under a hidden mutex, where it is
//! recorded, too.
//!
//! **Invariant:** under the mutex, the k-th send and the k-th receive each record
//! an exchange with slot k mod C. The permit for the (k + C)-th send is there only
//! after the k-th receive, so each slot sees sends and receives in turn.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{RecvTimeoutError, SendTimeoutError};
use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::attempt::Attempt;
use super::ends::Site;
use crate::recorder::Object;

pub(super) struct Sender<T> {
    permits: crossbeam_channel::Receiver<()>,
    tokens: crossbeam_channel::Sender<()>,
    ring: Arc<Ring<T>>,
}

pub(super) struct Receiver<T> {
    tokens: crossbeam_channel::Receiver<()>,
    permits: crossbeam_channel::Sender<()>,
    ring: Arc<Ring<T>>,
}

/// What was sent and not received. As in crossbeam, it stays without a receiver,
/// too, until the last handle of either side is dropped.
struct Ring<T> {
    capacity: usize,
    made_at: Site,
    state: Mutex<State<T>>,
}

struct State<T> {
    messages: VecDeque<T>,
    /// How many messages were ever received.
    received: u64,
    /// Made as they are first used.
    slots: Vec<Object>,
}

pub(super) fn channel<T>(capacity: usize, made_at: Site) -> (Sender<T>, Receiver<T>) {
    let (give_permit, permits) = crossbeam_channel::bounded(capacity);
    for () in std::iter::repeat_n((), capacity) {
        give_permit.send(()).expect("the receiver is at hand");
    }
    let (give_token, tokens) = crossbeam_channel::unbounded();
    let ring = Arc::new(Ring {
        capacity,
        made_at,
        state: Mutex::new(State {
            messages: VecDeque::new(),
            received: 0,
            slots: Vec::new(),
        }),
    });
    (
        Sender {
            permits,
            tokens: give_token,
            ring: Arc::clone(&ring),
        },
        Receiver {
            tokens,
            permits: give_permit,
            ring,
        },
    )
}

impl<T> Sender<T> {
    pub(super) fn send(
        &self,
        message: T,
        attempt: Attempt<'_>,
        site: Site,
    ) -> Result<(), SendTimeoutError<T>> {
        match attempt.receive(&self.permits) {
            Ok(()) => self
                .ring
                .push(message, &self.tokens, site)
                .map_err(SendTimeoutError::Disconnected),
            Err(RecvTimeoutError::Timeout) => Err(SendTimeoutError::Timeout(message)),
            Err(RecvTimeoutError::Disconnected) => Err(SendTimeoutError::Disconnected(message)),
        }
    }

    /// What a selected send waits for.
    pub(super) fn permits(&self) -> &crossbeam_channel::Receiver<()> {
        &self.permits
    }

    pub(super) fn len(&self) -> usize {
        self.ring.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.ring.capacity
    }
}

impl<T> Receiver<T> {
    pub(super) fn receive(&self, attempt: Attempt<'_>, site: Site) -> Result<T, RecvTimeoutError> {
        attempt.receive(&self.tokens)?;
        Ok(self.ring.pop(&self.permits, site))
    }

    /// What a selected receive waits for.
    pub(super) fn tokens(&self) -> &crossbeam_channel::Receiver<()> {
        &self.tokens
    }

    pub(super) fn len(&self) -> usize {
        self.ring.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.ring.capacity
    }
}

impl<T> Ring<T> {
    /// The next send, by the holder of a permit. The message, if nobody is left to
    /// receive it.
    fn push(
        &self,
        message: T,
        tokens: &crossbeam_channel::Sender<()>,
        site: Site,
    ) -> Result<(), T> {
        let mut state = self.lock();
        if tokens.send(()).is_err() {
            return Err(message);
        }
        let number = state.received + state.messages.len() as u64;
        self.slot(&mut state, number)
            .step_alone(SyncVerb::Exchange, site);
        state.messages.push_back(message);
        Ok(())
    }

    /// The next receive, by the holder of a token.
    fn pop(&self, permits: &crossbeam_channel::Sender<()>, site: Site) -> T {
        let mut state = self.lock();
        let message = state.messages.pop_front();
        let number = state.received;
        self.slot(&mut state, number)
            .step_alone(SyncVerb::Exchange, site);
        state.received += 1;
        // It fails when no sender is left that could use it.
        let _unused = permits.send(());
        message.expect("a token stands for a message")
    }

    fn slot<'a>(&self, state: &'a mut State<T>, number: u64) -> &'a Object {
        let index = usize::try_from(number % self.capacity as u64)
            .expect("it is smaller than the capacity");
        if index == state.slots.len() {
            let fresh = Object::made_at::<super::Sender<T>>(ObjectClass::ChannelSlot, self.made_at);
            state.slots.push(fresh);
        }
        &state.slots[index]
    }

    fn len(&self) -> usize {
        self.lock().messages.len()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing of the program's runs under the mutex.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Ring<T> {
    /// The messages are dropped next, each after what its sender did before it was
    /// sent.
    fn drop(&mut self) {
        let mut state = self.lock();
        let unreceived = state.messages.len();
        for number in (state.received..).take(unreceived) {
            let slot = self.slot(&mut state, number);
            slot.step(SyncVerb::Acquire, self.made_at);
        }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self {
            permits: self.permits.clone(),
            tokens: self.tokens.clone(),
            ring: Arc::clone(&self.ring),
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self {
            tokens: self.tokens.clone(),
            permits: self.permits.clone(),
            ring: Arc::clone(&self.ring),
        }
    }
}
