//! Objects through which one send and its receive order each other.
//!
//! **Invariant:** a slot is given back after its last acquire and its next use is
//! a release, which forgets what the slot was used for. So a slot can serve one
//! message after another without ordering them.

use std::sync::{Arc, Mutex, PoisonError};

use racegate_eventlog::ObjectClass;

use super::Sender;
use super::ends::Site;
use crate::recorder::{self, Object};

/// The slots of a channel that wait for a message.
pub(super) struct Slots {
    waiting: Mutex<Vec<Arc<Object>>>,
    made_at: Site,
}

impl Slots {
    /// The slots of a channel made at `made_at`.
    pub(super) fn new(made_at: Site) -> Self {
        Self {
            waiting: Mutex::new(Vec::new()),
            made_at,
        }
    }

    /// A slot for a message of a channel of `T`s, if anything is recorded.
    pub(super) fn take<T>(&self) -> Option<Arc<Object>> {
        recorder::recording().then(|| {
            // Nothing panics under the mutex, here and below.
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let used = waiting.pop();
            drop(waiting);
            used.unwrap_or_else(|| {
                let fresh = Object::made_at::<Sender<T>>(ObjectClass::ChannelSlot, self.made_at);
                Arc::new(fresh)
            })
        })
    }

    /// Takes back a slot whose message has arrived.
    pub(super) fn give_back(&self, slot: Arc<Object>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(slot);
    }
}
