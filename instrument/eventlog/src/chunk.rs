//! Chunks: the sealed, checksummed stretches of a stream in a log file.
//!
//! A chunk is a header of [`HEADER_BYTES`] and a whole number of 8-byte words,
//! little-endian. Its checksum covers header and words, so a chunk is either
//! whole or not there.

use std::fmt;
use std::ops::Range;

use crate::id::ThreadId;

/// The first eight bytes of a chunk.
pub const MAGIC: [u8; 8] = *b"RGCHUNK\x01";
/// The length of a chunk's header.
pub const HEADER_BYTES: usize = 80;
/// The most words a chunk may hold: 1 MiB.
pub const MAX_WORDS: u32 = 1 << 17;

/// What all chunks start with, [packed](crate::packed) or not; one byte says which.
pub(crate) const START: [u8; 7] = *b"RGCHUNK";
/// Where the checksum stands, which is made as if it were zero.
pub(crate) const CHECKSUM: Range<usize> = 76..80;
/// Where a header tells what the words do not.
pub(crate) const FIELDS: Range<usize> = 8..72;

/// What a chunk says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkHeader {
    /// The log it belongs to: [`LogHeader::tag`](crate::header::LogHeader::tag).
    pub log: u64,
    /// The stream it belongs to.
    pub stream: u32,
    /// Its place in the stream, counted from zero.
    pub sequence: u64,
    /// The thread whose records it begins with.
    pub thread: ThreadId,
    /// Which stretch of that thread this is.
    pub segment: u64,
    /// Definitions are written anew in each generation.
    pub generation: u32,
    /// Accesses this stream has dropped so far.
    pub dropped_accesses: u64,
    /// Synchronisation events this stream has dropped so far.
    pub dropped_sync: u64,
    /// Operations of threads outside the session so far, as this stream saw it.
    pub outside: u64,
}

/// A chunk that was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// What it says of itself.
    pub header: ChunkHeader,
    /// Its records.
    pub words: Vec<u64>,
}

/// Why bytes are no chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkError {
    /// They do not start with [`MAGIC`].
    Magic,
    /// They stop inside the chunk.
    Short,
    /// The chunk claims more than [`MAX_WORDS`].
    Length,
    /// The checksum does not match.
    Checksum,
    /// A packed chunk is whole, and is not what it says.
    Packed,
}

impl fmt::Display for ChunkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Magic => "expected the start of a chunk",
            Self::Short => "the file ends inside a chunk",
            Self::Length => "expected a chunk of at most 1 MiB",
            Self::Checksum => "a chunk's checksum does not match",
            Self::Packed => "expected as many words in a packed chunk as it says",
        })
    }
}

impl std::error::Error for ChunkError {}

/// The bytes of a chunk.
///
/// # Panics
///
/// On more than [`MAX_WORDS`] words.
#[must_use]
pub fn encode(header: &ChunkHeader, words: &[u64]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER_BYTES];
    bytes.reserve(words.len() * 8);
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    let header = encode_header(header, &bytes[HEADER_BYTES..]);
    bytes[..HEADER_BYTES].copy_from_slice(&header);
    bytes
}

/// The header of a chunk of these words, each of them little-endian.
///
/// # Panics
///
/// On more than [`MAX_WORDS`] words, and on a part of one.
#[must_use]
pub fn encode_header(header: &ChunkHeader, words: &[u8]) -> [u8; HEADER_BYTES] {
    encode_padded_header(header, words, &[])
}

/// The header of a chunk of these words and, behind them, these zeros, which fill it up
/// and mean nothing.
///
/// # Panics
///
/// On more than [`MAX_WORDS`] words, and on a part of one.
#[must_use]
pub fn encode_padded_header(
    header: &ChunkHeader,
    words: &[u8],
    zeros: &[u8],
) -> [u8; HEADER_BYTES] {
    let length = words.len() + zeros.len();
    assert!(length.is_multiple_of(8), "a chunk holds whole words");
    debug_assert!(zeros.iter().all(|byte| *byte == 0), "they mean nothing");
    let count = u32::try_from(length / 8).expect("a chunk is small");
    assert!(
        count <= MAX_WORDS,
        "a chunk holds at most {MAX_WORDS} words"
    );
    let mut bytes = [0; HEADER_BYTES];
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    put(0, &MAGIC);
    put(8, &header.stream.to_le_bytes());
    put(12, &header.generation.to_le_bytes());
    put(16, &header.sequence.to_le_bytes());
    put(24, &u64::from(header.thread.number()).to_le_bytes());
    put(32, &header.segment.to_le_bytes());
    put(40, &header.dropped_accesses.to_le_bytes());
    put(48, &header.dropped_sync.to_le_bytes());
    put(56, &header.outside.to_le_bytes());
    put(64, &header.log.to_le_bytes());
    put(72, &count.to_le_bytes());
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&bytes);
    checksum.update(words);
    checksum.update(zeros);
    bytes[HEADER_BYTES - 4..].copy_from_slice(&checksum.finalize().to_le_bytes());
    bytes
}

/// The chunk at the start of `bytes` and its length in bytes. Of a log that may hold
/// packed chunks ask [`packed::decode`](crate::packed::decode).
///
/// # Errors
///
/// When no whole chunk starts there.
pub fn decode(bytes: &[u8]) -> Result<(Chunk, usize), ChunkError> {
    let mut words = Vec::new();
    let (header, length) = decode_into(bytes, &mut words)?;
    Ok((Chunk { header, words }, length))
}

/// How many bytes the chunk takes whose header these are.
///
/// # Errors
///
/// When they are no chunk's header.
pub(crate) fn claimed_length(bytes: &[u8]) -> Result<usize, ChunkError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(ChunkError::Magic);
    }
    let head = bytes.get(..HEADER_BYTES).ok_or(ChunkError::Short)?;
    let count = u32_at(head, 72);
    if count > MAX_WORDS {
        return Err(ChunkError::Length);
    }
    Ok(HEADER_BYTES + count as usize * 8)
}

/// The same as [`decode`] with the words in a vector that is used again: what it held
/// is gone, and after an error it holds nothing that means anything.
pub(crate) fn decode_into(
    bytes: &[u8],
    words: &mut Vec<u64>,
) -> Result<(ChunkHeader, usize), ChunkError> {
    let length = claimed_length(bytes)?;
    let whole = bytes.get(..length).ok_or(ChunkError::Short)?;
    check(whole)?;
    let (head, body) = whole.split_at(HEADER_BYTES);
    let header = decode_fields(head)?;
    let (body, _) = body.as_chunks();
    words.clear();
    words.extend(body.iter().map(|word| u64::from_le_bytes(*word)));
    Ok((header, length))
}

/// Whether a chunk's bytes have the checksum that they name.
pub(crate) fn check(whole: &[u8]) -> Result<(), ChunkError> {
    let (head, rest) = whole.split_at(HEADER_BYTES);
    check_parts(head, rest)
}

/// The same of a header and what follows it.
pub(crate) fn check_parts(head: &[u8], rest: &[u8]) -> Result<(), ChunkError> {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&head[..CHECKSUM.start]);
    hasher.update(&[0; 4]);
    hasher.update(rest);
    if hasher.finalize() == u32_at(head, CHECKSUM.start) {
        Ok(())
    } else {
        Err(ChunkError::Checksum)
    }
}

/// What a header's [`FIELDS`] tell.
pub(crate) fn decode_fields(head: &[u8]) -> Result<ChunkHeader, ChunkError> {
    let thread = u32::try_from(u64_at(head, 24)).map_err(|_| ChunkError::Length)?;
    Ok(ChunkHeader {
        log: u64_at(head, 64),
        stream: u32_at(head, 8),
        generation: u32_at(head, 12),
        sequence: u64_at(head, 16),
        thread: ThreadId::new(thread),
        segment: u64_at(head, 32),
        dropped_accesses: u64_at(head, 40),
        dropped_sync: u64_at(head, 48),
        outside: u64_at(head, 56),
    })
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}
