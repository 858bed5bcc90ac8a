//! Packed chunks: a log that is put away takes a fraction of its room.
//!
//! A packed chunk holds what a [`chunk`] holds. Its words are taken
//! apart into columns, in which only what is not as expected is written, and the
//! columns are compressed (LZ4, block form). A reader takes both kinds of chunks in
//! any order, so a log may be packed in part.
//!
//! **Invariant:** [`decode`] of [`encode`] is the header and the very words, whatever
//! they are.

mod columns;
mod log;
mod model;
mod numbers;
mod pack;
mod shape;
mod survey;
mod unpack;

use crate::chunk::{
    self, CHECKSUM, Chunk, ChunkError, ChunkHeader, FIELDS, MAX_WORDS, check, decode_fields,
    encode_header, u32_at,
};

pub use log::{Form, RewriteError, Rewritten, rewrite};

use columns::{Columns, Layout};
use numbers::Form as Numbers;

/// The first eight bytes of a packed chunk: those of a chunk, but for the last.
pub const MAGIC: [u8; 8] = *b"RGCHUNK\x02";
/// The length of a packed chunk's header. What comes first in it is laid out as in a
/// chunk's header.
pub const HEADER_BYTES: usize = 116;

/// The bytes of a packed chunk.
///
/// # Panics
///
/// On more than [`MAX_WORDS`] words.
#[must_use]
pub fn encode(header: &ChunkHeader, words: &[u64]) -> Vec<u8> {
    let count = u32::try_from(words.len()).expect("a chunk is small");
    assert!(
        count <= MAX_WORDS,
        "a chunk holds at most {MAX_WORDS} words"
    );
    let columns = pack::pack(words);
    let layout = columns.layout();
    let plain = columns.to_bytes(layout);
    let mut packed = lz4_flex::block::compress(&plain);
    if packed.len() >= plain.len() {
        packed = plain;
    }
    let mut bytes = Vec::with_capacity(HEADER_BYTES + packed.len());
    bytes.extend(MAGIC);
    bytes.extend(&encode_header(header, &[])[FIELDS]);
    bytes.extend(count.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    let length = u32::try_from(packed.len()).expect("a chunk is small");
    bytes.extend(length.to_le_bytes());
    put_layout(&mut bytes, layout);
    debug_assert_eq!(bytes.len(), HEADER_BYTES);
    bytes.extend(packed);
    let checksum = crc32fast::hash(&bytes);
    bytes[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

/// The chunk at the start of `bytes`, packed or not, and its length in bytes. What it
/// claims to become is checked before room is made for it.
///
/// # Errors
///
/// When no whole chunk starts there.
pub fn decode(bytes: &[u8]) -> Result<(Chunk, usize), ChunkError> {
    let mut words = Vec::new();
    let (header, length) = decode_into(bytes, &mut words)?;
    Ok((Chunk { header, words }, length))
}

/// How many bytes the chunk takes, packed or not, that starts so, and how many words it
/// holds.
pub(crate) fn claimed_length(bytes: &[u8]) -> Result<(usize, u32), ChunkError> {
    if !bytes.starts_with(&MAGIC) {
        let length = chunk::claimed_length(bytes)?;
        return Ok((length, u32_at(bytes, 72)));
    }
    let head = bytes.get(..HEADER_BYTES).ok_or(ChunkError::Short)?;
    let count = u32_at(head, 72);
    let layout = layout_in(head);
    let length = u32_at(head, 80) as usize;
    if count > MAX_WORDS || !layout.fits(count) || length > layout.bytes() {
        return Err(ChunkError::Length);
    }
    Ok((HEADER_BYTES + length, count))
}

/// The stream that a chunk says it belongs to, packed or not, whose header these are.
pub(crate) fn stream_of(head: &[u8]) -> u32 {
    u32_at(head, 8)
}

/// The same as [`decode`] with the words in a vector that is used again: what it held
/// is gone, and after an error it holds nothing that means anything.
pub(crate) fn decode_into(
    bytes: &[u8],
    words: &mut Vec<u64>,
) -> Result<(ChunkHeader, usize), ChunkError> {
    if !bytes.starts_with(&MAGIC) {
        return chunk::decode_into(bytes, words);
    }
    let (length, count) = claimed_length(bytes)?;
    let whole = bytes.get(..length).ok_or(ChunkError::Short)?;
    check(whole)?;
    let header = decode_fields(whole)?;
    let layout = layout_in(whole);
    let columns = columns_in(&whole[HEADER_BYTES..], layout).ok_or(ChunkError::Packed)?;
    *words = unpack::unpack(columns, count as usize).ok_or(ChunkError::Packed)?;
    Ok((header, length))
}

/// The columns in a packed chunk's bytes: as they are, where no form of them is shorter.
fn columns_in(packed: &[u8], layout: Layout) -> Option<Columns> {
    if packed.len() == layout.bytes() {
        return Columns::from_bytes(layout, packed);
    }
    let mut plain = vec![0; layout.bytes()];
    let length = lz4_flex::block::decompress_into(packed, &mut plain).ok()?;
    if length == plain.len() {
        Columns::from_bytes(layout, &plain)
    } else {
        None
    }
}

/// Appends the part of a header that tells how the columns are laid out.
fn put_layout(bytes: &mut Vec<u8>, layout: Layout) {
    let Layout {
        heads,
        kept,
        objects,
        seconds,
        counts,
    } = layout;
    bytes.extend(heads.to_le_bytes());
    bytes.extend(kept.to_le_bytes());
    for numbers in [objects, seconds, counts] {
        bytes.extend(numbers.count.to_le_bytes());
        bytes.extend((numbers.apart << 8 | u32::from(numbers.width)).to_le_bytes());
    }
}

fn layout_in(head: &[u8]) -> Layout {
    let numbers = |at| {
        let [width, ..] = u32_at(head, at + 4).to_le_bytes();
        Numbers {
            count: u32_at(head, at),
            width,
            apart: u32_at(head, at + 4) >> 8,
        }
    };
    Layout {
        heads: u32_at(head, 84),
        kept: u32_at(head, 88),
        objects: numbers(92),
        seconds: numbers(100),
        counts: numbers(108),
    }
}
