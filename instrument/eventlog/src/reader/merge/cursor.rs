//! Every thread's records in program order.

use crate::id::ThreadId;
use crate::reader::streams::{Piece, Streams};
use crate::record::{self, Entry, Record};

/// The records of all threads.
pub(super) struct Program<'a> {
    streams: &'a Streams,
    /// By thread: where its pieces start; one more at the end.
    starts: Vec<usize>,
}

/// Where a thread stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    piece: usize,
    word: usize,
    end: usize,
}

/// What comes next in a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A record.
    Record(Record),
    /// Records are missing here.
    Missing(Missing),
    /// The thread's records end.
    End,
}

/// Why a thread's next records cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Part of its stream is lost; the place in [`Streams::losses`].
    Loss(usize),
    /// A stretch of the thread is in no stream.
    Segment(u64),
    /// A stretch of the thread is in several places.
    Twice(u64),
}

impl<'a> Program<'a> {
    /// The records of these streams.
    pub(super) fn of(streams: &'a Streams) -> Self {
        let mut starts = vec![0; streams.threads + 1];
        for piece in &streams.pieces {
            starts[piece.thread.index() + 1] += 1;
        }
        for thread in 0..streams.threads {
            starts[thread + 1] += starts[thread];
        }
        Self { streams, starts }
    }

    /// How many threads there are.
    pub(super) fn threads(&self) -> usize {
        self.streams.threads
    }

    /// What is missing from a stream.
    pub(super) fn loss(&self, loss: usize) -> &str {
        &self.streams.losses[loss]
    }

    /// The start of a thread.
    pub(super) fn cursor(&self, thread: ThreadId) -> Cursor {
        let piece = self.starts[thread.index()];
        let word = self
            .streams
            .pieces
            .get(piece)
            .map_or(0, |piece| piece.start);
        Cursor {
            piece,
            word,
            end: self.starts[thread.index() + 1],
        }
    }

    /// All records from here on, usable or not.
    pub(super) fn rest(&self, mut cursor: Cursor) -> impl Iterator<Item = Record> {
        std::iter::from_fn(move || {
            while let Some(piece) = self.piece(cursor) {
                if let Some((record, taken)) = self.record(piece, &mut cursor.word) {
                    cursor.word += taken;
                    return Some(record);
                }
                self.enter(&mut cursor);
            }
            None
        })
    }

    /// What comes next, and how many words it takes.
    pub(super) fn next(&self, cursor: &mut Cursor) -> (Next, usize) {
        loop {
            let Some(piece) = self.piece(*cursor) else {
                return (Next::End, 0);
            };
            if cursor.word == piece.start
                && let Some(missing) = self.missing_before(*cursor, piece)
            {
                return (Next::Missing(missing), 0);
            }
            if let Some((record, taken)) = self.record(piece, &mut cursor.word) {
                return (Next::Record(record), taken);
            }
            self.enter(cursor);
        }
    }

    fn piece(&self, cursor: Cursor) -> Option<&'a Piece> {
        self.streams.pieces[..cursor.end].get(cursor.piece)
    }

    fn enter(&self, cursor: &mut Cursor) {
        cursor.piece += 1;
        cursor.word = self.piece(*cursor).map_or(0, |piece| piece.start);
    }

    /// What is missing between the piece before this one and this one.
    fn missing_before(&self, cursor: Cursor, piece: &Piece) -> Option<Missing> {
        if let Some(loss) = piece.loss {
            return Some(Missing::Loss(loss));
        }
        let before = cursor
            .piece
            .checked_sub(1)
            .map(|before| &self.streams.pieces[before])
            .filter(|before| before.thread == piece.thread)
            .map(|before| before.segment);
        let expected = before.map_or(0, |segment| segment.saturating_add(1));
        if before == Some(piece.segment) {
            (!piece.continues).then_some(Missing::Twice(piece.segment))
        } else {
            (piece.segment != expected || piece.continues).then_some(Missing::Segment(expected))
        }
    }

    /// The record at or after `word`, passing over definitions.
    fn record(&self, piece: &Piece, word: &mut usize) -> Option<(Record, usize)> {
        let words = &self.streams.chunks[piece.chunk].words[..piece.end];
        loop {
            let rest = words.get(*word..).filter(|rest| !rest.is_empty())?;
            if let Some(length) = record::definition_length(rest) {
                *word += length;
                continue;
            }
            // The words of a piece were decoded once before.
            return match record::decode(rest) {
                Ok(Some((Entry::Record(record), taken))) => Some((record, taken)),
                Ok(Some((Entry::Definition(_), _)) | None) | Err(_) => None,
            };
        }
    }
}

impl Cursor {
    /// Goes past the record that [`Program::next`] gave.
    pub(super) fn advance(&mut self, taken: usize) {
        self.word += taken;
    }
}
