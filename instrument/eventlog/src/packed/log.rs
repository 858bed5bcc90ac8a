//! A whole log in the other form, chunk by chunk.
//!
//! **Invariant:** what is no whole chunk is copied as it is, and at most a few chunks
//! are held in memory.

use std::fmt;
use std::io::{self, Read, Write};

use super::HEADER_BYTES;
use crate::chunk::{self, ChunkError, MAX_WORDS};
use crate::header::{self, HeaderError, PACKED, with_incompatible};

/// More bytes than any chunk has: a word becomes at most three numbers of three bytes,
/// a code of two and a place of five.
const LONGEST: usize = HEADER_BYTES + MAX_WORDS as usize * 24;
/// How many bytes of false chunks are looked at, as a multiple of what was read, before
/// the rest is copied as it is.
const SEARCH_FACTOR: u64 = 16;

/// In which form a log's chunks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they were recorded.
    Plain,
    /// Packed, where that is shorter.
    Packed,
}

/// What became of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// Bytes read.
    pub read: u64,
    /// Bytes written.
    pub written: u64,
    /// Bytes that are no chunk, and were copied.
    pub copied: u64,
}

/// Why a log could not be rewritten.
#[derive(Debug)]
#[non_exhaustive]
pub enum RewriteError {
    /// It cannot be read.
    Read(io::Error),
    /// Its header cannot be read.
    Header(HeaderError),
    /// The other form cannot be written.
    Write(io::Error),
}

impl fmt::Display for RewriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "cannot be read: {error}"),
            Self::Header(error) => error.fmt(f),
            Self::Write(error) => write!(f, "cannot be written: {error}"),
        }
    }
}

impl std::error::Error for RewriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::Write(error) => Some(error),
            Self::Header(error) => Some(error),
        }
    }
}

/// Writes the log `from` to `to` with its chunks in this form.
///
/// ```
/// use racegate_eventlog::packed::{Form, rewrite};
/// use racegate_eventlog::text::{TextForm, parse};
/// use racegate_eventlog::writer::write_log;
///
/// let log = write_log(&parse(b"T1|fork(T2)|1\nT2|w(x)|2\n", TextForm::Std).unwrap());
/// let (mut packed, mut again) = (Vec::new(), Vec::new());
/// rewrite(&log[..], &mut packed, Form::Packed).unwrap();
/// rewrite(&packed[..], &mut again, Form::Plain).unwrap();
/// assert_eq!(again, log);
/// ```
///
/// # Errors
///
/// When either cannot be read or written, or `from` does not start as a log does.
pub fn rewrite(from: impl Read, mut to: impl Write, form: Form) -> Result<Rewritten, RewriteError> {
    let mut window = Window::of(from);
    let mut done = Rewritten::default();
    window.fill()?;
    let header = header::LogHeader::decode(window.rest()).map_err(RewriteError::Header)?;
    let features = match form {
        Form::Plain => header.incompatible & !PACKED,
        Form::Packed => header.incompatible | PACKED,
    };
    let mut write = |bytes: &[u8]| {
        done.written += bytes.len() as u64;
        to.write_all(bytes).map_err(RewriteError::Write)
    };
    let head = window
        .rest()
        .first_chunk()
        .ok_or(RewriteError::Header(HeaderError::Short))?;
    write(&with_incompatible(head, features))?;
    window.pass(header::HEADER_BYTES);
    let mut copied = 0;
    loop {
        window.fill()?;
        match window.next() {
            Next::Nothing => break,
            Next::Chunk(chunk, length) => {
                let as_it_is = chunk::encode(&chunk.header, &chunk.words);
                let packed = match form {
                    Form::Plain => None,
                    Form::Packed => Some(super::encode(&chunk.header, &chunk.words)),
                };
                let shorter = packed.filter(|packed| packed.len() < as_it_is.len());
                write(&shorter.unwrap_or(as_it_is))?;
                window.pass(length);
            }
            Next::Bytes(length) => {
                write(&window.rest()[..length])?;
                copied += length as u64;
                window.pass(length);
            }
        }
    }
    Ok(Rewritten {
        read: window.read,
        copied,
        ..done
    })
}

/// The bytes of a log that are at hand.
struct Window<R> {
    from: R,
    bytes: Vec<u8>,
    /// Where what is yet to be passed starts.
    start: usize,
    read: u64,
    over: bool,
    /// How many bytes of false chunks may still be looked at.
    budget: u64,
}

/// What comes next.
enum Next {
    Nothing,
    /// A chunk, and how long it is.
    Chunk(chunk::Chunk, usize),
    /// So many bytes that are none.
    Bytes(usize),
}

impl<R: Read> Window<R> {
    fn of(from: R) -> Self {
        Self {
            from,
            bytes: Vec::new(),
            start: 0,
            read: 0,
            over: false,
            budget: 0,
        }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    fn pass(&mut self, length: usize) {
        self.start += length;
    }

    /// Has at least one whole chunk at hand, if there is one.
    fn fill(&mut self) -> Result<(), RewriteError> {
        if self.over || self.rest().len() >= LONGEST {
            return Ok(());
        }
        self.bytes.drain(..self.start);
        self.start = 0;
        let wanted = 2 * LONGEST - self.bytes.len();
        let more = self.from.by_ref().take(wanted as u64);
        let read = { more }
            .read_to_end(&mut self.bytes)
            .map_err(RewriteError::Read)?;
        self.over = read < wanted;
        self.read += read as u64;
        self.budget = self.budget.saturating_add(read as u64 * SEARCH_FACTOR);
        Ok(())
    }

    fn next(&mut self) -> Next {
        let rest = &self.bytes[self.start..];
        if rest.is_empty() {
            return Next::Nothing;
        }
        match super::decode(rest) {
            Ok((chunk, length)) => Next::Chunk(chunk, length),
            Err(ChunkError::Magic | ChunkError::Short | ChunkError::Length) => {
                Next::Bytes(before_magic(rest, self.over))
            }
            Err(ChunkError::Checksum | ChunkError::Packed) => {
                let looked_at = rest.len().min(LONGEST);
                match self.budget.checked_sub(looked_at as u64) {
                    Some(left) => {
                        self.budget = left;
                        Next::Bytes(before_magic(rest, self.over))
                    }
                    None => Next::Bytes(looked_at),
                }
            }
        }
    }
}

/// How many bytes stand before the next one at which a chunk may start.
fn before_magic(bytes: &[u8], over: bool) -> usize {
    let start = &chunk::START;
    let found = bytes[1..]
        .windows(start.len())
        .position(|window| *window == *start);
    // Where there is more to come, a chunk may start in the last bytes.
    let none = if over {
        bytes.len()
    } else {
        bytes.len() + 1 - start.len()
    };
    found.map_or(none, |found| found + 1)
}
