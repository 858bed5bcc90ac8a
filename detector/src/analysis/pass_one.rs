//! Pass one: which locations race, in one go over a log, at hundreds of millions of
//! events a second.
//!
//! It asks less than the analyses of the table: not which events race, but where. That
//! does not depend on which of the possible orders of a log's events it is shown, for
//! happens-before is the same in all of them. What it names is then looked at by an
//! analysis in the order in which it really happened (docs/decisions/0014-pass-one.md).
//!
//! **Invariant:** it names exactly the locations of the races that `hb` names, whatever
//! the number of its workers.

mod atomics;
mod clock;
mod code;
mod engine;
mod judge;
mod latest;
mod shadow;
mod share;
mod slots;
#[cfg(test)]
mod tests;
mod workers;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use racegate_eventlog::reader::{Limits, Log, ReadError};
use racegate_eventlog::{Integrity, Location, Tables};

use self::judge::Case;
use self::workers::{Found, Opening, Reader};
use crate::clock::Reuse;

/// How pass one is to work. What it finds does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many threads it may use: one that reads, and others that judge.
    pub jobs: NonZeroUsize,
    /// The most bytes that clocks and shadows may take, as near as they can be told.
    pub max_memory: u64,
    /// Whether short threads share slots.
    pub reuse: Reuse,
}

impl Default for Options {
    /// As many jobs as there are cores, and as much memory as there is.
    fn default() -> Self {
        Self {
            jobs: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            max_memory: u64::MAX,
            reuse: Reuse::Exact,
        }
    }
}

/// What pass one finds.
#[derive(Clone, Debug)]
pub struct Raced {
    /// The locations on which some two accesses are unordered by happens-before.
    pub locations: BTreeSet<Location>,
    /// How many events there are.
    pub events: u64,
    /// What the log lacks.
    pub integrity: Integrity,
}

/// Why pass one came to no end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It takes more memory than it may.
    #[error(
        "clocks and shadows of {threads} threads, {objects} objects and {locations} \
         locations need {needs} bytes of memory or more, and {limit} are allowed"
    )]
    Memory {
        /// How many threads the log has.
        threads: usize,
        /// How many synchronisation objects.
        objects: usize,
        /// How many locations.
        locations: usize,
        /// How many bytes are needed, or more.
        needs: u64,
        /// How many there may be.
        limit: u64,
    },
}

/// Where there are fewer events, to start a worker takes longer than to be one.
const WORTH_A_WORKER: u64 = 100_000;

/// The locations of a log that race.
///
/// ```
/// use racegate_detector::analysis::pass_one::{Options, raced_locations};
/// use racegate_eventlog::reader::Log;
/// use racegate_eventlog::text::{TextForm, parse};
///
/// let history = b"main|fork(t)|1\nmain|w(x)|2\nmain|w(y)|3\nt|r(x)|4\n";
/// let trace = parse(history, TextForm::Std)?;
/// let raced = raced_locations(&Log::of_trace(&trace), &Options::default())?;
/// assert_eq!(raced.locations.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the log cannot be read to its end, or the memory does not suffice.
pub fn raced_locations(log: &Log<'_>, options: &Options) -> Result<Raced, Error> {
    let events: u64 = log.demand().iter().map(|demand| demand.events).sum();
    let workers = if events < WORTH_A_WORKER {
        0
    } else {
        options.jobs.get() - 1
    };
    search(log, options, workers)
}

/// A file of fewer bytes holds fewer events than are [worth a worker](WORTH_A_WORKER).
const WORTH_A_WORKER_BYTES: u64 = WORTH_A_WORKER * 12;

/// Opens a log, as [`Log::open_within`] does, and names its locations that race. What has
/// to be known of all of it beforehand is guessed, so that its file need be read but once.
/// Where that does not do, nothing is named, and [`raced_locations`] has to be asked.
///
/// # Errors
///
/// When the log cannot be opened.
pub fn open_and_search(
    path: &Path,
    limits: Limits,
    options: &Options,
) -> Result<(Log<'static>, Option<Raced>), ReadError> {
    let bytes = path.metadata().map_or(0, |metadata| metadata.len());
    let workers = if !path.is_dir() && bytes < WORTH_A_WORKER_BYTES {
        0
    } else {
        options.jobs.get() - 1
    };
    search_opening(Opening { path, limits }, options, workers)
}

/// The same of whatever is being opened.
fn search_opening<'a, R>(
    opening: R,
    options: &Options,
    workers: usize,
) -> Result<(Log<'a>, Option<Raced>), ReadError>
where
    R: Reader<Said = (Log<'a>, Option<Integrity>)>,
{
    let tables = Tables::default();
    let case = Case {
        tables: &tables,
        demand: &[],
        reuse: options.reuse,
        first: 1,
        slots: SLOTS_AT_FIRST,
    };
    let found = workers::search_in(opening, &case, workers, options.max_memory)?;
    let (log, integrity) = found.said;
    let settled = |told: Location| log.settled(told);
    let locations = found.locations.ok().filter(|_| integrity.is_some());
    let locations = locations.and_then(|locations| {
        let settled = locations.into_iter().map(settled);
        settled.collect::<Option<BTreeSet<Location>>>()
    });
    let raced = locations
        .zip(integrity)
        .map(|(locations, integrity)| Raced {
            locations,
            events: found.events,
            integrity,
        });
    Ok((log, raced))
}

/// For how many threads there is room at first where nobody knows how many there are.
const SLOTS_AT_FIRST: usize = 63;

fn search(log: &Log<'_>, options: &Options, workers: usize) -> Result<Raced, Error> {
    let case = Case {
        tables: log.tables(),
        demand: log.demand(),
        reuse: options.reuse,
        first: 1,
        slots: engine::slots_at_first(log.demand().len()),
    };
    let Found {
        locations,
        events,
        said: integrity,
    } = workers::search(log, &case, workers, options.max_memory)?;
    match locations {
        Ok(locations) => Ok(Raced {
            locations: locations.into_iter().collect(),
            events,
            integrity,
        }),
        Err(needs) => Err(Error::Memory {
            threads: case.tables.threads.len(),
            objects: case.tables.objects.len(),
            locations: case.tables.locations.len(),
            needs,
            limit: options.max_memory,
        }),
    }
}
