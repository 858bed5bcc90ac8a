//! What makes no edge: marks and declared atomic blocks.

use racegate_eventlog::{EventKind, NameId};

use super::actor::Actor;
use super::draft::Draft;

/// The names that are noted.
pub(super) struct Notes {
    name: NameId,
}

impl Notes {
    pub(super) fn new(draft: &mut Draft) -> Self {
        Self {
            name: draft.name("here"),
        }
    }

    pub(super) fn note(&self, actor: &mut Actor, draft: &mut Draft) {
        let kind = if actor.block.is_some() || draft.random.once_in(2) {
            match actor.block.take() {
                Some(name) => EventKind::BlockEnd(name),
                None => EventKind::Mark(self.name),
            }
        } else {
            actor.block = Some(self.name);
            EventKind::BlockBegin(self.name)
        };
        draft.push(actor.thread, kind);
    }
}
