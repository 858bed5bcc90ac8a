//! The first look at a chunk's words: where they were recorded, and what is the
//! better guess at each place's objects.
//!
//! **Invariant:** the codes, in order, cover every word once.

use super::columns::AS_IS;
use super::model::Head;
use super::shape::Shape;
use crate::record::FirstWord;

/// What was seen.
pub(super) struct Survey {
    /// The places, in the order of their codes, which start at one.
    pub(super) heads: Vec<Head>,
    /// Each record's place, or [`AS_IS`].
    pub(super) codes: Vec<u16>,
    /// How many words each of the latter covers.
    pub(super) runs: Vec<usize>,
}

impl Survey {
    pub(super) fn of(words: &[u64]) -> Self {
        let mut seen = Seen {
            index: Index::new(words.len()),
            guesses: Vec::new(),
        };
        let (mut codes, mut runs) = (Vec::with_capacity(words.len()), Vec::new());
        let (mut at, mut before) = (0, 0);
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
            let record = Shape::of(rest).and_then(|shape| {
                let head = Head::new(rest[0], shape, rest[shape.words() - 1]);
                Some((seen.code(head)?, shape))
            });
            let Some((code, shape)) = record else {
                let taken = kept(rest);
                at += taken;
                match runs.last_mut().filter(|_| codes.last() == Some(&AS_IS)) {
                    Some(run) => *run += taken,
                    None => {
                        codes.push(AS_IS);
                        runs.push(taken);
                    }
                }
                continue;
            };
            let object = FirstWord::new(rest[0]).subject();
            seen.guesses[usize::from(code) - 1].try_both(object, before);
            before = object;
            codes.push(code);
            at += shape.words();
        }
        let (heads, renamed) = in_order(&seen.guesses);
        for code in codes.iter_mut().filter(|code| **code != AS_IS) {
            *code = renamed[usize::from(*code) - 1];
        }
        Self { heads, codes, runs }
    }
}

/// The heads by stack and kind, so that neighbours differ by little; and for each
/// that was found its new code.
fn in_order(found: &[Guesses]) -> (Vec<Head>, Vec<u16>) {
    let mut heads: Vec<(Head, usize)> = found.iter().map(Guesses::better).zip(0..).collect();
    heads.sort_unstable_by_key(|(head, _)| head.rank());
    let mut renamed = vec![AS_IS; found.len()];
    for (code, (_, before)) in (1..=u16::MAX).zip(&heads) {
        renamed[*before] = code;
    }
    (heads.into_iter().map(|(head, _)| head).collect(), renamed)
}

/// How many words at the start of `rest` are kept as they are.
fn kept(rest: &[u64]) -> usize {
    let definition = crate::record::definition_length(rest);
    let record = || Shape::of(rest).map(Shape::words);
    definition.or_else(record).unwrap_or(1)
}

/// The places seen so far.
struct Seen {
    index: Index,
    guesses: Vec<Guesses>,
}

impl Seen {
    /// The code of a place; none where there are no more codes.
    fn code(&mut self, head: Head) -> Option<u16> {
        let guesses = &self.guesses;
        let slot = self
            .index
            .slot(head, |code| guesses[usize::from(code) - 1].head);
        if *slot == AS_IS {
            *slot = u16::try_from(self.guesses.len() + 1).ok()?;
            self.guesses.push(Guesses::new(head));
        }
        Some(*slot)
    }
}

/// How far the two guesses at a place's next object were off.
struct Guesses {
    head: Head,
    object: u64,
    /// The place's own last object; the object of the record before.
    own: Misses,
    follows: Misses,
}

#[derive(Default)]
struct Misses {
    last: u64,
    bytes: u32,
}

impl Guesses {
    fn new(head: Head) -> Self {
        Self {
            head,
            object: 0,
            own: Misses::default(),
            follows: Misses::default(),
        }
    }

    fn try_both(&mut self, object: u64, before: u64) {
        self.own.count(object.wrapping_sub(self.object));
        self.follows.count(object.wrapping_sub(before));
        self.object = object;
    }

    fn better(&self) -> Head {
        if self.follows.bytes < self.own.bytes {
            self.head.following()
        } else {
            self.head
        }
    }
}

impl Misses {
    /// A distance that repeats costs next to nothing.
    fn count(&mut self, distance: u64) {
        let magnitude = distance.min(distance.wrapping_neg());
        if distance != self.last {
            self.bytes += (u64::BITS - magnitude.leading_zeros()).div_ceil(8);
        }
        self.last = distance;
    }
}

/// Which code a head has: a table of codes, open to the next free slot.
struct Index {
    slots: Vec<u16>,
}

impl Index {
    /// Room for as many heads as there are words, and no more than there are codes.
    fn new(words: usize) -> Self {
        let room = words.min(usize::from(u16::MAX)) * 2;
        Self {
            slots: vec![AS_IS; room.next_power_of_two()],
        }
    }

    /// The slot of a head: one that holds its code, or a free one.
    fn slot(&mut self, head: Head, head_of: impl Fn(u16) -> Head) -> &mut u16 {
        let mask = self.slots.len() - 1;
        let mut at = head.hash() as usize & mask;
        while self.slots[at] != AS_IS && head_of(self.slots[at]) != head {
            at = (at + 1) & mask;
        }
        &mut self.slots[at]
    }
}
