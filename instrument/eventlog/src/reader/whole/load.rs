//! A chunk from the sealed bytes to words.
//!
//! The words of one that is not packed are read to where they stay: to copy them once more
//! takes as long as to check them.
//!
//! **Invariant:** what is loaded is whole, its checksum found right.

use std::io;

use super::sealed::Sealed;
use crate::chunk::{self, ChunkError, ChunkHeader};
use crate::packed;

/// Loads chunks, one after the other.
#[derive(Default)]
pub(super) struct Loader {
    /// The bytes of a packed chunk.
    packed: Vec<u8>,
}

impl Loader {
    /// The same of a chunk of which not even that much was read.
    pub(super) fn load_from(
        &mut self,
        sealed: &Sealed<'_>,
        (offset, length): (u64, usize),
        words: &mut Vec<u64>,
    ) -> io::Result<Result<ChunkHeader, ChunkError>> {
        let mut head = [0; packed::HEADER_BYTES];
        let head = &mut head[..length.min(packed::HEADER_BYTES)];
        sealed.read(offset, head)?;
        self.load(sealed, offset, (head, length), words)
    }

    /// Loads the chunk at an offset that takes `length` bytes and begins with `head`: at
    /// least as many bytes as any chunk's header has, unless it is shorter itself. After an
    /// error the words mean nothing.
    pub(super) fn load(
        &mut self,
        sealed: &Sealed<'_>,
        offset: u64,
        (head, length): (&[u8], usize),
        words: &mut Vec<u64>,
    ) -> io::Result<Result<ChunkHeader, ChunkError>> {
        if !head.starts_with(&chunk::MAGIC) {
            self.packed.resize(length, 0);
            sealed.read(offset, &mut self.packed)?;
            let decoded = packed::decode_into(&self.packed, words);
            return Ok(decoded.map(|(header, _)| header));
        }
        if chunk::claimed_length(head) != Ok(length) {
            return Ok(Err(ChunkError::Length));
        }
        let head = &head[..chunk::HEADER_BYTES];
        words.resize((length - head.len()) / size_of::<u64>(), 0);
        let bytes = bytemuck::cast_slice_mut(words);
        sealed.read(offset + head.len() as u64, bytes)?;
        if let Err(error) = chunk::check_parts(head, bytes) {
            return Ok(Err(error));
        }
        // Nothing, unless the machine is one that begins numbers with their high bytes.
        words
            .iter_mut()
            .for_each(|word| *word = u64::from_le(*word));
        Ok(chunk::decode_fields(head))
    }
}
