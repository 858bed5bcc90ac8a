//! Reading a log back: from a folder, a file, or memory.

use std::fmt;
use std::path::Path;

use crate::header::HeaderError;
use crate::trace::Trace;
use crate::validate::ValidateError;

/// A log in memory, as a session in the same process hands it over.
#[derive(Clone, Debug, Default)]
pub struct LogImage {
    /// What a log file would hold: a header and sealed chunks.
    pub sealed: Vec<u8>,
    /// The live windows, each [`WINDOW_WORDS`](crate::window::WINDOW_WORDS) long.
    pub windows: Vec<Vec<u64>>,
}

/// Why a log could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The header is not one this crate reads.
    Header(HeaderError),
    /// The events are no possible history.
    Invalid(ValidateError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(error) => error.fmt(f),
            Self::Invalid(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}

/// The trace of a log in memory.
///
/// # Errors
///
/// When the header cannot be read or the events are no possible history.
pub fn read_image(image: &LogImage) -> Result<Trace, ReadError> {
    let _ = image;
    Err(ReadError::Header(HeaderError::Empty))
}

/// The trace of the log at `path`: a log's folder, a `.rgl` file, or a text
/// trace (`.rgt`, `.std`).
///
/// # Errors
///
/// When there is no log, or it cannot be read or is no possible history.
pub fn read(path: &Path) -> Result<Trace, ReadError> {
    let _ = path;
    Err(ReadError::Header(HeaderError::Empty))
}
