//! Where events go that a turn makes: a block of them as they are, or a [`Block`].
//!
//! **Invariant:** what is not full takes one more event, and keeps the order.

use crate::event::{Event, EventKind};
use crate::id::{Extent, StackId, ThreadId};
use crate::reader::block::{Access, Block};
use crate::reader::definitions::Ids;
use crate::reader::log::BLOCK_EVENTS;
use crate::record::FirstWord;

/// Room for events in a row.
pub(super) trait Sink {
    /// Whether there may be no room for another event.
    fn is_full(&self) -> bool;

    fn is_empty(&self) -> bool;

    fn clear(&mut self);

    fn push(&mut self, event: &Event);

    /// Takes the accesses of one part that the words begin with, as long as there is room
    /// and each is known by its ids alone: how many words they take.
    fn accesses(&mut self, thread: ThreadId, words: &[u64], ids: Ids<'_>) -> usize;
}

/// Events as they are.
pub(super) struct Plain {
    /// Room for a block, of which the first events are there.
    events: Vec<Event>,
    filled: usize,
}

impl Plain {
    pub(super) fn new() -> Self {
        let nothing = Event {
            thread: ThreadId::ROOT,
            stack: StackId::EMPTY,
            kind: EventKind::Begin,
        };
        Self {
            events: vec![nothing; BLOCK_EVENTS],
            filled: 0,
        }
    }

    /// The events that are there.
    pub(super) fn events(&self) -> &[Event] {
        &self.events[..self.filled]
    }
}

impl Sink for Plain {
    fn is_full(&self) -> bool {
        self.filled == BLOCK_EVENTS
    }

    fn is_empty(&self) -> bool {
        self.filled == 0
    }

    fn clear(&mut self) {
        self.filled = 0;
    }

    fn push(&mut self, event: &Event) {
        self.events[self.filled] = *event;
        self.filled += 1;
    }

    fn accesses(&mut self, thread: ThreadId, words: &[u64], ids: Ids<'_>) -> usize {
        let (made, taken) = events(thread, words, &mut self.events[self.filled..], ids);
        self.filled += made;
        taken
    }
}

impl Sink for Block {
    fn is_full(&self) -> bool {
        Block::is_full(self)
    }

    fn is_empty(&self) -> bool {
        self.events() == 0
    }

    fn clear(&mut self) {
        Block::clear(self);
    }

    fn push(&mut self, event: &Event) {
        Block::push(self, event);
    }

    fn accesses(&mut self, thread: ThreadId, words: &[u64], ids: Ids<'_>) -> usize {
        let (made, taken) = accesses(words, self.room(thread), ids);
        self.took(made);
        taken
    }
}

/// Fills the room with the accesses that the words begin with: how many, and how many words
/// they take.
// A function of its own, so that all it needs is in registers.
#[inline(never)]
fn events(thread: ThreadId, words: &[u64], room: &mut [Event], ids: Ids<'_>) -> (usize, usize) {
    let mut at = 0;
    let mut made = 0;
    for event in room {
        let Some(word) = words.get(at).map(|word| FirstWord::new(*word)) else {
            break;
        };
        if !word.is_access() {
            break;
        }
        let Some(location) = ids.location(word.cell()) else {
            break;
        };
        let Some(stack) = ids.stack(word.stack()) else {
            break;
        };
        let extent = Extent::one(location);
        *event = Event {
            thread,
            stack,
            kind: if word.writes() {
                EventKind::Write(extent)
            } else {
                EventKind::Read(extent)
            },
        };
        at += word.words();
        made += 1;
    }
    (made, at)
}

/// Fills the room with the accesses of one word that the words begin with, as far as their
/// keys stand in the run of most keys: how many.
#[inline(never)]
fn accesses_in_a_row(words: &[u64], room: &mut [Access], ids: Ids<'_>) -> usize {
    let run = ids.run();
    let mut made = 0;
    for (access, word) in room.iter_mut().zip(words) {
        let word = FirstWord::new(*word);
        if !word.is_one_word_access() {
            break;
        }
        let Some(location) = run.location(word.cell()) else {
            break;
        };
        *access = Access::within(location, word.writes());
        made += 1;
    }
    made
}

/// The same without stacks.
#[inline(never)]
fn accesses(words: &[u64], room: &mut [Access], ids: Ids<'_>) -> (usize, usize) {
    let mut at = 0;
    let mut made = 0;
    loop {
        let rest = words.get(at..).unwrap_or_default();
        let row = accesses_in_a_row(rest, &mut room[made..], ids);
        at += row;
        made += row;
        let (Some(word), Some(access)) = (words.get(at), room.get_mut(made)) else {
            break;
        };
        let word = FirstWord::new(*word);
        let location = ids.location(word.cell()).filter(|_| word.is_access());
        let Some(told) = location.and_then(|it| Access::new(it, word.writes())) else {
            break;
        };
        *access = told;
        at += word.words();
        made += 1;
    }
    (made, at)
}
