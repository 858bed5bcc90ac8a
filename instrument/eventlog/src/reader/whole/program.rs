//! The chunks of a log in the order of their streams, and the records of its threads in
//! the order of the program.
//!
//! **Invariant:** a stream that is whole has each of its chunks once, from the first on,
//! and dropped nothing that orders.

use super::scan::Ending;
use super::stamps::Unusual;
use super::walk::{Facts, Passage};
use crate::chunk::ChunkHeader;
use crate::id::ThreadId;
use crate::integrity::Integrity;
use crate::reader::definitions::Definitions;
use crate::tables::ThreadOrigin;

/// What a chunk says of itself, and what was found in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) header: ChunkHeader,
    pub(super) words: usize,
    /// The thread, and the stretch of it, whose records it ends with.
    pub(super) ends_in: (ThreadId, u64),
}

impl Origin {
    /// A chunk in which nothing was found yet.
    pub(super) fn of(header: ChunkHeader) -> Self {
        Self {
            header,
            words: 0,
            ends_in: (header.thread, header.segment),
        }
    }

    /// The chunk's stream, and its place in it.
    pub(super) fn place(&self) -> (u32, u64) {
        (self.header.stream, self.header.sequence)
    }
}

/// All chunks of a log.
pub(super) struct Program {
    origins: Vec<Origin>,
    /// The chunks' numbers by stream, then by place in the stream.
    order: Vec<u32>,
}

/// The chunks of one stream, in order.
pub(super) struct Stream<'a> {
    origins: &'a [Origin],
    order: &'a [u32],
}

impl Program {
    /// Puts the chunks in order.
    pub(super) fn of(origins: Vec<Origin>) -> Result<Self, Unusual> {
        let count = u32::try_from(origins.len()).map_err(|_| Unusual)?;
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_unstable_by_key(|chunk| origins[*chunk as usize].place());
        Ok(Self { origins, order })
    }

    /// The chunks' numbers in order.
    pub(super) fn chunks(&self) -> impl Iterator<Item = u32> + use<'_> {
        self.order.iter().copied()
    }

    /// How many words they hold.
    pub(super) fn words(&self) -> usize {
        self.origins.iter().map(|origin| origin.words).sum()
    }

    /// The streams in order.
    pub(super) fn streams(&self) -> impl Iterator<Item = Stream<'_>> {
        let stream = |chunk: &u32| self.origins[*chunk as usize].header.stream;
        let streams = self
            .order
            .chunk_by(move |one, next| stream(one) == stream(next));
        streams.map(|order| Stream {
            origins: &self.origins,
            order,
        })
    }

    /// Whether a file that ends so has lost nothing: what was being written when the
    /// process died is whole in its window.
    pub(super) fn is_whole_after(&self, ending: Ending, has_windows: bool) -> Result<(), Unusual> {
        let whole = match ending {
            Ending::Whole => true,
            Ending::Torn(None) => has_windows,
            Ending::Torn(Some(place)) => {
                let of = |chunk: &u32| self.origins[*chunk as usize].place();
                self.order.binary_search_by_key(&place, of).is_ok()
            }
            Ending::Damaged => false,
        };
        whole.then_some(()).ok_or(Unusual)
    }

    /// What is missing although the log is whole.
    pub(super) fn integrity(&self) -> Integrity {
        let mut integrity = Integrity::default();
        for stream in self.streams() {
            let headers = || stream.origins().map(|origin| &origin.header);
            let dropped = headers().map(|header| header.dropped_accesses).max();
            integrity.dropped_accesses = integrity
                .dropped_accesses
                .saturating_add(dropped.unwrap_or_default());
            let outside = headers().map(|header| header.outside).max();
            integrity.outside = integrity.outside.max(outside.unwrap_or_default());
        }
        integrity
    }

    /// Puts passages in program order, thread by thread. They come with those of one
    /// chunk in a row.
    pub(super) fn order(&self, mut passages: Vec<Passage>) -> Result<Vec<Passage>, Unusual> {
        self.join_chunks(&mut passages);
        let mut ranks = vec![0; self.order.len()];
        for (rank, chunk) in (0_u32..).zip(&self.order) {
            ranks[*chunk as usize] = rank;
        }
        passages.sort_unstable_by_key(|passage| {
            let rank = ranks[passage.chunk as usize];
            (passage.thread, passage.segment, rank, passage.start)
        });
        let mut before: Option<&Passage> = None;
        for passage in &passages {
            let last = before.filter(|before| before.thread == passage.thread);
            let last = last.map(|before| before.segment);
            let whole = if last == Some(passage.segment) {
                passage.continues
            } else {
                let next = last.map_or(0, |segment| segment.saturating_add(1));
                passage.segment == next && !passage.continues
            };
            if !whole {
                return Err(Unusual);
            }
            before = Some(passage);
        }
        Ok(passages)
    }

    /// Says of the first passage of each chunk whether it goes on with the last one of
    /// the chunk before.
    fn join_chunks(&self, passages: &mut [Passage]) {
        let mut goes_on = vec![false; self.origins.len()];
        for pair in self.order.windows(2) {
            let [one, next] = [pair[0], pair[1]].map(|chunk| &self.origins[chunk as usize]);
            let begins = (next.header.thread, next.header.segment);
            let same = one.header.stream == next.header.stream;
            goes_on[pair[1] as usize] = same && one.ends_in == begins;
        }
        for passages in passages.chunk_by_mut(|one, next| one.chunk == next.chunk) {
            if let Some(first) = passages.first_mut().filter(|first| first.start == 0) {
                first.continues = goes_on[first.chunk as usize];
            }
        }
    }
}

impl Stream<'_> {
    fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.order
            .iter()
            .map(|chunk| &self.origins[*chunk as usize])
    }

    /// Its number.
    pub(super) fn number(&self) -> u32 {
        self.origins[self.order[0] as usize].header.stream
    }

    /// Whether all of its chunks are there. `open`, it need not say that it ended.
    pub(super) fn is_whole(&self, open: bool) -> Result<(), Unusual> {
        let in_order = (0..)
            .zip(self.origins())
            .all(|(place, origin)| origin.header.sequence == place);
        let dropped = self.origins().any(|origin| origin.header.dropped_sync > 0);
        let ended = self.origins().last().is_some_and(|last| last.words == 0);
        if in_order && !dropped && (open || ended) {
            Ok(())
        } else {
            Err(Unusual)
        }
    }
}

/// By thread: where its passages start; one more at the end.
pub(super) fn starts(passages: &[Passage], threads: usize) -> Vec<u32> {
    let mut starts = vec![0; threads + 1];
    for passage in passages {
        starts[passage.thread as usize + 1] += 1;
    }
    for thread in 0..threads {
        starts[thread + 1] += starts[thread];
    }
    starts
}

/// Whether no thread lacks what it waits for: its fork, or the end of another.
pub(super) fn are_all_there(facts: &[Facts], definitions: &Definitions) -> Result<(), Unusual> {
    for (facts, thread) in facts.iter().zip(&definitions.tables().threads) {
        let is_forked = match thread.origin {
            ThreadOrigin::Spawned | ThreadOrigin::Task => facts.foreseen.fork,
            ThreadOrigin::Root | ThreadOrigin::Destructors | ThreadOrigin::Foreign => true,
        };
        let ends = facts.foreseen.end || facts.joins == 0;
        if facts.records > 0 && !(is_forked && ends) {
            return Err(Unusual);
        }
    }
    Ok(())
}
