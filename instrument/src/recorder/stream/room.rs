//! Where records of one and of two words go, which most are.
//!
//! **Invariant:** no record goes beyond what its chunk has room for, and none leaves room
//! before it.

use racegate_eventlog::record::ObjectKey;

use super::{FILLED_WORDS, Sink, Stream};
use crate::recorder::publication::{publish_pair, publish_word};

impl Stream {
    /// Appends a record of one word. What it refers to must be defined.
    #[inline]
    pub(in crate::recorder) fn append_word(&mut self, sink: &Sink, word: u64) {
        match self.pen.words().get(self.position) {
            Some(place) => {
                publish_word(place, word);
                self.position += 1;
            }
            None => self.store_in_next_chunk(sink, &[word]),
        }
    }

    /// Appends a record of two words. What it refers to must be defined.
    #[inline]
    pub(in crate::recorder) fn append_words(&mut self, sink: &Sink, words: [u64; 2]) {
        match self.pen.words().get(self.position..self.position + 2) {
            Some([first, second]) => {
                publish_pair(first, second, words);
                self.position += 2;
            }
            Some(_) | None => self.store_in_next_chunk(sink, &words),
        }
    }

    /// Where the next record is to stand, if there is room.
    #[inline]
    pub(in crate::recorder) fn end(&self) -> usize {
        self.position
    }

    /// Sees to it that a record of two words will stand in the chunk that is being filled.
    #[inline]
    pub(in crate::recorder) fn make_room_for_pair(&mut self, sink: &Sink) {
        if self.position > FILLED_WORDS - 2 {
            self.seal(sink);
        }
    }

    /// Where a record is to stand after so many words, if there is room for two more and
    /// the object that it refers to is known to be defined without a search.
    #[inline]
    pub(in crate::recorder) fn at_hand(&self, after: usize, object: ObjectKey) -> Option<usize> {
        let position = self.position + after;
        let defined = self.defined.objects.has_at_hand(object.number());
        (defined && position <= FILLED_WORDS - 2).then_some(position)
    }

    /// Appends a record of one word where [`at_hand`](Self::at_hand) said.
    #[expect(clippy::inline_always, reason = "on the path of every event")]
    #[inline(always)]
    pub(in crate::recorder) fn put_word(&mut self, position: usize, word: u64) {
        self.position = position + 1;
        publish_word(&self.pen.words()[position], word);
    }

    /// Appends a record of two words where [`at_hand`](Self::at_hand) said.
    #[expect(clippy::inline_always, reason = "on the path of every event")]
    #[inline(always)]
    pub(in crate::recorder) fn put_pair(&mut self, position: usize, record: [u64; 2]) {
        let words = self.pen.words();
        publish_pair(&words[position], &words[position + 1], record);
        self.position = position + 2;
    }

    #[cold]
    fn store_in_next_chunk(&mut self, sink: &Sink, words: &[u64]) {
        self.seal(sink);
        self.store(sink, words);
    }
}
