//! The channel that senders and the receiver share: a queue under a hidden mutex.
//!
//! It is not std's own channel, because an edge has to be recorded in the very
//! order in which messages enter and leave. The mutex and the condition variables
//! are std's and make no edge of the program.
//!
//! **Invariant:** a message enters or leaves, an end is dropped, and each of these
//! is recorded, under one hold of the mutex.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::mpsc::{RecvTimeoutError, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::bell::Bell;
use super::rendezvous::Meeting;
use super::slots::Slots;
use crate::recorder::Object;

/// How many messages a channel holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// Any number.
    None,
    /// At most so many, but at least one.
    Some(usize),
    /// None: a send and its receive meet.
    Rendezvous,
}

/// How long an operation may block.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    None,
    Until(Instant),
    Endless,
}

pub(super) type Site = &'static Location<'static>;

pub(super) struct Channel<T> {
    pub(super) bound: Bound,
    /// What the dropped senders released.
    senders_gone: Object,
    /// What the dropped receiver released.
    receiver_gone: Object,
    state: Mutex<State<T>>,
    /// A message or a disconnection has come.
    pub(super) arrival: Bell,
    /// A message or the receiver has left.
    pub(super) departure: Bell,
}

pub(super) struct State<T> {
    pub(super) queue: VecDeque<Message<T>>,
    pub(super) slots: Slots,
    pub(super) meeting: Meeting<T>,
    pub(super) senders: usize,
    pub(super) receiver_is_gone: bool,
}

pub(super) struct Message<T> {
    pub(super) slot: Arc<Object>,
    pub(super) value: T,
}

impl<T> Channel<T> {
    /// A channel with one sender and its receiver.
    #[track_caller]
    pub(super) fn new(bound: Bound) -> Self {
        let at_first = match bound {
            Bound::None | Bound::Rendezvous => 0,
            Bound::Some(bound) => bound,
        };
        Self {
            bound,
            senders_gone: Object::new::<T>(ObjectClass::ChannelClose),
            receiver_gone: Object::new::<T>(ObjectClass::ChannelClose),
            state: Mutex::new(State {
                queue: VecDeque::new(),
                slots: Slots::new(at_first, Location::caller()),
                meeting: Meeting::None,
                senders: 1,
                receiver_is_gone: false,
            }),
            arrival: Bell::new(),
            departure: Bell::new(),
        }
    }

    /// Sends, blocking for as long as `patience` says, which has no end or is none.
    pub(super) fn send(
        &self,
        value: T,
        patience: Patience,
        site: Site,
    ) -> Result<(), TrySendError<T>> {
        let mut state = self.lock();
        loop {
            if state.receiver_is_gone {
                self.receiver_gone.step(SyncVerb::Acquire, site);
                return Err(TrySendError::Disconnected(value));
            }
            match self.bound {
                Bound::Rendezvous => return self.meet_receiver(state, value, patience, site),
                Bound::Some(bound) if state.queue.len() >= bound => {}
                Bound::None | Bound::Some(_) => break,
            }
            state = match self.wait(&self.departure, state, patience) {
                Ok(state) => state,
                Err(_) => return Err(TrySendError::Full(value)),
            };
        }
        let slot = state.slots.take::<T>();
        slot.step_alone(self.message_verbs().0, site);
        state.queue.push_back(Message { slot, value });
        drop(state);
        self.arrival.wake_one();
        Ok(())
    }

    /// Receives, blocking for as long as `patience` says.
    pub(super) fn receive(&self, patience: Patience, site: Site) -> Result<T, RecvTimeoutError> {
        let mut state = self.lock();
        loop {
            if let Some(message) = state.queue.pop_front() {
                return Ok(self.take(state, message, site));
            }
            if state.senders == 0 {
                self.senders_gone.step(SyncVerb::Acquire, site);
                return Err(RecvTimeoutError::Disconnected);
            }
            state = match self.bound {
                Bound::Rendezvous => match self.meet_sender(state, patience, site)? {
                    Ok(value) => return Ok(value),
                    Err(state) => state,
                },
                Bound::None | Bound::Some(_) => self
                    .wait(&self.arrival, state, patience)
                    .map_err(|_| RecvTimeoutError::Timeout)?,
            };
        }
    }

    /// A message has left the queue.
    fn take(&self, mut state: MutexGuard<'_, State<T>>, message: Message<T>, site: Site) -> T {
        let Message { slot, value } = message;
        slot.step_alone(self.message_verbs().1, site);
        match self.bound {
            Bound::None => state.slots.give_back(slot),
            Bound::Some(_) => {
                state.slots.give_back(slot);
                self.departure.wake_one();
            }
            // Its sender, who waits, still acquires.
            Bound::Rendezvous => self.departure.wake_all(),
        }
        value
    }

    /// What is recorded of a message's slot when it enters and when it leaves.
    pub(super) fn message_verbs(&self) -> (SyncVerb, SyncVerb) {
        match self.bound {
            Bound::None => (SyncVerb::Release, SyncVerb::Acquire),
            // A receive hands its slot on to the send that waits for it.
            Bound::Some(_) => (SyncVerb::Exchange, SyncVerb::Exchange),
            // The sender, who waits, acquires what the receive left.
            Bound::Rendezvous => (SyncVerb::Release, SyncVerb::Exchange),
        }
    }

    pub(super) fn add_sender(&self) {
        self.lock().senders += 1;
    }

    pub(super) fn drop_sender(&self, site: Site) {
        let mut state = self.lock();
        self.senders_gone.step(SyncVerb::ReleaseMerge, site);
        state.senders -= 1;
        if state.senders == 0 {
            self.arrival.wake_one();
        }
    }

    /// Messages that were not received are dropped by the receiver, as in std.
    pub(super) fn drop_receiver(&self, site: Site) {
        let mut state = self.lock();
        self.receiver_gone.step(SyncVerb::Release, site);
        state.receiver_is_gone = true;
        let unreceived = match self.bound {
            Bound::None | Bound::Some(_) => std::mem::take(&mut state.queue),
            // They go back to their senders.
            Bound::Rendezvous => VecDeque::new(),
        };
        for message in &unreceived {
            message.slot.step(SyncVerb::Acquire, site);
        }
        drop(state);
        self.departure.wake_all();
        // Their destructors may use the channel, so only now.
        drop(unreceived);
    }

    pub(super) fn receiver_gone(&self) -> &Object {
        &self.receiver_gone
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing panics under the mutex.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits once; `Err` when the patience is at its end.
    pub(super) fn wait<'a>(
        &self,
        bell: &Bell,
        state: MutexGuard<'a, State<T>>,
        patience: Patience,
    ) -> Result<MutexGuard<'a, State<T>>, MutexGuard<'a, State<T>>> {
        match patience {
            Patience::None => Err(state),
            Patience::Endless => Ok(bell.wait(state, None)),
            Patience::Until(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(state);
                }
                Ok(bell.wait(state, Some(left)))
            }
        }
    }
}
