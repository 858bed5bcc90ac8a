//! Logs, from the paths on the command line to what an engine is fed.

use std::path::{Path, PathBuf};

use racegate_eventlog::header::HeaderError;
use racegate_eventlog::reader::{self, ReadError};

use super::exit::{Exit, Failure};
use crate::report::LoadedLog;
use crate::source::SourceRoot;
use crate::symbols::Symbols;

/// The logs that could be read, and what was in the way of the others.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) logs: Vec<LoadedLog>,
    pub(super) failures: Vec<Failure>,
}

/// Every log at these paths, in the order given.
pub(super) fn load(paths: &[PathBuf], root: &SourceRoot) -> Loaded {
    let mut loaded = Loaded::default();
    for path in paths {
        match reader::find_logs(path) {
            Ok(logs) => logs.iter().for_each(|log| loaded.add(log, root)),
            Err(error) => loaded.failures.push(failure(&error)),
        }
    }
    loaded
}

impl Loaded {
    fn add(&mut self, path: &Path, root: &SourceRoot) {
        match reader::read(path) {
            Ok(trace) => {
                let folder = path.is_dir().then_some(path);
                self.logs.push(LoadedLog {
                    path: path.display().to_string(),
                    symbols: Symbols::under(Some(root.clone()), &trace, folder),
                    trace,
                });
            }
            Err(error) => self.failures.push(failure(&error)),
        }
    }
}

/// What a reader's refusal means for the exit code.
pub(super) fn failure(error: &ReadError) -> Failure {
    let holds_nothing = matches!(
        error,
        ReadError::NoLog { .. }
            | ReadError::Header {
                error: HeaderError::Empty,
                ..
            }
    );
    let exit = if holds_nothing {
        Exit::NothingRecorded
    } else {
        Exit::Unreadable
    };
    Failure::new(exit, error)
}
