//! Where logs lie: a folder is a log when it holds `log.rgl`, and may hold
//! several such folders named `p-*`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::ReadError;
use crate::text::TextForm;

/// The file of sealed chunks in a log's folder.
pub const LOG_FILE: &str = "log.rgl";
/// The file of symbolised addresses in a log's folder, where there is one.
pub const SYMBOLS_FILE: &str = "symbols.json";

/// The logs at `path`, sorted: `path` itself when it is a log's folder or a file,
/// and otherwise the logs among the folders `p-*` in it.
///
/// # Errors
///
/// When there is nothing at `path`, it cannot be read, or it holds no log.
pub fn find_logs(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let metadata = fs::metadata(path).map_err(|error| ReadError::io(path, error))?;
    if !metadata.is_dir() || log_file(path).is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let logs: Vec<PathBuf> = entries(path)?
        .into_iter()
        .filter(|entry| named(entry, "p-", "") && entry.is_dir() && log_file(entry).is_file())
        .collect();
    if logs.is_empty() {
        return Err(ReadError::NoLog {
            path: path.to_owned(),
        });
    }
    Ok(logs)
}

/// The file of sealed chunks of a log that [`find_logs`] found.
pub(super) fn log_file(log: &Path) -> PathBuf {
    if log.is_dir() {
        log.join(LOG_FILE)
    } else {
        log.to_owned()
    }
}

/// The windows of the log in this file. Only a log in its own folder has any.
pub(crate) fn windows_beside(log: &Path) -> Result<Vec<PathBuf>, ReadError> {
    if log.file_name().is_none_or(|name| name != LOG_FILE) {
        return Ok(Vec::new());
    }
    let folder = log
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut windows = entries(folder)?;
    windows.retain(|entry| named(entry, "window-", ".rgw") && entry.is_file());
    Ok(windows)
}

/// The text form that a file's name promises.
pub(super) fn text_form(path: &Path) -> Option<TextForm> {
    let extension = path.extension()?;
    if extension == "rgt" {
        Some(TextForm::Rgt)
    } else if extension == "std" {
        Some(TextForm::Std)
    } else {
        None
    }
}

fn named(path: &Path, prefix: &str, suffix: &str) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with(prefix) && name.ends_with(suffix))
}

/// What a folder holds, sorted, so that nothing depends on the file system's order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut entries = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<io::Result<Vec<_>>>()
        })
        .map_err(|error| ReadError::io(folder, error))?;
    entries.sort();
    Ok(entries)
}
