//! The chunks that are in memory while a log is replayed.
//!
//! **Invariant:** a chunk is in memory from its first use until its last passage is done,
//! unless there is no room: then the one that was used longest ago is read again later.

use std::io;

use super::index::{Index, Place};
use super::load::Loader;
use super::sealed::Sealed;

/// No place.
const NONE: u32 = u32::MAX;
/// However little room there is, so many chunks are in memory.
const FEWEST: usize = 4;

/// Chunks in memory.
pub(super) struct Resident<'a> {
    index: &'a Index,
    sealed: &'a Sealed<'a>,
    /// By chunk: its slot.
    slots: Vec<u32>,
    /// By chunk: how many passages are still to be done.
    left: Vec<u32>,
    held: Vec<Slot>,
    free: Vec<u32>,
    /// How many slots there may be.
    most: usize,
    clock: u64,
    loader: Loader,
}

/// Room for one chunk.
struct Slot {
    chunk: u32,
    words: Vec<u64>,
    used: u64,
}

/// A chunk is not what it was when the log was opened.
#[derive(Debug)]
pub(super) struct Changed;

impl From<Changed> for io::Error {
    fn from(_: Changed) -> Self {
        io::Error::other("the log is no longer what it was when it was opened")
    }
}

impl<'a> Resident<'a> {
    /// None yet, and at most as many as take so many bytes.
    pub(super) fn new(index: &'a Index, sealed: &'a Sealed<'a>, room: u64) -> Self {
        let mut left = vec![0; index.chunks.len()];
        for passage in &index.passages {
            left[passage.chunk as usize] += 1;
        }
        let largest = index.chunks.iter().map(Place::bytes).max().unwrap_or(1);
        let most = usize::try_from(room / largest.max(1)).unwrap_or(usize::MAX);
        Self {
            index,
            sealed,
            slots: vec![NONE; index.chunks.len()],
            left,
            held: Vec::new(),
            free: Vec::new(),
            most: most.max(FEWEST),
            clock: 0,
            loader: Loader::default(),
        }
    }

    /// Sees to it that a chunk is in memory: its slot, good until the next call.
    pub(super) fn load(&mut self, chunk: u32) -> io::Result<usize> {
        self.clock += 1;
        if self.slots[chunk as usize] == NONE {
            let slot = self.room();
            self.fill(slot, chunk)?;
        }
        let slot = self.slots[chunk as usize] as usize;
        self.held[slot].used = self.clock;
        Ok(slot)
    }

    /// The words of the chunk in a slot.
    pub(super) fn words(&self, slot: usize) -> &[u64] {
        &self.held[slot].words
    }

    /// One of the chunk's passages is done.
    pub(super) fn done(&mut self, chunk: u32) {
        let left = &mut self.left[chunk as usize];
        *left -= 1;
        let slot = self.slots[chunk as usize];
        if *left == 0 && slot != NONE {
            self.slots[chunk as usize] = NONE;
            self.free.push(slot);
        }
    }

    /// A slot without a chunk.
    fn room(&mut self) -> u32 {
        if let Some(slot) = self.free.pop() {
            return slot;
        }
        let count = u32::try_from(self.held.len()).expect("fewer slots than chunks");
        if self.held.len() < self.most {
            self.held.push(Slot {
                chunk: NONE,
                words: Vec::new(),
                used: 0,
            });
            return count;
        }
        let oldest = (0..count).min_by_key(|slot| self.held[*slot as usize].used);
        let oldest = oldest.expect("there is room for one");
        self.slots[self.held[oldest as usize].chunk as usize] = NONE;
        oldest
    }

    fn fill(&mut self, slot: u32, chunk: u32) -> io::Result<()> {
        let held = &mut self.held[slot as usize];
        match &self.index.chunks[chunk as usize] {
            Place::Sealed {
                offset,
                length,
                words,
            } => {
                let place = (*offset, *length as usize);
                let loaded = self.loader.load_from(self.sealed, place, &mut held.words)?;
                loaded.map_err(|_| Changed)?;
                if held.words.len() != *words as usize {
                    return Err(Changed.into());
                }
            }
            Place::Window(words) => held.words.clone_from(words),
        }
        held.chunk = chunk;
        self.slots[chunk as usize] = slot;
        Ok(())
    }
}
