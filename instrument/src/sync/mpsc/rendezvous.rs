//! Bound zero: a send and its receive meet, and each happens before the end of the
//! other.
//!
//! Who comes first releases into a slot and waits; who comes second exchanges with
//! it, and is done; the first then acquires.

use std::sync::mpsc::{RecvTimeoutError, TrySendError};
use std::sync::{Arc, MutexGuard};

use racegate_eventlog::record::SyncVerb;

use super::channel::{Channel, Message, Patience, Site, State};
use crate::recorder::Object;

/// A receive that came first.
pub(super) enum Meeting<T> {
    /// There is none.
    None,
    /// It waits.
    Awaited(Arc<Object>),
    /// A sender has come.
    Met(Message<T>),
}

impl<T> Channel<T> {
    /// Hands `value` to the receiver that waits, or waits for one.
    pub(super) fn meet_receiver(
        &self,
        mut state: MutexGuard<'_, State<T>>,
        value: T,
        patience: Patience,
        site: Site,
    ) -> Result<(), TrySendError<T>> {
        match std::mem::replace(&mut state.meeting, Meeting::None) {
            Meeting::Awaited(slot) => {
                slot.step_alone(SyncVerb::Exchange, site);
                state.meeting = Meeting::Met(Message { slot, value });
                self.arrival.wake_one();
                Ok(())
            }
            not_awaited @ (Meeting::None | Meeting::Met(_)) => {
                state.meeting = not_awaited;
                match patience {
                    Patience::None => Err(TrySendError::Full(value)),
                    Patience::Until(_) | Patience::Endless => self.offer(state, value, site),
                }
            }
        }
    }

    /// Waits in the queue for a receiver.
    fn offer(
        &self,
        mut state: MutexGuard<'_, State<T>>,
        value: T,
        site: Site,
    ) -> Result<(), TrySendError<T>> {
        let slot = state.slots.take::<T>();
        slot.step_alone(self.message_verbs().0, site);
        let waits = Arc::clone(&slot);
        state.queue.push_back(Message { slot, value });
        loop {
            let offered = |message: &Message<T>| Arc::ptr_eq(&message.slot, &waits);
            let Some(position) = state.queue.iter().position(offered) else {
                waits.step_alone(SyncVerb::Acquire, site);
                state.slots.give_back(waits);
                return Ok(());
            };
            if state.receiver_is_gone
                && let Some(Message { value, .. }) = state.queue.remove(position)
            {
                self.receiver_gone().step(SyncVerb::Acquire, site);
                return Err(TrySendError::Disconnected(value));
            }
            state = match self.wait(&self.departure, state, Patience::Endless) {
                Ok(state) | Err(state) => state,
            };
        }
    }

    /// Waits for a sender, of whom there is none in the queue. The state when
    /// none has come but one may since be found there, or never.
    pub(super) fn meet_sender<'a>(
        &self,
        mut state: MutexGuard<'a, State<T>>,
        patience: Patience,
        site: Site,
    ) -> Result<Result<T, MutexGuard<'a, State<T>>>, RecvTimeoutError> {
        if let Patience::None = patience {
            return Err(RecvTimeoutError::Timeout);
        }
        let slot = state.slots.take::<T>();
        slot.step_alone(SyncVerb::Release, site);
        state.meeting = Meeting::Awaited(slot);
        let (mut state, timed_out) = match self.wait(&self.arrival, state, patience) {
            Ok(state) => (state, false),
            Err(state) => (state, true),
        };
        match std::mem::replace(&mut state.meeting, Meeting::None) {
            Meeting::Met(Message { slot, value }) => {
                slot.step_alone(SyncVerb::Acquire, site);
                state.slots.give_back(slot);
                Ok(Ok(value))
            }
            Meeting::Awaited(slot) => {
                state.slots.give_back(slot);
                if timed_out {
                    Err(RecvTimeoutError::Timeout)
                } else {
                    Ok(Err(state))
                }
            }
            Meeting::None => Ok(Err(state)),
        }
    }
}
