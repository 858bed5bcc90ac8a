//! From the first chunk of a file to the last, each of them looked at once.
//!
//! **Invariant:** a chunk is handed on whole, its checksum found right.

use std::io;

use super::load::Loader;
use super::sealed::Sealed;
use crate::chunk::{self, ChunkHeader};
use crate::header;
use crate::packed::{self, HEADER_BYTES};
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
    /// Its words, in a buffer that may be exchanged for another one.
    pub(super) words: &'a mut Vec<u64>,
}

/// Why a scan did not come to an end.
pub(super) enum Stopped<E> {
    /// The bytes cannot be read.
    Io(io::Error),
    /// Whoever took the chunks wants no more.
    By(E),
}

/// Hands on all chunks in the file's order.
pub(super) fn scan<E>(
    sealed: &Sealed<'_>,
    mut take: impl FnMut(Found<'_>) -> Result<(), E>,
) -> Result<Ending, Stopped<E>> {
    let mut bytes = Ahead::new(sealed);
    let mut loader = Loader::default();
    let mut words = Vec::new();
    while bytes.rest() > 0 {
        bytes.extend(HEADER_BYTES).map_err(Stopped::Io)?;
        let length = match packed::claimed_length(bytes.all()) {
            Ok((length, _)) if length <= bytes.rest() => length,
            Ok(_) | Err(_) => return bytes.ending().map_err(Stopped::Io),
        };
        let header = loader.load(sealed, bytes.offset, (bytes.all(), length), &mut words);
        let Ok(header) = header.map_err(Stopped::Io)? else {
            return bytes.ending().map_err(Stopped::Io);
        };
        let found = Found {
            offset: bytes.offset,
            length: u32::try_from(length).expect("a chunk is small"),
            header,
            words: &mut words,
        };
        take(found).map_err(Stopped::By)?;
        bytes.pass(length);
    }
    Ok(Ending::Whole)
}

/// How many words all chunks say that they hold, up to the first that is none.
pub(super) fn words(sealed: &Sealed<'_>) -> io::Result<u64> {
    let mut bytes = Ahead::new(sealed);
    let mut words = 0;
    while bytes.rest() > 0 {
        bytes.extend(HEADER_BYTES)?;
        let Ok((length, count)) = packed::claimed_length(bytes.all()) else {
            break;
        };
        words += u64::from(count);
        bytes.pass(length);
    }
    Ok(words)
}

/// Bytes from some offset on, as many as were read.
struct Ahead<'a> {
    sealed: &'a Sealed<'a>,
    offset: u64,
    buffer: Vec<u8>,
    there: usize,
}

impl<'a> Ahead<'a> {
    fn new(sealed: &'a Sealed<'a>) -> Self {
        Self {
            sealed,
            offset: header::HEADER_BYTES as u64,
            buffer: Vec::new(),
            there: 0,
        }
    }

    fn all(&self) -> &[u8] {
        &self.buffer[..self.there]
    }

    /// How many bytes there are from the offset on, read or not.
    fn rest(&self) -> usize {
        let rest = self.sealed.length().saturating_sub(self.offset);
        usize::try_from(rest).unwrap_or(usize::MAX)
    }

    /// Reads on until there are `wanted` bytes, or all.
    fn extend(&mut self, wanted: usize) -> io::Result<()> {
        let wanted = wanted.min(self.rest());
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        if self.there < wanted {
            let missing = &mut self.buffer[self.there..wanted];
            self.sealed.read(self.offset + self.there as u64, missing)?;
            self.there = wanted;
        }
        Ok(())
    }

    /// Goes on after so many bytes, of which none is kept.
    fn pass(&mut self, length: usize) {
        self.there = 0;
        self.offset += length as u64;
    }

    /// What bytes are that begin with no chunk.
    fn ending(&mut self) -> io::Result<Ending> {
        let rest = self.rest();
        if rest > HEADER_BYTES + chunk::MAX_WORDS as usize * 8 {
            return Ok(Ending::Damaged);
        }
        self.extend(rest)?;
        let mut budget = rest;
        if next_chunk(self.all(), 1, &mut budget).is_some() {
            return Ok(Ending::Damaged);
        }
        let torn = torn(self.all(), 0, 0);
        Ok(torn.map_or(Ending::Damaged, |torn| Ending::Torn(torn.place)))
    }
}
