//! Barriers, wait groups, one-time initialisation, park tokens and reference counts.

use std::collections::BTreeMap;

use racegate_eventlog::{EventKind, Extent, LockMode, ObjectClass, ObjectId, ThreadId};

use super::actor::{Actor, Wait};
use super::draft::Draft;

/// A barrier, which is used again and again.
pub(super) struct Barrier {
    object: ObjectId,
    size: usize,
    arrived: usize,
    leaving: usize,
    rounds: usize,
}

impl Barrier {
    pub(super) fn new(size: usize, draft: &mut Draft) -> Self {
        Self {
            object: draft.object(ObjectClass::Barrier),
            size,
            arrived: 0,
            leaving: 0,
            rounds: 0,
        }
    }

    /// How many have to come until this round is over.
    pub(super) fn missing(&self) -> usize {
        self.size - self.arrived
    }

    /// Arrives; `number` is the barrier's own. The first to arrive replaces what the
    /// barrier held of the last round.
    pub(super) fn arrive(&mut self, number: usize, actor: &mut Actor, draft: &mut Draft) {
        if self.leaving > 0 {
            return;
        }
        let arrival = if self.arrived == 0 {
            EventKind::Release(self.object)
        } else {
            EventKind::ReleaseMerge(self.object)
        };
        draft.push(actor.thread, arrival);
        actor.wait = Some(Wait::Barrier {
            barrier: number,
            round: self.rounds,
        });
        self.arrived += 1;
        if self.arrived == self.size {
            (self.arrived, self.leaving) = (0, self.size);
            self.rounds += 1;
        }
    }

    /// Whether the round is over, and the actor has left it.
    pub(super) fn leave(&mut self, round: usize, actor: &Actor, draft: &mut Draft) -> bool {
        let over = round < self.rounds;
        if over {
            draft.push(actor.thread, EventKind::Acquire(self.object));
            self.leaving -= 1;
        }
        over
    }
}

/// What threads meet at without a lock.
pub(super) struct Meetings {
    group: ObjectId,
    working: usize,
    once: ObjectId,
    once_state: Once,
    /// By thread: its park token, and whether it is given.
    tokens: BTreeMap<ThreadId, (ObjectId, bool)>,
    count: ObjectId,
    counted: Extent,
    references: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Once {
    Fresh,
    Begun,
    Done,
}

impl Meetings {
    pub(super) fn new(draft: &mut Draft) -> Self {
        Self {
            group: draft.object(ObjectClass::WaitGroup),
            working: 0,
            once: draft.object(ObjectClass::Once),
            once_state: Once::Fresh,
            tokens: BTreeMap::new(),
            count: draft.object(ObjectClass::Arc),
            counted: draft.cell(1),
            references: 0,
        }
    }

    pub(super) fn wait_group_object(&self) -> ObjectId {
        self.group
    }

    /// Adds to the wait group, is done with it, or waits for it.
    pub(super) fn wait_group(&mut self, actor: &Actor, draft: &mut Draft) {
        if self.working == 0 {
            draft.push(
                actor.thread,
                EventKind::Request(self.group, LockMode::Write),
            );
            draft.push(actor.thread, EventKind::Acquire(self.group));
            self.working = draft.random.below(3);
        } else {
            draft.push(actor.thread, EventKind::ReleaseMerge(self.group));
            self.working -= 1;
        }
    }

    /// Initialises, or sees what was initialised.
    pub(super) fn once(&mut self, actor: &mut Actor, draft: &mut Draft) {
        if actor.initialises.is_some() {
            return self.initialised(actor, draft);
        }
        match self.once_state {
            Once::Fresh => {
                self.once_state = Once::Begun;
                actor.initialises = Some(self.once);
            }
            Once::Begun => {}
            Once::Done => {
                draft.push(actor.thread, EventKind::Acquire(self.once));
                if draft.random.once_in(4) {
                    self.once = draft.object(ObjectClass::Once);
                    self.once_state = Once::Fresh;
                }
            }
        }
    }

    /// Ends the initialisation that the actor is in the midst of, if it is.
    pub(super) fn initialised(&mut self, actor: &mut Actor, draft: &mut Draft) {
        if let Some(once) = actor.initialises.take() {
            draft.push(actor.thread, EventKind::Release(once));
            self.once_state = Once::Done;
        }
    }

    pub(super) fn unpark(&mut self, actor: &Actor, parked: ThreadId, draft: &mut Draft) {
        let token = self.tokens.entry(parked);
        let token = token.or_insert_with(|| (draft.object(ObjectClass::Park), false));
        token.1 = true;
        draft.push(actor.thread, EventKind::ReleaseMerge(token.0));
    }

    /// Takes the actor's own token, if it was given. A park without one acquires
    /// nothing.
    pub(super) fn park(&mut self, actor: &Actor, draft: &mut Draft) {
        if let Some((token, given)) = self.tokens.get_mut(&actor.thread)
            && std::mem::take(given)
        {
            draft.push(actor.thread, EventKind::Acquire(*token));
        }
    }

    /// A new reference to the shared value.
    pub(super) fn share(&mut self, actor: &mut Actor) {
        actor.shares = true;
        self.references += 1;
    }

    /// Reads the shared value, or drops a reference to it: the last one drops the
    /// value.
    pub(super) fn shared(&mut self, actor: &mut Actor, draft: &mut Draft) {
        if !actor.shares {
            return;
        }
        if draft.random.once_in(2) {
            return draft.push(actor.thread, EventKind::Read(self.counted));
        }
        actor.shares = false;
        self.references -= 1;
        draft.push(actor.thread, EventKind::ReleaseMerge(self.count));
        if self.references == 0 {
            draft.push(actor.thread, EventKind::Acquire(self.count));
            draft.push(actor.thread, EventKind::Write(self.counted));
        }
    }
}
