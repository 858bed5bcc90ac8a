//! Logs, from the paths on the command line to what can be judged.

use std::path::{Path, PathBuf};

use racegate_eventlog::header::HeaderError;
use racegate_eventlog::reader::{self, Limits, ReadError};

use super::exit::{Exit, Failure};
use crate::analysis::pass_one::{self, Options, Raced};
use crate::report::LoadedLog;
use crate::source::SourceRoot;
use crate::symbols::Symbols;

/// The paths of all logs at these paths, in the order given, or what is in the way.
pub(super) fn find(paths: &[PathBuf]) -> Vec<Result<PathBuf, Failure>> {
    let found = paths.iter().flat_map(|path| match reader::find_logs(path) {
        Ok(logs) => logs.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(failure(&error))],
    });
    found.collect()
}

/// The log at this path, and where it races if that came out by the way.
pub(super) fn open(
    path: &Path,
    root: &SourceRoot,
    (limits, options): (Limits, &Options),
) -> Result<(LoadedLog<'static>, Option<Raced>), Failure> {
    let opened = pass_one::open_and_search(path, limits, options);
    let (log, raced) = opened.map_err(|error| failure(&error))?;
    let folder = path.is_dir().then_some(path);
    let log = LoadedLog {
        path: path.display().to_string(),
        symbols: Symbols::under(Some(root.clone()), log.tables(), folder),
        log,
    };
    Ok((log, raced))
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

/// What it means that a log could not be judged.
pub(super) fn unjudged(path: &str, error: &pass_one::Error) -> Failure {
    match error {
        pass_one::Error::Read(error) => failure(error),
        pass_one::Error::Memory { .. } => Failure::new(
            Exit::Unreadable,
            format!("{path}: {error}; --max-memory allows more"),
        ),
    }
}
