//! From the first chunk of a file to the last, each of them looked at once.
//!
//! **Invariant:** a chunk is handed on whole, its checksum found right.

use super::sealed::Sealed;
use crate::chunk::{self, ChunkHeader, HEADER_BYTES};
use crate::header;
use crate::reader::chunks::{next_chunk, torn};

/// A file's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Its last chunk ends there.
    Whole,
    /// It ends inside of a chunk: of this stream and this place in it, where that much
    /// was written.
    Torn(Option<(u32, u64)>),
    /// Something is no chunk, and chunks may follow.
    Damaged,
}

/// A chunk that was found.
pub(super) struct Found<'a> {
    pub(super) offset: u64,
    pub(super) length: u32,
    pub(super) header: ChunkHeader,
    pub(super) words: &'a [u64],
}

/// Why a scan did not come to an end.
pub(super) enum Stopped<E> {
    /// The bytes cannot be read.
    Io(std::io::Error),
    /// Whoever took the chunks wants no more.
    By(E),
}

/// Hands on all chunks in the file's order.
pub(super) fn scan<E>(
    sealed: &Sealed<'_>,
    mut take: impl FnMut(Found<'_>) -> Result<(), E>,
) -> Result<Ending, Stopped<E>> {
    let mut offset = header::HEADER_BYTES as u64;
    // What was read from `offset` on: the header of the next chunk, read together with
    // the chunk before it.
    let mut bytes = Vec::new();
    let mut words = Vec::new();
    let head = rest(sealed, offset).min(HEADER_BYTES);
    extend(sealed, offset, &mut bytes, head)?;
    while !bytes.is_empty() {
        let Ok(length) = chunk::claimed_length(&bytes) else {
            return ending(sealed, offset);
        };
        if length > rest(sealed, offset) {
            return ending(sealed, offset);
        }
        let wanted = rest(sealed, offset).min(length + HEADER_BYTES);
        extend(sealed, offset, &mut bytes, wanted)?;
        let Ok((header, length)) = chunk::decode_into(&bytes[..length], &mut words) else {
            return ending(sealed, offset);
        };
        let found = Found {
            offset,
            length: u32::try_from(length).expect("a chunk is small"),
            header,
            words: &words,
        };
        take(found).map_err(Stopped::By)?;
        bytes.copy_within(length.., 0);
        bytes.truncate(bytes.len() - length);
        offset += length as u64;
    }
    Ok(Ending::Whole)
}

/// How many bytes there are from `offset` on.
fn rest(sealed: &Sealed<'_>, offset: u64) -> usize {
    usize::try_from(sealed.length().saturating_sub(offset)).unwrap_or(usize::MAX)
}

/// Reads on until there are `wanted` bytes from `offset` on.
fn extend<E>(
    sealed: &Sealed<'_>,
    offset: u64,
    bytes: &mut Vec<u8>,
    wanted: usize,
) -> Result<(), Stopped<E>> {
    let there = bytes.len();
    if wanted > there {
        bytes.resize(wanted, 0);
        let missing = &mut bytes[there..];
        sealed
            .read(offset + there as u64, missing)
            .map_err(Stopped::Io)?;
    }
    Ok(())
}

/// What bytes are that begin with no chunk.
fn ending<E>(sealed: &Sealed<'_>, offset: u64) -> Result<Ending, Stopped<E>> {
    let rest = rest(sealed, offset);
    if rest > HEADER_BYTES + chunk::MAX_WORDS as usize * 8 {
        return Ok(Ending::Damaged);
    }
    let mut bytes = Vec::new();
    extend(sealed, offset, &mut bytes, rest)?;
    let mut budget = bytes.len();
    if next_chunk(&bytes, 1, &mut budget).is_some() {
        return Ok(Ending::Damaged);
    }
    Ok(torn(&bytes, 0, 0).map_or(Ending::Damaged, |torn| Ending::Torn(torn.place)))
}
