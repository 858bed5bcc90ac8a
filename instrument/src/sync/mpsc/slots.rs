//! Slots: the objects through which messages order their sends and receives.
//!
//! **Invariant:** slots are given back in the order of the receives, and taken
//! in that of the sends. So in a channel of bound C, whose first C sends take new
//! ones, the (k + C)-th send takes the slot of the k-th receive.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;

use racegate_eventlog::ObjectClass;

use crate::recorder::Object;

pub(super) struct Slots {
    given_back: VecDeque<Arc<Object>>,
    /// How many slots are still to be made before one is used again. Unless there
    /// is a bound, none has to be: a slot then forgets what it was used for.
    unmade: usize,
    made_at: &'static Location<'static>,
}

impl Slots {
    /// Slots of a channel made at `made_at`, of which `at_first` are new ones.
    pub(super) fn new(at_first: usize, made_at: &'static Location<'static>) -> Self {
        Self {
            given_back: VecDeque::new(),
            unmade: at_first,
            made_at,
        }
    }

    /// The slot of the next send, in a channel of `T`s.
    pub(super) fn take<T>(&mut self) -> Arc<Object> {
        let used = match self.unmade {
            0 => self.given_back.pop_front(),
            _ => None,
        };
        used.unwrap_or_else(|| {
            self.unmade = self.unmade.saturating_sub(1);
            Arc::new(Object::made_at::<T>(ObjectClass::ChannelSlot, self.made_at))
        })
    }

    pub(super) fn give_back(&mut self, slot: Arc<Object>) {
        self.given_back.push_back(slot);
    }
}
