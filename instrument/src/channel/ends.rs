//! Disconnection: what the dropped ends of a channel released.
//!
//! The last drop of a side disconnects the channel, after every other drop of that
//! side: the ends are counted, and a count orders those who count it down. So each
//! drop merges, and whoever finds the channel disconnected acquires them all.

use std::panic::Location;

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::{Receiver, Sender};
use crate::recorder::Object;

/// A place in the program.
pub(super) type Site = &'static Location<'static>;

/// The two sides of a channel.
pub(super) struct Ends {
    senders: Object,
    receivers: Object,
}

impl Ends {
    /// The ends of a channel of `T`s.
    pub(super) fn new<T>(made_at: Site) -> Self {
        Self {
            senders: Object::made_at::<Sender<T>>(ObjectClass::ChannelClose, made_at),
            receivers: Object::made_at::<Receiver<T>>(ObjectClass::ChannelClose, made_at),
        }
    }

    /// A sender is about to be dropped.
    pub(super) fn sender_leaves(&self, site: Site) {
        self.senders.step(SyncVerb::ReleaseMerge, site);
    }

    /// A receiver is about to be dropped.
    pub(super) fn receiver_leaves(&self, site: Site) {
        self.receivers.step(SyncVerb::ReleaseMerge, site);
    }

    /// A receive has found no sender.
    pub(super) fn senders_are_gone(&self, site: Site) {
        self.senders.step(SyncVerb::Acquire, site);
    }

    /// A send has found no receiver.
    pub(super) fn receivers_are_gone(&self, site: Site) {
        self.receivers.step(SyncVerb::Acquire, site);
    }
}
