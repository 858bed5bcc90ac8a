//! Clocks as rows of codes, and the clocks that objects keep.
//!
//! **Invariant:** a kept clock's stamp is an epoch such that whoever knows it knows
//! everything in the clock.
//!
//! That is what makes most acquires cost nothing. A thread's clock ticks after each
//! thing it releases, so each of its times has been released at most once. Clocks are
//! only ever handed on whole, so whoever knows the time at which a thread released
//! something knows what the thread knew then. Where a slot is taken over by a thread
//! that does not know all that the slot's last owner released, this ends for the times
//! of that owner, and there alone: see [`Slot::trusted_from`](super::slots::Slot).

use super::code::Code;

/// What an object, a fence or a thread's end keeps.
#[derive(Debug, Default)]
pub(super) struct Kept<C> {
    /// By slot, as far as anything is known.
    pub(super) times: Vec<C>,
    /// Zero where no epoch stands for all of it.
    pub(super) stamp: C,
}

/// What a thread knows, and when.
#[derive(Clone, Copy)]
pub(super) struct Now<'c, C> {
    /// By slot; as long as codes have slots.
    pub(super) row: &'c [C],
    /// The thread's epoch, which its own row holds too.
    pub(super) epoch: C,
}

impl<C: Code> Now<'_, C> {
    /// FastTrack's `c@t ≼ C`.
    #[inline]
    pub(super) fn knows(&self, epoch: C) -> bool {
        epoch <= self.row[epoch.slot(self.row.len())]
    }
}

/// How many parts of two long clocks are joined side by side.
const PARTS: usize = 4;
/// How long a part is at least: what a processor fetches ahead ends with the page.
const PAGE_BYTES: usize = 4096;
/// So many codes of a part are taken at a time: a cache line or two.
const LINE: usize = 16;

/// `C ⊔= L`.
///
/// The clocks of thousands of threads are in no cache. Taken side by side, their parts are
/// fetched at once, and not one after the other.
pub(super) fn join<C: Code>(row: &mut [C], times: &[C]) {
    let length = row.len().min(times.len());
    let mut joined = 0;
    let part = length / (PARTS * LINE) * LINE;
    if part * size_of::<C>() >= PAGE_BYTES {
        for line in (0..part).step_by(LINE) {
            for start in (line..).step_by(part).take(PARTS) {
                join_in_order(&mut row[start..][..LINE], &times[start..][..LINE]);
            }
        }
        joined = PARTS * part;
    }
    join_in_order(&mut row[joined..length], &times[joined..length]);
}

fn join_in_order<C: Code>(row: &mut [C], times: &[C]) {
    for (mine, theirs) in row.iter_mut().zip(times) {
        *mine = mine.later(*theirs);
    }
}

impl<C: Code> Kept<C> {
    /// `L := C`; `used` is how many slots of the row may hold anything.
    pub(super) fn set(&mut self, row: &[C], used: usize, stamp: C) {
        self.times.clear();
        self.times.extend_from_slice(&row[..used]);
        self.stamp = stamp;
    }

    /// `L ⊔= C`.
    pub(super) fn join(&mut self, times: &[C]) {
        if self.times.len() < times.len() {
            self.times.resize(times.len(), C::default());
        }
        join(&mut self.times, times);
        self.stamp = C::default();
    }

    /// `L := M`.
    pub(super) fn copy(&mut self, other: &Self) {
        self.times.clear();
        self.times.extend_from_slice(&other.times);
        self.stamp = other.stamp;
    }

    /// `L ⊔= M`.
    pub(super) fn merge(&mut self, other: &Self) {
        if self.times.is_empty() {
            self.copy(other);
        } else if !other.times.is_empty() {
            self.join(&other.times);
        }
    }

    /// Nothing is known any more.
    pub(super) fn clear(&mut self) {
        self.times.clear();
        self.stamp = C::default();
    }

    /// The same in other codes.
    pub(super) fn recoded<D>(&self, recode: impl Fn(C) -> D) -> Kept<D> {
        Kept {
            times: self.times.iter().map(|&time| recode(time)).collect(),
            stamp: recode(self.stamp),
        }
    }

    /// The bytes that it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        self.times.capacity() * size_of::<C>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_of_any_length_are_joined_to_the_last_code() {
        let page = u32::try_from(PAGE_BYTES / size_of::<u32>()).expect("a page is small");
        let long = page * 4;
        for length in [
            0,
            1,
            40,
            page,
            long - 1,
            long,
            long + 1,
            long + 79,
            long * 3 + 5,
        ] {
            // Each is the later one at every other place.
            let mut row: Vec<u32> = (0..length).map(|at| at * 2 + at % 2).collect();
            for known in [length.saturating_sub(1), length, length + 7] {
                let times: Vec<u32> = (0..known).map(|at| at * 2 + (at + 1) % 2).collect();
                let pairs = row
                    .iter()
                    .zip(times.iter().copied().chain(std::iter::repeat(0)));
                let joined: Vec<u32> = pairs.map(|(mine, theirs)| theirs.max(*mine)).collect();
                join(&mut row, &times);
                assert_eq!(row, joined, "{length} and {known}");
            }
        }
    }
}
