//! Sealing: what the windows of an ended process hold becomes chunks of its log.
//!
//! Every window's chunk is appended, then for every stream a chunk without
//! records, which is its end; only then are the windows removed.
//!
//! **Invariant:** at every point all records are in the log or in a window, so
//! that sealing may be cut short and done again.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::chunk::{self, Chunk, ChunkHeader};
use crate::reader::{LOG_FILE, RawLog, ReadError, Torn, read_regular, read_windows};
use crate::window::{HEADER_WORDS, WINDOW_WORDS, read as read_window};

/// What sealing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Chunks of records appended to the log.
    pub chunks: usize,
    /// Streams that were told to have ended.
    pub ended: usize,
    /// Windows removed.
    pub removed: usize,
    /// Windows left in place, because not all of them could be read.
    pub left: usize,
}

/// Why a log could not be sealed. What it held is still there.
#[derive(Debug)]
#[non_exhaustive]
pub enum SealError {
    /// The log cannot be read.
    Read(ReadError),
    /// Someone is writing to it.
    Live {
        /// The log's file.
        path: PathBuf,
    },
    /// The operating system refused.
    Io {
        /// What was being written or removed.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Live { path } => {
                write!(
                    f,
                    "{}: expected a log that no one writes to",
                    path.display()
                )
            }
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for SealError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) => Some(error),
            Self::Live { .. } => None,
            Self::Io { error, .. } => Some(error),
        }
    }
}

impl From<ReadError> for SealError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// Moves what the windows in a log's folder hold into its log, and removes them.
/// To be called when the process that recorded it has ended.
///
/// # Errors
///
/// When there is no log in the folder, someone writes to it, or it cannot be
/// written. Nothing is lost then.
pub fn seal(folder: &Path) -> Result<Sealed, SealError> {
    let path = folder.join(LOG_FILE);
    let failed = |error| SealError::Io {
        path: path.clone(),
        error,
    };
    let windows = read_windows(&path)?;
    if windows.is_empty() {
        return Ok(Sealed::default());
    }
    let mut raw = RawLog::scan(&path, &read_regular(&path)?)?;
    let file = File::options().append(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(SealError::Live { path }),
        // Some file systems have no locks; then the caller's word must do.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    let mut plan = Plan::of(&mut raw, &windows);
    if let Some(offset) = plan.torn {
        // The chunk that the file ends inside of is whole in its window.
        let writable = File::options().write(true).open(&path);
        writable
            .and_then(|file| file.set_len(offset))
            .map_err(failed)?;
    }
    write(&file, &plan.chunks).map_err(failed)?;
    write(&file, &plan.ends).map_err(failed)?;
    // The recorder reserves room for a log that goes on; this one does not.
    let end = file.metadata().map_err(failed)?.len();
    file.set_len(end).map_err(failed)?;
    for window in &plan.whole {
        fs::remove_file(window).map_err(|error| SealError::Io {
            path: window.to_path_buf(),
            error,
        })?;
        plan.done.removed += 1;
    }
    Ok(plan.done)
}

/// What is to be done to a log.
struct Plan<'a> {
    /// Where the file is to be cut off.
    torn: Option<u64>,
    /// The chunk that the file ends inside of.
    unfinished: Option<Torn>,
    chunks: Vec<Vec<u8>>,
    ends: Vec<Vec<u8>>,
    /// Windows that may go afterwards.
    whole: Vec<&'a Path>,
    done: Sealed,
}

impl<'a> Plan<'a> {
    fn of(raw: &mut RawLog, windows: &'a [(PathBuf, Vec<u64>)]) -> Self {
        let mut last: BTreeMap<u32, ChunkHeader> = BTreeMap::new();
        let mut ended: BTreeMap<u32, bool> = BTreeMap::new();
        for chunk in &raw.sealed {
            let header = chunk.header;
            let known = last.entry(header.stream).or_insert(header);
            if known.sequence <= header.sequence {
                *known = header;
                ended.insert(header.stream, chunk.words.is_empty());
            }
        }
        let mut plan = Self {
            // What was being written, and is now written again.
            torn: raw
                .torn
                .filter(|torn| torn.place.is_none())
                .map(|torn| torn.offset),
            unfinished: raw.torn,
            chunks: Vec::new(),
            ends: Vec::new(),
            whole: Vec::new(),
            done: Sealed::default(),
        };
        for (path, words) in windows {
            // What is of another log, or of none, is not this log's to remove.
            let read = read_window(words).filter(|chunk| chunk.header.log == raw.tag);
            plan.dispose(path, words, read.as_ref());
            let Some(Chunk { header, words }) = read else {
                continue;
            };
            let sealed = last.get(&header.stream).copied();
            if sealed.is_none_or(|sealed| sealed.sequence < header.sequence) {
                plan.append(header, &words);
            } else if let Some(sealed) = sealed
                && ended.get(&header.stream) != Some(&true)
            {
                let sequence = sealed.sequence + 1;
                plan.end(ChunkHeader { sequence, ..header });
            }
        }
        plan
    }

    /// A window that was not read to its end stays, and with it the tale of it.
    fn dispose(&mut self, path: &'a Path, words: &[u64], read: Option<&Chunk>) {
        let end = read.map_or(0, |chunk| HEADER_WORDS + chunk.words.len());
        let to_the_end = words.get(end).is_none_or(|word| *word == 0);
        let unread = read.is_none() && words.iter().any(|word| *word != 0);
        if to_the_end && !unread && words.len() == WINDOW_WORDS {
            self.whole.push(path);
        } else {
            self.done.left += 1;
        }
    }

    fn append(&mut self, header: ChunkHeader, words: &[u64]) {
        let mut sequence = header.sequence;
        if !words.is_empty() {
            self.write_again(&header);
            self.chunks.push(chunk::encode(&header, words));
            self.done.chunks += 1;
            sequence += 1;
        }
        self.end(ChunkHeader { sequence, ..header });
    }

    /// The file is cut off where an unfinished chunk is that is now written whole.
    fn write_again(&mut self, header: &ChunkHeader) {
        let place = Some((header.stream, header.sequence));
        if let Some(torn) = self.unfinished.filter(|torn| torn.place == place) {
            self.torn = Some(torn.offset);
        }
    }

    fn end(&mut self, header: ChunkHeader) {
        self.write_again(&header);
        self.ends.push(chunk::encode(&header, &[]));
        self.done.ended += 1;
    }
}

/// Appends chunks and waits until they are on the disk.
fn write(mut file: &File, chunks: &[Vec<u8>]) -> io::Result<()> {
    for chunk in chunks {
        file.write_all(chunk)?;
    }
    file.sync_all()
}
