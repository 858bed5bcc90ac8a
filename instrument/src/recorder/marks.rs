//! A set of numbers that are handed out one after another: a bitmap in pages, and in
//! front of it the numbers that were asked for lately.
//!
//! It says for every event whether the stream has defined what the event refers to, so
//! it is asked far more often than it is told.
//!
//! **Invariant:** a number is in the set from its [`insert`](Marks::insert) to the next
//! [`clear`](Marks::clear), and what is among the recent ones is in the set.

/// The numbers of one page.
const PAGE: usize = 4096;
/// No number.
const NONE: u64 = u64::MAX;

/// A set of numbers, of which so many that were asked for lately are at hand.
pub(super) struct Marks<const RECENT: usize> {
    /// By the number's low bits.
    recent: [u64; RECENT],
    /// By number; none where nothing was marked yet. An emptied page stays.
    pages: Vec<Option<Box<Page>>>,
}

/// A bit for each number.
type Page = [u64; PAGE / 64];

impl<const RECENT: usize> Marks<RECENT> {
    /// The empty set.
    pub(super) const fn new() -> Self {
        Self {
            recent: [NONE; RECENT],
            pages: Vec::new(),
        }
    }

    /// Whether the number is in the set.
    #[inline]
    pub(super) fn contains(&mut self, number: u64) -> bool {
        self.has_at_hand(number) || self.finds(number)
    }

    /// Whether the number is in the set, and was asked for lately.
    #[inline]
    pub(super) fn has_at_hand(&self, number: u64) -> bool {
        self.recent[number as usize % RECENT] == number
    }

    /// The same of a number that is not among the recent ones.
    #[inline(never)]
    fn finds(&mut self, number: u64) -> bool {
        let place = place(number);
        let marked = match self.pages.get(place.page) {
            Some(Some(page)) => page[place.word] >> place.bit & 1 == 1,
            Some(None) | None => false,
        };
        if marked {
            self.recent[number as usize % RECENT] = number;
        }
        marked
    }

    /// Puts the number into the set; false if it was there.
    pub(super) fn insert(&mut self, number: u64) -> bool {
        let place = place(number);
        if place.page >= self.pages.len() {
            self.pages.resize_with(place.page + 1, || None);
        }
        let page = self.pages[place.page].get_or_insert_with(|| Box::new([0; PAGE / 64]));
        let before = page[place.word];
        page[place.word] |= 1 << place.bit;
        page[place.word] != before
    }

    /// Empties the set and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.recent.fill(NONE);
        for page in self.pages.iter_mut().flatten() {
            page.fill(0);
        }
    }
}

/// Where a number's bit is.
struct Place {
    page: usize,
    word: usize,
    bit: u64,
}

fn place(number: u64) -> Place {
    // No page could be had for a number that does not fit.
    let page = usize::try_from(number / PAGE as u64).unwrap_or(usize::MAX);
    Place {
        page,
        word: (number % PAGE as u64 / 64) as usize,
        bit: number % 64,
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, PAGE};

    const RECENT: usize = 8;

    #[test]
    fn a_number_is_in_the_set_from_its_insert_to_the_next_clear() {
        let (page, recent) = (PAGE as u64, RECENT as u64);
        let numbers = [
            0,
            1,
            63,
            64,
            recent,
            recent + 1,
            page,
            7 * page + 65,
            1 << 24,
        ];
        let mut marks = Marks::<RECENT>::new();
        for round in 0..2 {
            for (inserted, number) in numbers.iter().enumerate() {
                assert!(marks.insert(*number), "{number} in round {round}");
                assert!(!marks.insert(*number), "{number} in round {round}");
                for (index, other) in numbers.iter().enumerate() {
                    // Twice: looked up, and then among the recent ones.
                    assert_eq!(marks.contains(*other), index <= inserted, "{other}");
                    assert_eq!(marks.contains(*other), index <= inserted, "{other}");
                }
            }
            let absent = [2, 3 * page, page + recent, 1 << 30];
            assert!(absent.iter().all(|number| !marks.contains(*number)));
            marks.clear();
            assert!(numbers.iter().all(|number| !marks.contains(*number)));
        }
    }
}
