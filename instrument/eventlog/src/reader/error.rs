//! Why a log could not be read: the path, and what was expected there.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::header::HeaderError;
use crate::text::TextError;
use crate::validate::ValidateError;

/// Why a log could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing at the path.
    Missing {
        /// The path, as given.
        path: PathBuf,
    },
    /// The folder is no log and holds none.
    NoLog {
        /// The path, as given.
        path: PathBuf,
    },
    /// The folder holds several logs, and one was asked for.
    Several {
        /// The path, as given.
        path: PathBuf,
        /// How many.
        count: usize,
    },
    /// Not a regular file: a device, a pipe, a socket.
    NotRegular {
        /// The path, as given.
        path: PathBuf,
    },
    /// The operating system refused.
    Io {
        /// What was being read.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// The header is not one this crate reads.
    Header {
        /// The log.
        path: PathBuf,
        /// What is wrong with it.
        error: HeaderError,
    },
    /// A text trace that does not parse, or is no possible history.
    Text {
        /// The trace.
        path: PathBuf,
        /// Which line, and what was expected.
        error: TextError,
    },
    /// The events are no possible history.
    Invalid {
        /// The log.
        path: PathBuf,
        /// Which event, and what was expected.
        error: ValidateError,
    },
    /// Reading it takes more memory than [`Limits`](super::Limits) allow.
    Memory {
        /// The log.
        path: PathBuf,
        /// What is too large.
        what: &'static str,
        /// How many bytes it needs at least.
        needs: u64,
        /// How many it may have.
        limit: u64,
    },
}

impl ReadError {
    /// What the operating system said of this path.
    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing { path }
        } else {
            Self::Io { path, error }
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path } => write!(f, "{}: no such file or folder", path.display()),
            Self::NoLog { path } => write!(
                f,
                "{}: expected an event log: a folder with `log.rgl`, or folders `p-*` that have one",
                path.display()
            ),
            Self::Several { path, count } => write!(
                f,
                "{}: expected one event log, found {count}",
                path.display()
            ),
            Self::NotRegular { path } => {
                write!(f, "{}: expected a regular file", path.display())
            }
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Header { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Text { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Invalid { path, error } => {
                write!(f, "{}: no possible history: {error}", path.display())
            }
            Self::Memory {
                path,
                what,
                needs,
                limit,
            } => write!(
                f,
                "{}: {what} needs {needs} bytes of memory or more, and {limit} are allowed",
                path.display()
            ),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Missing { .. }
            | Self::NoLog { .. }
            | Self::Several { .. }
            | Self::NotRegular { .. }
            | Self::Memory { .. } => None,
            Self::Io { error, .. } => Some(error),
            Self::Header { error, .. } => Some(error),
            Self::Text { error, .. } => Some(error),
            Self::Invalid { error, .. } => Some(error),
        }
    }
}
