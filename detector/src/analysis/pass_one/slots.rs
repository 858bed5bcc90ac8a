//! The slots of the threads that are alive, each with its clock.
//!
//! **Invariant:** a slot is taken over only by a thread whose forker knows the last
//! access made in it (the argument why that is exact is in `clock/chain.rs`), and at a
//! time later than any that the slot has had.

use super::atomics::Fences;
use super::clock::{Kept, Now, join};
use super::code::{Code, Width};
use crate::clock::{Reuse, Vacancies};

/// What is known of one slot's owner.
#[derive(Debug, Default)]
pub(super) struct Slot<C> {
    pub(super) epoch: C,
    /// The epoch in which the owner last learnt something.
    learnt: C,
    /// The last access made in the slot, be it by an earlier owner.
    last_access: C,
    /// The last time that was released in the slot, be it by an earlier owner.
    last_release: C,
    /// The stamps of the slot from here on mean what they say. Earlier ones do not
    /// where a later owner began without knowing all that was released before.
    trusted_from: C,
    pub(super) fences: Option<Box<Fences<C>>>,
}

/// All slots. Number zero is nobody's.
#[derive(Debug)]
pub(super) struct Slots<C> {
    pub(super) width: Width,
    slots: Vec<Slot<C>>,
    /// By slot, a row as long as codes have slots.
    rows: Vec<C>,
    vacant: Vacancies<usize>,
    /// The time at which a slot begins that nobody had before.
    first: u64,
    /// The latest time of any slot.
    latest: u64,
}

impl<C: Code> Slots<C> {
    /// No slot is taken.
    pub(super) fn new(width: Width, first: u64, reuse: Reuse) -> Self {
        Self {
            width,
            slots: vec![Slot::default()],
            rows: vec![C::default(); width.slots()],
            vacant: Vacancies::new(reuse),
            first,
            latest: first,
        }
    }

    /// Whether one more thread can begin.
    pub(super) fn has_vacancy(&self) -> bool {
        self.slots.len() < self.width.slots()
    }

    /// Whether one more event can be stepped over: it ticks twice at most.
    pub(super) fn has_time(&self) -> bool {
        self.width.holds::<C>(self.latest + 2)
    }

    /// What the owner of a slot knows.
    pub(super) fn now(&self, slot: usize) -> Now<'_, C> {
        Now {
            row: self.row(slot),
            epoch: self.slots[slot].epoch,
        }
    }

    pub(super) fn slot_mut(&mut self, slot: usize) -> &mut Slot<C> {
        &mut self.slots[slot]
    }

    /// An access happens here, which others may ask about.
    pub(super) fn accessed(&mut self, slot: usize) {
        let slot = &mut self.slots[slot];
        slot.last_access = slot.epoch;
    }

    /// What follows is not part of what was just released.
    pub(super) fn tick(&mut self, slot: usize) {
        let released = self.slots[slot].epoch;
        self.slots[slot].last_release = released;
        self.begin_at(slot, self.width.time(released) + 1);
    }

    /// `C ⊔= L`.
    pub(super) fn learn(&mut self, slot: usize, kept: &Kept<C>) {
        if !self.knows_all(slot, kept) {
            join(self.row_mut(slot), &kept.times);
            let slot = &mut self.slots[slot];
            slot.learnt = slot.epoch;
        }
    }

    /// `L := C`, of which the thread's time is yet to tick.
    pub(super) fn give(&self, slot: usize, kept: &mut Kept<C>) {
        let own = &self.slots[slot];
        let last = kept.stamp;
        let slots = self.width.slots();
        // Since it was this thread that gave it last, and the thread learnt nothing
        // since, nothing but its own time is new.
        if last.slot(slots) == slot && own.learnt <= last {
            kept.times[slot] = own.epoch;
            kept.stamp = own.epoch;
            return;
        }
        kept.set(self.row(slot), self.used(), own.epoch);
    }

    /// `L ⊔= C`, of which the thread's time is yet to tick.
    pub(super) fn add(&self, slot: usize, kept: &mut Kept<C>) {
        if self.knows_all(slot, kept) {
            self.give(slot, kept);
        } else {
            kept.join(&self.row(slot)[..self.used()]);
        }
    }

    /// Whether a thread surely knows everything in a clock.
    pub(super) fn knows_all(&self, slot: usize, kept: &Kept<C>) -> bool {
        kept.times.is_empty() || self.is_known(kept.stamp, self.row(slot))
    }

    /// Whether a clock that knows as much as this surely knows everything that the
    /// stamp stands for.
    pub(super) fn is_known(&self, stamp: C, times: &[C]) -> bool {
        let slot = stamp.slot(self.width.slots());
        slot != 0
            && times.get(slot).is_some_and(|&time| stamp <= time)
            && self.slots[slot].trusted_from <= stamp
    }

    /// A slot for a thread that this slot's owner forks; nobody's where nobody did.
    /// Asks for a [vacancy](Self::has_vacancy).
    pub(super) fn begin(&mut self, forker: usize) -> usize {
        let (slots, rows, width) = (&self.slots, &self.rows, self.width.slots());
        let knows = |epoch: C| epoch <= rows[forker * width + epoch.slot(width)];
        let heir = self.vacant.take(|&slot| knows(slots[slot].last_access));
        let slot = heir.unwrap_or(slots.len());
        let time = match heir {
            Some(slot) => {
                let knows_all = knows(slots[slot].last_release);
                let time = self.width.time(slots[slot].epoch) + 1;
                if !knows_all {
                    self.slots[slot].trusted_from = self.width.code(slot, time);
                }
                time
            }
            None => {
                self.slots.push(Slot::default());
                self.rows.resize(self.slots.len() * width, C::default());
                self.first
            }
        };
        let row = forker * width..(forker + 1) * width;
        self.rows.copy_within(row, slot * width);
        self.begin_at(slot, time);
        self.slots[slot].learnt = self.slots[slot].epoch;
        slot
    }

    /// The owner of a slot will take no further step.
    pub(super) fn finish(&mut self, slot: usize) {
        self.slots[slot].fences = None;
        self.vacant.add(slot);
    }

    /// The bytes that all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        let fences = self.slots.iter().filter_map(|slot| slot.fences.as_ref());
        let fences: usize = fences.map(|it| it.bytes()).sum();
        let slots = self.slots.capacity() * size_of::<Slot<C>>();
        (slots + self.rows.capacity() * size_of::<C>() + fences) as u64
    }

    /// Whether codes of another width and kind have room for every time.
    pub(super) fn fits<D: Code>(&self, width: Width) -> bool {
        width.holds::<D>(self.latest + 3)
    }

    /// The same in codes of another width or kind.
    pub(super) fn recoded<D: Code>(&self, width: Width) -> Slots<D> {
        let recode = |code| self.width.recoded(code, width);
        let mut rows = vec![D::default(); self.slots.len() * width.slots()];
        let old = self.rows.chunks_exact(self.width.slots());
        for (new, old) in rows.chunks_exact_mut(width.slots()).zip(old) {
            for (new, old) in new.iter_mut().zip(old) {
                *new = recode(*old);
            }
        }
        let slots = self.slots.iter().map(|slot| Slot {
            epoch: recode(slot.epoch),
            learnt: recode(slot.learnt),
            last_access: recode(slot.last_access),
            last_release: recode(slot.last_release),
            trusted_from: recode(slot.trusted_from),
            fences: slot.fences.as_ref().map(|it| Box::new(it.recoded(recode))),
        });
        Slots {
            width,
            slots: slots.collect(),
            rows,
            vacant: self.vacant.clone(),
            first: self.first,
            latest: self.latest,
        }
    }

    fn begin_at(&mut self, slot: usize, time: u64) {
        self.latest = self.latest.max(time);
        let epoch = self.width.code(slot, time);
        self.slots[slot].epoch = epoch;
        self.row_mut(slot)[slot] = epoch;
    }

    fn row(&self, slot: usize) -> &[C] {
        let width = self.width.slots();
        &self.rows[slot * width..][..width]
    }

    fn row_mut(&mut self, slot: usize) -> &mut [C] {
        let width = self.width.slots();
        &mut self.rows[slot * width..][..width]
    }

    /// How much of a row may hold anything: whole cache lines of it.
    fn used(&self) -> usize {
        let used = self.slots.len().next_multiple_of(8);
        used.min(self.width.slots())
    }
}
