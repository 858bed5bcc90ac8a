//! Channels of a text: what a send and a receive are in terms of objects.
//!
//! A channel of capacity C is C slots: the k-th send and the k-th receive both
//! exchange with slot k mod C, so that a receive comes after its send, and a send
//! after the receive that made room for it. Without a bound each message has a
//! slot of its own. At a rendezvous (C = 0) each message has two objects: the
//! sender releases `sent`; the receiver acquires it and releases `received`, which
//! the sender acquires before it goes on.

use std::collections::{HashMap, VecDeque};

use crate::id::{ObjectId, StackId, ThreadId};
use crate::tables::{ObjectClass, ObjectInfo, Tables};

/// The largest capacity of a channel in a text.
const MAX_CAPACITY: usize = 1 << 20;

/// A channel of a text that is being read.
pub(super) struct Channel {
    name: String,
    capacity: Capacity,
    close: ObjectId,
    closed: bool,
    slots: Vec<ObjectId>,
    sends: usize,
    receives: usize,
    /// At a rendezvous: senders that wait, and what their receiver releases.
    waiting: VecDeque<Handover>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Capacity {
    Slots(usize),
    Unbounded,
}

/// A message on its way through a rendezvous.
#[derive(Clone, Copy)]
pub(super) struct Handover {
    pub(super) sender: ThreadId,
    pub(super) sent: ObjectId,
    pub(super) received: ObjectId,
}

/// What a send or a receive does.
#[derive(Clone, Copy)]
pub(super) enum Transfer {
    /// It exchanges with a slot.
    Slot(ObjectId),
    /// It meets its counterpart.
    Rendezvous(Handover),
}

/// The channels of a text that is being read.
#[derive(Default)]
pub(super) struct Channels(HashMap<String, Channel>);

impl Channels {
    /// Declares a channel.
    pub(super) fn declare(
        &mut self,
        tables: &mut Tables,
        name: String,
        capacity: &str,
    ) -> Result<(), String> {
        let capacity = match capacity {
            "unbounded" => Capacity::Unbounded,
            number => number
                .parse()
                .ok()
                .filter(|capacity| *capacity <= MAX_CAPACITY)
                .map(Capacity::Slots)
                .ok_or_else(|| {
                    format!(
                        "expected a capacity up to {MAX_CAPACITY} or `unbounded`, found `{number}`"
                    )
                })?,
        };
        if self.0.contains_key(&name) {
            return Err(format!("expected one declaration of channel `{name}`"));
        }
        let close = add(tables, format!("{name}.close"), ObjectClass::ChannelClose);
        let channel = Channel {
            name: name.clone(),
            capacity,
            close,
            closed: false,
            slots: Vec::new(),
            sends: 0,
            receives: 0,
            waiting: VecDeque::new(),
        };
        self.0.insert(name, channel);
        Ok(())
    }

    /// The channel of this name.
    pub(super) fn named(&mut self, name: &str) -> Result<&mut Channel, String> {
        self.0
            .get_mut(name)
            .ok_or_else(|| format!("expected `chan({name},capacity)` before its use"))
    }
}

impl Channel {
    /// The next send.
    pub(super) fn send(
        &mut self,
        tables: &mut Tables,
        sender: ThreadId,
    ) -> Result<Transfer, String> {
        if self.closed {
            return Err(format!(
                "expected no send after the close of `{}`",
                self.name
            ));
        }
        let number = self.sends;
        self.sends += 1;
        match self.capacity {
            Capacity::Slots(0) => {
                let mut half = |what| {
                    let name = format!("{}.{number}.{what}", self.name);
                    add(tables, name, ObjectClass::ChannelSlot)
                };
                let (sent, received) = (half("sent"), half("received"));
                let handover = Handover {
                    sender,
                    sent,
                    received,
                };
                self.waiting.push_back(handover);
                Ok(Transfer::Rendezvous(handover))
            }
            Capacity::Slots(slots) if number - self.receives >= slots => {
                Err(format!("expected room in `{}` for this send", self.name))
            }
            Capacity::Slots(slots) => Ok(Transfer::Slot(self.slot(tables, number % slots))),
            Capacity::Unbounded => Ok(Transfer::Slot(self.slot(tables, number))),
        }
    }

    /// The next receive.
    pub(super) fn receive(&mut self, tables: &mut Tables) -> Result<Transfer, String> {
        let number = self.receives;
        if number >= self.sends {
            return Err(format!(
                "expected a send on `{}` before this receive",
                self.name
            ));
        }
        self.receives += 1;
        match self.capacity {
            Capacity::Slots(0) => {
                let handover = self.waiting.pop_front();
                Ok(Transfer::Rendezvous(
                    handover.expect("as many senders wait as sends were not received"),
                ))
            }
            Capacity::Slots(slots) => Ok(Transfer::Slot(self.slot(tables, number % slots))),
            Capacity::Unbounded => Ok(Transfer::Slot(self.slot(tables, number))),
        }
    }

    /// The close.
    pub(super) fn close(&mut self) -> Result<ObjectId, String> {
        if std::mem::replace(&mut self.closed, true) {
            return Err(format!("expected one close of `{}`", self.name));
        }
        Ok(self.close)
    }

    /// A receive that finds the channel closed.
    pub(super) fn receive_closed(&self) -> Result<ObjectId, String> {
        if self.closed {
            Ok(self.close)
        } else {
            Err(format!("expected the close of `{}` before this", self.name))
        }
    }

    fn slot(&mut self, tables: &mut Tables, index: usize) -> ObjectId {
        while self.slots.len() <= index {
            let name = format!("{}.{}", self.name, self.slots.len());
            self.slots.push(add(tables, name, ObjectClass::ChannelSlot));
        }
        self.slots[index]
    }
}

fn add(tables: &mut Tables, name: String, class: ObjectClass) -> ObjectId {
    tables.add_object(ObjectInfo {
        class,
        name: Some(name),
        type_name: None,
        created_at: StackId::EMPTY,
        partner: None,
    })
}
