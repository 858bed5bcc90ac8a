//! Accesses in a row, of which most of a log is made.
//!
//! **Invariant:** it stands where a walk from record to record would.

use super::decode::FirstWord;

/// First words of accesses of one part, one after the other.
///
/// Both words that may be the next first word are loaded before it is known which of them
/// it is: otherwise each load would wait for the one before.
pub(crate) struct Accesses<'w> {
    rest: &'w [u64],
    /// The first of the rest; zero where there is none.
    word: u64,
    all: usize,
}

impl<'w> Accesses<'w> {
    /// Those that the words begin with.
    #[inline]
    pub(crate) fn new(words: &'w [u64]) -> Self {
        Self {
            rest: words,
            word: words.first().copied().unwrap_or_default(),
            all: words.len(),
        }
    }

    /// The next one, if an access comes next.
    #[inline]
    pub(crate) fn next(&self) -> Option<FirstWord> {
        Some(FirstWord::new(self.word)).filter(|word| word.is_access())
    }

    /// Whether all words of the next one are there.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        FirstWord::new(self.word).words() <= self.rest.len()
    }

    /// Goes on after it.
    #[inline]
    pub(crate) fn pass(&mut self) {
        let taken = FirstWord::new(self.word).words();
        let [_, one, two, ..] = *self.rest else {
            self.rest = self.rest.get(taken..).unwrap_or_default();
            self.word = self.rest.first().copied().unwrap_or_default();
            return;
        };
        let is_two = (taken as u64 - 1).wrapping_neg();
        self.word = one ^ ((one ^ two) & is_two);
        self.rest = &self.rest[taken..];
    }

    /// How many words were passed.
    #[inline]
    pub(crate) fn passed(&self) -> usize {
        self.all - self.rest.len()
    }
}
