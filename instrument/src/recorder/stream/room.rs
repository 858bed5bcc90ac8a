//! Where records of one and of two words go, which most are.
//!
//! **Invariant:** no record goes beyond what its chunk has room for, and none leaves room
//! before it.

use racegate_eventlog::record::ObjectKey;

use super::{FILLED_WORDS, Sink, Stream};
use crate::recorder::publication::{publish_pair, publish_word};

impl Stream {
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
}
