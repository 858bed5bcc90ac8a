//! What travels in a channel without bound: a message, and what its sender released.
//!
//! **Invariant:** a message is not touched before what its sender released was
//! acquired, not even by its destructor.

use std::sync::Arc;

use racegate_eventlog::record::SyncVerb;

use super::ends::Site;
use super::slots::Slots;
use crate::recorder::Object;

/// A message on its way.
pub(super) struct Envelope<T> {
    /// Declared first, so dropped before the message.
    postmark: Postmark,
    message: T,
}

/// What the sender released, until it is acquired.
struct Postmark {
    slot: Option<Arc<Object>>,
    sent_at: Site,
}

impl<T> Envelope<T> {
    /// The message is about to be sent.
    pub(super) fn seal(message: T, slots: &Slots, site: Site) -> Self {
        let slot = slots.take::<T>();
        if let Some(slot) = &slot {
            slot.step_alone(SyncVerb::Release, site);
        }
        let postmark = Postmark {
            slot,
            sent_at: site,
        };
        Self { postmark, message }
    }

    /// The message has been received.
    pub(super) fn open(self, slots: &Slots, site: Site) -> T {
        let Self {
            mut postmark,
            message,
        } = self;
        if let Some(slot) = postmark.slot.take() {
            slot.step_alone(SyncVerb::Acquire, site);
            slots.give_back(slot);
        }
        message
    }

    /// The message could not be sent and is its sender's again.
    pub(super) fn return_to_sender(self, slots: &Slots) -> T {
        let Self {
            mut postmark,
            message,
        } = self;
        if let Some(slot) = postmark.slot.take() {
            slots.give_back(slot);
        }
        message
    }
}

impl Drop for Postmark {
    /// The channel is dropped with the message in it, which is dropped next. A drop
    /// has no place of its own, but the stack tells where it happened.
    fn drop(&mut self) {
        if let Some(slot) = &self.slot {
            slot.step_alone(SyncVerb::Acquire, self.sent_at);
        }
    }
}
