//! Logs of which nothing is lost: indexed once, and replayed in bounded memory.
//!
//! **Invariant:** what is said of a whole log is what the merge of all its records at once
//! would say; in doubt, that merge is asked.

use std::io;
use std::path::{Path, PathBuf};

use super::block::Block;
use super::chunks::RawLog;
use super::streams::Source;
use super::{Limits, LogImage, ReadError, merged};
use crate::event::Event;
use crate::header;
use crate::id::Location;
use crate::integrity::Integrity;
use crate::record::ObjectKey;
use crate::tables::Tables;
use crate::trace::Trace;

mod beside;
mod early;
mod excerpt;
mod index;
mod load;
mod marks;
mod program;
mod replay;
mod resident;
mod scan;
mod script;
mod sealed;
mod sequences;
mod sink;
mod stamps;
mod supply;
mod turn;
mod waiting;
mod walk;

use index::{Index, NoIndex};
use replay::{Ended, Replay};
use resident::Resident;
use sealed::Sealed;
use sink::{Plain, Sink};

/// Chunks in memory while a log is replayed, in bytes, where the limits leave as much.
const RESIDENT_BYTES: u64 = 1 << 28;
/// Bytes that merging all records at once takes for each of their words.
const BYTES_A_WORD: u64 = 64;

/// Who takes events while a log is still being indexed.
pub(super) struct Ahead<'e> {
    /// The first block.
    pub(super) block: Block,
    pub(super) take: &'e mut dyn FnMut(&mut Block),
}

/// A log of which nothing is lost.
#[derive(Debug)]
pub(super) struct WholeLog<'a> {
    path: PathBuf,
    sealed: Sealed<'a>,
    index: Index,
    source: Source,
    limits: Limits,
}

impl WholeLog<'static> {
    /// The log in this file, if it is whole, and whether all of its events were handed over
    /// meanwhile.
    pub(super) fn open(
        path: &Path,
        limits: Limits,
        ahead: Option<Ahead<'_>>,
    ) -> Result<Option<(Self, bool)>, ReadError> {
        // The windows first: what leaves one meanwhile is then found in the file.
        let windows = super::read_windows(path)?;
        let sealed = Sealed::open(path)?;
        let mut raw = raw(path, &sealed)?;
        for (window, words) in &windows {
            raw.add_window_file(window, words);
        }
        Self::of(path, sealed, &raw, (Source::Ended, limits), ahead)
    }
}

impl<'a> WholeLog<'a> {
    /// The same of a log in memory.
    pub(super) fn of_image(
        path: &Path,
        image: &'a LogImage,
        limits: Limits,
        ahead: Option<Ahead<'_>>,
    ) -> Result<Option<(Self, bool)>, ReadError> {
        let sealed = Sealed::of(&image.sealed);
        let mut raw = raw(path, &sealed)?;
        for (index, window) in image.windows.iter().enumerate() {
            raw.add_window(&super::window_name(index), window);
        }
        Self::of(path, sealed, &raw, (Source::Live, limits), ahead)
    }

    fn of(
        path: &Path,
        sealed: Sealed<'a>,
        raw: &RawLog,
        (source, limits): (Source, Limits),
        ahead: Option<Ahead<'_>>,
    ) -> Result<Option<(Self, bool)>, ReadError> {
        match Index::of(path, &sealed, raw, (source, limits), ahead) {
            Ok((index, told)) => {
                let log = Self {
                    path: path.to_owned(),
                    sealed,
                    index,
                    source,
                    limits,
                };
                Ok(Some((log, told)))
            }
            Err(NoIndex::Unusual) => Ok(None),
            Err(NoIndex::Read(error)) => Err(error),
        }
    }

    /// What the ids of its events stand for.
    pub(super) fn tables(&self) -> &Tables {
        self.index.definitions.tables()
    }

    /// The location that a key was taken for when events were handed over early.
    pub(super) fn location_of(&self, key: Location) -> Option<Location> {
        let key = ObjectKey::new(u64::from(key.number()));
        self.index.definitions.known_location(key)
    }

    /// What is missing although nothing is lost.
    pub(super) fn integrity(&self) -> &Integrity {
        &self.index.integrity
    }

    /// By thread: how many events there are at most, and how many joins.
    pub(super) fn demand(&self) -> impl Iterator<Item = (u64, u64)> {
        let facts = self.index.facts.iter();
        facts.map(|facts| (facts.records, facts.joins))
    }

    /// Hands over all events, in an order that is a possible one.
    pub(super) fn replay(&self, mut take: impl FnMut(&[Event])) -> Result<Integrity, ReadError> {
        self.replay_into(Plain::new(), |plain| take(plain.events()))
    }

    /// The same in blocks.
    pub(super) fn replay_blocks(
        &self,
        block: Block,
        take: impl FnMut(&mut Block),
    ) -> Result<Integrity, ReadError> {
        self.replay_into(block, take)
    }

    fn replay_into<K: Sink>(
        &self,
        sink: K,
        take: impl FnMut(&mut K),
    ) -> Result<Integrity, ReadError> {
        let resident = self.resident();
        let exact = || self.excerpt(|_| true).map(|trace| trace.integrity);
        let decide = || exact().map(|_| ()).map_err(Stopped::Read);
        let ended = Replay::new(&self.index, resident, sink).run(take, decide);
        match ended.map_err(|stopped| stopped.told(&self.path))? {
            Ended::Whole { broken } => {
                let mut integrity = self.index.integrity.clone();
                integrity.dropped_accesses += broken;
                Ok(integrity)
            }
            Ended::Doubtful => exact(),
        }
    }

    /// The trace of all records but the accesses of cells that have no location to be
    /// kept, in the real order.
    pub(super) fn excerpt(&self, keep: impl Fn(Location) -> bool) -> Result<Trace, ReadError> {
        let definitions = &self.index.definitions;
        let tables = definitions.tables();
        let cells: Vec<bool> = tables
            .cells
            .iter()
            .map(|cell| cell.extent.locations().any(&keep))
            .collect();
        let kept = |key| {
            let (cell, _) = tables.cell_of(definitions.location(key));
            cells[cell.index()]
        };
        let afford = |words: u64| {
            let what = "putting the events in their real order";
            let needs = words.saturating_mul(BYTES_A_WORD);
            let allowed = self.limits.allow(&self.path, what, needs);
            allowed.map_err(Stopped::Read)
        };
        let streams = excerpt::streams(&self.index, self.resident(), kept, afford)
            .map_err(|stopped| stopped.told(&self.path))?;
        merged(&self.path, &streams, definitions.clone(), self.source)
    }

    fn resident(&self) -> Resident<'_> {
        let room = RESIDENT_BYTES.min(self.limits.max_memory / 4);
        Resident::new(&self.index, &self.sealed, room)
    }
}

/// Why a walk over a log's events stopped.
enum Stopped {
    Io(io::Error),
    Read(ReadError),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Stopped {
    fn told(self, path: &Path) -> ReadError {
        match self {
            Self::Io(error) => ReadError::io(path, error),
            Self::Read(error) => error,
        }
    }
}

/// The log without its chunks.
fn raw(path: &Path, sealed: &Sealed<'_>) -> Result<RawLog, ReadError> {
    let length = sealed.length().min(header::HEADER_BYTES as u64);
    let mut head = vec![0; usize::try_from(length).unwrap_or(header::HEADER_BYTES)];
    let read = sealed.read(0, &mut head);
    read.map_err(|error| ReadError::io(path, error))?;
    RawLog::scan(path, &head)
}
