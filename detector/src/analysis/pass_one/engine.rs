//! An engine that makes room for itself: codes of 32 bits as long as they hold every
//! time of every slot, and of 64 bits from then on.
//!
//! **Invariant:** no code ever wraps, and which locations race does not depend on how
//! often there had to be made room.

use racegate_eventlog::reader::Block;
use racegate_eventlog::{Event, Location};

use super::code::Width;
use super::judge::{Case, Judge};
use super::shadow::Full;
use super::share::Share;

/// Pass one, for a share of the locations.
#[derive(Debug)]
pub(super) enum Engine<'l, S> {
    Narrow(Judge<'l, u32, S>),
    Wide(Judge<'l, u64, S>),
}

/// How many threads there is room for at first. Where a log has some thousands, all of
/// them may be alive at once, and to make room takes time; where it has more, most will
/// not be, and room for them is taken from the times.
pub(super) fn slots_at_first(threads: usize) -> usize {
    if threads < 8 * 1024 { threads } else { 255 }
}

impl<'l, S: Share> Engine<'l, S> {
    /// Nothing happened yet.
    pub(super) fn new(case: &Case<'l>, share: S) -> Self {
        let width = width_at_first(case);
        if is_narrow(case) {
            Self::Narrow(Judge::new(case, width, share))
        } else {
            Self::Wide(Judge::new(case, width, share))
        }
    }

    /// The bytes that it takes before anything happens.
    pub(super) fn bytes_at_first(case: &Case<'_>, share: S) -> u64 {
        if is_narrow(case) {
            Judge::<u32, S>::bytes_at_first(case, share)
        } else {
            Judge::<u64, S>::bytes_at_first(case, share)
        }
    }

    /// Takes events in their order.
    pub(super) fn take(&mut self, mut events: &[Event]) {
        loop {
            let taken = match self {
                Self::Narrow(judge) => judge.take(events),
                Self::Wide(judge) => judge.take(events),
            };
            events = &events[taken..];
            if events.is_empty() {
                return;
            }
            self.make_room();
        }
    }

    /// The same of a block.
    pub(super) fn take_block(&mut self, block: &Block) {
        match self {
            Self::Narrow(judge) => judge.make_room_for(block.ids()),
            Self::Wide(judge) => judge.make_room_for(block.ids()),
        }
        for mut stretch in block.stretches() {
            loop {
                let taken = match self {
                    Self::Narrow(judge) => judge.take_stretch(&mut stretch),
                    Self::Wide(judge) => judge.take_stretch(&mut stretch),
                };
                match taken {
                    Ok(()) => break,
                    Err(Full) => self.make_room(),
                }
            }
        }
    }

    /// Twice the slots, if it is they that are missing, or larger codes.
    fn make_room(&mut self) {
        *self = match self {
            Self::Narrow(judge) => {
                let width = judge.width();
                if judge.has_vacancy() {
                    Self::Wide(judge.recoded(width))
                } else if judge.fits::<u32>(width.doubled()) {
                    Self::Narrow(judge.recoded(width.doubled()))
                } else {
                    Self::Wide(judge.recoded(width.doubled()))
                }
            }
            Self::Wide(judge) => {
                let width = judge.width().doubled();
                assert!(judge.fits::<u64>(width), "2^64 hold any log's times");
                Self::Wide(judge.recoded(width))
            }
        };
    }

    /// The bytes that all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Narrow(judge) => judge.bytes(),
            Self::Wide(judge) => judge.bytes(),
        }
    }

    /// The locations that raced, in no order.
    pub(super) fn into_raced(self) -> Vec<Location> {
        match self {
            Self::Narrow(judge) => judge.into_raced(),
            Self::Wide(judge) => judge.into_raced(),
        }
    }
}

fn width_at_first(case: &Case<'_>) -> Width {
    Width::of(case.slots + 1)
}

/// Whether small codes have room for the marks and times that there are from the start.
fn is_narrow(case: &Case<'_>) -> bool {
    let marks = case.tables.memories.len() as u64 + 3;
    width_at_first(case).holds::<u32>(marks.max(case.first + 3))
}
