//! Reading a log back: from a folder, a file, or memory.
//!
//! **Invariant:** whatever the bytes, reading ends, never panics, and what could
//! not be used is told in the trace's [`Integrity`](crate::Integrity).

use std::path::{Path, PathBuf};

use crate::text;
use crate::trace::Trace;
use crate::validate::validate_with_gaps;

mod block;
mod chunks;
mod definitions;
mod error;
mod file;
mod folder;
mod keys;
mod limits;
mod log;
mod memory;
mod merge;
mod order;
mod streams;
mod whole;

pub use block::{Access, Block, Ids, Stretch};
pub use error::ReadError;
pub use folder::{LOG_FILE, SYMBOLS_FILE, find_logs};
pub use limits::Limits;
pub use log::{BLOCK_EVENTS, Demand, Excerpt, Log};

pub(crate) use chunks::{RawLog, Torn};
pub(crate) use file::{read_regular, read_windows};

use merge::Merged;
use streams::{Source, Streams};

/// A log in memory, as a session in the same process hands it over.
#[derive(Clone, Debug, Default)]
pub struct LogImage {
    /// What a log file would hold: a header and sealed chunks.
    pub sealed: Vec<u8>,
    /// The live windows, each [`WINDOW_WORDS`](crate::window::WINDOW_WORDS) long.
    pub windows: Vec<Vec<u64>>,
}

/// The trace of a log in memory.
///
/// The image may be taken while threads still run. What they had begun and not
/// yet recorded is left out with everything that depends on it, and is no loss.
///
/// # Errors
///
/// When the header cannot be read or the events are no possible history.
pub fn read_image(image: &LogImage) -> Result<Trace, ReadError> {
    let path = Path::new(IN_MEMORY);
    let mut raw = RawLog::scan(path, &image.sealed)?;
    for (index, window) in image.windows.iter().enumerate() {
        raw.add_window(&window_name(index), window);
    }
    trace_of(path, raw, Source::Live)
}

/// What a log without a file is called.
const IN_MEMORY: &str = "(log in memory)";

/// What its windows are called.
fn window_name(index: usize) -> String {
    format!("(window {index})")
}

/// The trace of the log at `path`: a log's folder, a `.rgl` file, or a text
/// trace (`.rgt`, `.std`).
///
/// # Errors
///
/// When there is no log, or it cannot be read or is no possible history.
pub fn read(path: &Path) -> Result<Trace, ReadError> {
    read_found(&find_file(path)?)
}

/// Where a log is, and what it is written in.
enum Found {
    Text(PathBuf, text::TextForm),
    Log(PathBuf),
}

/// Bytes of memory for each byte of a log that is read at once.
const BYTES_A_BYTE: u64 = 10;

impl Found {
    /// Refuses what is too large to be read at once.
    fn is_within(&self, limits: Limits) -> Result<(), ReadError> {
        let (Self::Text(path, _) | Self::Log(path)) = self;
        let length = std::fs::metadata(path).map_err(|error| ReadError::io(path, error))?;
        let needs = length.len().saturating_mul(BYTES_A_BYTE);
        limits.allow(path, "reading it at once", needs)
    }
}

fn find_file(path: &Path) -> Result<Found, ReadError> {
    if path.is_dir() {
        return match find_logs(path)?.as_slice() {
            [log] => Ok(Found::Log(folder::log_file(log))),
            logs => Err(ReadError::Several {
                path: path.to_owned(),
                count: logs.len(),
            }),
        };
    }
    let path = path.to_owned();
    Ok(match folder::text_form(&path) {
        Some(form) => Found::Text(path, form),
        None => Found::Log(path),
    })
}

/// All of it at once.
fn read_found(found: &Found) -> Result<Trace, ReadError> {
    match found {
        Found::Text(path, form) => read_text(path, *form),
        Found::Log(path) => read_log(path),
    }
}

fn read_log(path: &Path) -> Result<Trace, ReadError> {
    // The windows first: what leaves one meanwhile is then found in the file.
    let windows = file::read_windows(path)?;
    let mut raw = RawLog::scan(path, &read_regular(path)?)?;
    for (window, words) in &windows {
        raw.add_window_file(window, words);
    }
    trace_of(path, raw, Source::Ended)
}

fn read_text(path: &Path, form: text::TextForm) -> Result<Trace, ReadError> {
    let bytes = read_regular(path)?;
    text::parse(&bytes, form).map_err(|error| ReadError::Text {
        path: path.to_owned(),
        error,
    })
}

fn trace_of(path: &Path, raw: RawLog, source: Source) -> Result<Trace, ReadError> {
    let (streams, mut definitions) = Streams::assemble(raw, source);
    merge::resolve(&streams, &mut definitions);
    merged(path, &streams, definitions, source)
}

/// The trace of these streams, whose definitions are resolved.
fn merged(
    path: &Path,
    streams: &Streams,
    definitions: definitions::Definitions,
    source: Source,
) -> Result<Trace, ReadError> {
    let Merged {
        events,
        gaps,
        beyond,
        tables,
        integrity,
    } = merge::merge(streams, definitions, source);
    let trace = validate_with_gaps(events, tables, integrity, &gaps);
    let first = match (trace, beyond) {
        (Ok(trace), None) => return Ok(trace),
        (Err(error), Some(beyond)) if error.event < beyond.event => error,
        (_, Some(beyond)) => beyond,
        (Err(error), None) => error,
    };
    Err(ReadError::Invalid {
        path: PathBuf::from(path),
        error: first,
    })
}
