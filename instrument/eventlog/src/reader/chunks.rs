//! From bytes to whole chunks. A stretch that holds none is damage, told with its
//! offset, and reading goes on at the next whole chunk.

use std::path::Path;

use super::ReadError;
use crate::chunk::{self, Chunk, HEADER_BYTES, START};
use crate::header::{self, LogHeader, PACKED, VERSION};
use crate::integrity::Damage;
use crate::packed;
use crate::window::field::LOG;
use crate::window::{self, HEADER_WORDS, WINDOW_WORDS};

/// How many bytes of false chunks are checksummed, as a multiple of the file,
/// before the rest of it is given up: many false headers may claim the same bytes.
const SEARCH_FACTOR: usize = 16;

/// The parts of a log, before anything is known of their order.
pub(crate) struct RawLog {
    /// The file, as given.
    pub(crate) file: String,
    /// What its chunks say that they belong to.
    pub(crate) tag: u64,
    /// Its length.
    pub(crate) length: u64,
    /// Sealed chunks in the file's order.
    pub(crate) sealed: Vec<Chunk>,
    /// What the windows held.
    pub(crate) windows: Vec<Chunk>,
    /// What could not be read.
    pub(crate) damage: Vec<Damage>,
    /// The chunk that the file ends inside of.
    pub(crate) torn: Option<Torn>,
    /// The log is of a later minor version: it may hold definitions that this
    /// crate does not know, and may pass over.
    pub(crate) newer: bool,
    /// Its chunks may be packed.
    pub(crate) packed: bool,
}

/// A chunk whose writing was cut short by the process's death. Its window still
/// holds it whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Torn {
    /// Its stream and its place in it; `None` where not even that was written.
    pub(crate) place: Option<(u32, u64)>,
    /// Its place in [`RawLog::damage`].
    pub(crate) damage: usize,
    /// Where it starts in the file.
    pub(crate) offset: u64,
}

impl RawLog {
    /// The header and chunks in a log file's bytes.
    pub(crate) fn scan(path: &Path, bytes: &[u8]) -> Result<Self, ReadError> {
        let header = LogHeader::decode(bytes).map_err(|error| ReadError::Header {
            path: path.to_owned(),
            error,
        })?;
        let mut log = Self {
            file: path.display().to_string(),
            tag: header.tag(),
            length: bytes.len() as u64,
            sealed: Vec::new(),
            windows: Vec::new(),
            damage: Vec::new(),
            torn: None,
            packed: header.incompatible & PACKED != 0,
            newer: header.version.minor > VERSION.minor,
        };
        log.scan_chunks(bytes);
        Ok(log)
    }

    fn scan_chunks(&mut self, bytes: &[u8]) {
        let mut at = header::HEADER_BYTES;
        let mut budget = bytes.len().saturating_mul(SEARCH_FACTOR);
        while at < bytes.len() {
            match packed::decode(&bytes[at..]) {
                Ok((chunk, length)) => {
                    if chunk.header.log == self.tag {
                        self.sealed.push(chunk);
                    } else {
                        self.damaged(at, "expected a chunk of this log");
                    }
                    at += length;
                }
                Err(error) => {
                    let next = next_chunk(bytes, at + 1, &mut budget);
                    if next.is_none() {
                        self.torn = torn(bytes, at, self.damage.len());
                    }
                    self.damaged(at, &error.to_string());
                    at = next.unwrap_or(bytes.len());
                }
            }
        }
    }

    fn damaged(&mut self, at: usize, what: &str) {
        self.damage.push(Damage {
            file: self.file.clone(),
            offset: at as u64,
            what: what.to_owned(),
        });
    }

    /// Adds what a window's file holds.
    pub(crate) fn add_window_file(&mut self, path: &Path, words: &[u64]) {
        let file = path.display().to_string();
        if words.len() != WINDOW_WORDS {
            let what = "expected a window of 65536 bytes";
            self.window_damaged(&file, words.len(), what);
        }
        self.add_window(&file, words);
    }

    /// Adds what a window holds. One that was never used holds nothing.
    pub(crate) fn add_window(&mut self, file: &str, words: &[u64]) {
        let Some(chunk) = window::read(words) else {
            if words.iter().any(|word| *word != 0) {
                self.window_damaged(file, 0, "expected a window's header");
            }
            return;
        };
        if chunk.header.log != self.tag {
            self.window_damaged(file, LOG, "expected a window of this log");
            return;
        }
        let end = HEADER_WORDS + chunk.words.len();
        if words.get(end).is_some_and(|word| *word != 0) {
            self.window_damaged(file, end, "expected a record");
        }
        self.windows.push(chunk);
    }

    fn window_damaged(&mut self, file: &str, word: usize, what: &str) {
        self.damage.push(Damage {
            file: file.to_owned(),
            offset: word as u64 * 8,
            what: what.to_owned(),
        });
    }
}

/// Where the next whole chunk starts.
pub(super) fn next_chunk(bytes: &[u8], from: usize, budget: &mut usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = bytes
            .get(at..)?
            .windows(START.len())
            .position(|window| *window == START)?;
        at += found;
        if packed::decode(&bytes[at..]).is_ok() {
            return Some(at);
        }
        let claimed = (chunk::MAX_WORDS as usize * 8 + HEADER_BYTES).min(bytes.len() - at);
        *budget = budget.checked_sub(claimed)?;
        at += 1;
    }
}

/// The chunk that the file ends inside of, where it starts as one does.
pub(super) fn torn(bytes: &[u8], at: usize, damage: usize) -> Option<Torn> {
    let rest = &bytes[at..];
    let begun = rest.len().min(START.len());
    let place = rest.get(8..24).map(|head| {
        (
            u32::from_le_bytes(head[0..4].try_into().expect("four bytes")),
            u64::from_le_bytes(head[8..16].try_into().expect("eight bytes")),
        )
    });
    (rest[..begun] == START[..begun]).then_some(Torn {
        place,
        damage,
        offset: at as u64,
    })
}
