//! The chunks of a file in the order in which their streams are asked for.
//!
//! What a thread waits for may stand far behind its own records: a fork leaves with the last
//! chunk of its stream. In the file's order all that is between would have to be kept.
//!
//! **Invariant:** every chunk is given out once, and a stream's in the file's order.

use std::collections::{HashMap, VecDeque};
use std::io;

use super::sealed::Sealed;
use crate::header;
use crate::packed::{self, HEADER_BYTES};

/// Where a chunk is, as its header says, which nothing has checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimed {
    pub(super) offset: u64,
    pub(super) length: u32,
    pub(super) stream: u32,
}

/// Chunks that were not given out yet.
pub(super) struct Supply {
    chunks: Vec<Claimed>,
    /// By stream: the numbers of its chunks.
    streams: HashMap<u32, VecDeque<u32>>,
    /// Every chunk before this one was given out.
    next: usize,
    given: Vec<bool>,
}

impl Supply {
    /// All chunks, if the file ends where its last one does.
    pub(super) fn of(sealed: &Sealed<'_>) -> io::Result<Option<Self>> {
        let mut supply = Self {
            chunks: Vec::new(),
            streams: HashMap::new(),
            next: 0,
            given: Vec::new(),
        };
        let mut offset = header::HEADER_BYTES as u64;
        while offset < sealed.length() {
            let rest = sealed.length() - offset;
            let mut head = [0; HEADER_BYTES];
            let there = usize::try_from(rest).map_or(HEADER_BYTES, |rest| rest.min(HEADER_BYTES));
            let head = &mut head[..there];
            sealed.read(offset, head)?;
            let length = packed::claimed_length(head).ok().map(|(length, _)| length);
            let Some(length) = length.filter(|length| *length as u64 <= rest) else {
                return Ok(None);
            };
            let chunk = Claimed {
                offset,
                length: u32::try_from(length).expect("a chunk is small"),
                stream: packed::stream_of(head),
            };
            let Ok(number) = u32::try_from(supply.chunks.len()) else {
                return Ok(None);
            };
            supply
                .streams
                .entry(chunk.stream)
                .or_default()
                .push_back(number);
            supply.chunks.push(chunk);
            offset += length as u64;
        }
        supply.given = vec![false; supply.chunks.len()];
        Ok(Some(supply))
    }

    /// The streams, in ascending order.
    pub(super) fn streams(&self) -> Vec<u32> {
        let mut streams: Vec<u32> = self.streams.keys().copied().collect();
        streams.sort_unstable();
        streams
    }

    /// The next chunk of a stream.
    pub(super) fn of_stream(&mut self, stream: u32) -> Option<Claimed> {
        let number = self.streams.get_mut(&stream)?.pop_front()?;
        Some(self.give(number as usize))
    }

    /// The first of all.
    pub(super) fn any(&mut self) -> Option<Claimed> {
        while self.given.get(self.next).is_some_and(|given| *given) {
            self.next += 1;
        }
        let stream = self.chunks.get(self.next)?.stream;
        self.of_stream(stream)
    }

    fn give(&mut self, number: usize) -> Claimed {
        self.given[number] = true;
        self.chunks[number]
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        let each = size_of::<Claimed>() + size_of::<u32>() + size_of::<bool>();
        (self.chunks.capacity() * each) as u64
    }
}
