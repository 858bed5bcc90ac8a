//! Bytes of regular files, read and never mapped: a file that shrinks meanwhile
//! is a short read.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::ReadError;
use super::folder::windows_beside;
use crate::window::WINDOW_BYTES;

/// All bytes of a regular file; no more than it had when it was opened.
pub(crate) fn read_regular(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_at_most(path, u64::MAX)
}

/// The words of every window of the log in this file.
pub(crate) fn read_windows(log: &Path) -> Result<Vec<(PathBuf, Vec<u64>)>, ReadError> {
    let mut windows = Vec::new();
    for path in windows_beside(log)? {
        let bytes = read_at_most(&path, WINDOW_BYTES as u64)?;
        let words = bytes.chunks_exact(8);
        let words = words.map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
        windows.push((path, words.collect()));
    }
    Ok(windows)
}

fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let failed = |error| ReadError::io(path, error);
    // Asked before opening: opening a pipe would wait for its writer.
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(ReadError::NotRegular {
            path: path.to_owned(),
        });
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(metadata.len().min(limit))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}
