//! Channels of capacity 0 to 4: their slots, their meetings, and their close.

use std::collections::VecDeque;

use racegate_eventlog::{EventKind, Extent, Location, ObjectClass, ObjectId};

use super::actor::{Actor, Wait};
use super::draft::Draft;

/// How many messages carry a value that was written for them.
const VALUES: u32 = 12;

/// A channel with two senders.
pub(super) struct Channel {
    capacity: usize,
    slots: Vec<ObjectId>,
    values: Extent,
    close: ObjectId,
    senders: usize,
    sent: usize,
    received: usize,
    /// Senders of capacity zero that wait, and those that were met.
    offered: VecDeque<Offer>,
    met: Vec<Offer>,
}

/// What a sender that has no slot offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) channel: usize,
    meeting: ObjectId,
    message: usize,
}

impl Channel {
    pub(super) fn new(capacity: usize, draft: &mut Draft) -> Self {
        let slots = (0..capacity).map(|_| draft.object(ObjectClass::ChannelSlot));
        Self {
            slots: slots.collect(),
            capacity,
            values: draft.cell(VALUES),
            close: draft.object(ObjectClass::ChannelClose),
            senders: 2,
            sent: 0,
            received: 0,
            offered: VecDeque::new(),
            met: Vec::new(),
        }
    }

    /// Sends, where there is room; `number` is the channel's own.
    pub(super) fn send(&mut self, number: usize, actor: &mut Actor, draft: &mut Draft) {
        let room = self.capacity == 0 || self.sent - self.received < self.capacity;
        if self.senders == 0 || !room {
            return;
        }
        let (thread, message) = (actor.thread, self.sent);
        self.sent += 1;
        if let Some(value) = self.value(message) {
            draft.push(thread, EventKind::Write(Extent::one(value)));
        }
        if self.capacity > 0 {
            let slot = self.slots[message % self.capacity];
            draft.push(thread, EventKind::Exchange(slot));
            return;
        }
        let meeting = self.slots.pop();
        let meeting = meeting.unwrap_or_else(|| draft.object(ObjectClass::ChannelSlot));
        draft.push(thread, EventKind::Release(meeting));
        let offer = Offer {
            channel: number,
            meeting,
            message,
        };
        self.offered.push_back(offer);
        actor.wait = Some(Wait::Receiver(offer));
    }

    /// Receives what there is, or sees that no one will send again.
    pub(super) fn receive(&mut self, actor: &mut Actor, draft: &mut Draft) {
        let thread = actor.thread;
        if self.capacity == 0
            && let Some(offer) = self.offered.pop_front()
        {
            draft.push(thread, EventKind::Exchange(offer.meeting));
            self.met.push(offer);
            self.read(offer.message, actor, draft);
        } else if self.capacity > 0 && self.received < self.sent {
            let slot = self.slots[self.received % self.capacity];
            draft.push(thread, EventKind::Exchange(slot));
            self.received += 1;
            self.read(self.received - 1, actor, draft);
        } else if self.senders == 0 {
            draft.push(thread, EventKind::Acquire(self.close));
        }
    }

    /// Whether the sender was met, and now knows.
    pub(super) fn meets(&mut self, offer: Offer, actor: &Actor, draft: &mut Draft) -> bool {
        let Some(at) = self.met.iter().position(|met| *met == offer) else {
            return false;
        };
        self.met.swap_remove(at);
        draft.push(actor.thread, EventKind::Acquire(offer.meeting));
        self.slots.push(offer.meeting);
        true
    }

    /// One of its senders goes.
    pub(super) fn drop_sender(&mut self, actor: &Actor, draft: &mut Draft) {
        if self.senders > 0 {
            self.senders -= 1;
            draft.push(actor.thread, EventKind::ReleaseMerge(self.close));
        }
    }

    fn read(&self, message: usize, actor: &Actor, draft: &mut Draft) {
        if let Some(value) = self.value(message) {
            draft.push(actor.thread, EventKind::Read(Extent::one(value)));
        }
    }

    fn value(&self, message: usize) -> Option<Location> {
        self.values.locations().nth(message)
    }
}
