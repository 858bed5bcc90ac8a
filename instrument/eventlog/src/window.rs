//! Windows: the unsealed end of a live stream.
//!
//! A window is a file of [`WINDOW_BYTES`] that the recorder maps and reuses. Its
//! header words say which chunk is being filled; the records follow, and a zero
//! first word is their end. A window that is read back *is* the stream's last
//! chunk, unless a sealed chunk with the same number is in the log already.

use crate::chunk::{Chunk, ChunkHeader};
use crate::id::ThreadId;

/// The length of a window file.
pub const WINDOW_BYTES: usize = 64 * 1024;
/// The same in words.
pub const WINDOW_WORDS: usize = WINDOW_BYTES / 8;
/// How many words of it are header.
pub const HEADER_WORDS: usize = 16;
/// The first word: "RGWINDO" and a version byte, read little-endian.
pub const MAGIC: u64 = u64::from_le_bytes(*b"RGWINDO\x01");

/// The header's words, by their place.
///
/// [`SEQUENCE`](field::SEQUENCE) is stored last when a window is made ready for
/// its next chunk, so that a window is always read with the header it was filled
/// under.
pub mod field {
    /// [`MAGIC`](super::MAGIC).
    pub const MAGIC: usize = 0;
    /// The stream.
    pub const STREAM: usize = 1;
    /// The number of the chunk being filled.
    pub const SEQUENCE: usize = 2;
    /// The thread whose records it begins with.
    pub const THREAD: usize = 3;
    /// Which stretch of that thread this is.
    pub const SEGMENT: usize = 4;
    /// The generation of definitions.
    pub const GENERATION: usize = 5;
    /// Accesses dropped so far.
    pub const DROPPED_ACCESSES: usize = 6;
    /// Synchronisation events dropped so far.
    pub const DROPPED_SYNC: usize = 7;
    /// Operations outside the session so far.
    pub const OUTSIDE: usize = 8;
    /// The log it belongs to.
    pub const LOG: usize = 9;
}

/// The chunk that a window holds: its records up to the first that was not
/// stored whole. `None` when the words are no window.
#[must_use]
pub fn read(words: &[u64]) -> Option<Chunk> {
    let header = words.get(..HEADER_WORDS)?;
    if header[field::MAGIC] != MAGIC {
        return None;
    }
    let small = |field: usize| u32::try_from(header[field]).ok();
    let header = ChunkHeader {
        log: header[field::LOG],
        stream: small(field::STREAM)?,
        sequence: header[field::SEQUENCE],
        thread: ThreadId::new(small(field::THREAD)?),
        segment: header[field::SEGMENT],
        generation: small(field::GENERATION)?,
        dropped_accesses: header[field::DROPPED_ACCESSES],
        dropped_sync: header[field::DROPPED_SYNC],
        outside: header[field::OUTSIDE],
    };
    let records = &words[HEADER_WORDS..];
    let mut end = 0;
    while let Ok(Some((_, taken))) = crate::record::decode(&records[end..]) {
        end += taken;
    }
    Some(Chunk {
        header,
        words: records[..end].to_vec(),
    })
}
