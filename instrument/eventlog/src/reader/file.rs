//! Bytes of regular files, read and never mapped: a file that shrinks meanwhile
//! is a short read.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::ReadError;
use crate::integrity::Damage;
use crate::window::WINDOW_BYTES;

/// All bytes of a regular file; no more than it had when it was opened.
pub(crate) fn read_regular(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_at_most(path, u64::MAX)
}

/// The words of a window file.
pub(super) fn read_words(path: &Path, damage: &mut Vec<Damage>) -> Result<Vec<u64>, ReadError> {
    let bytes = read_at_most(path, WINDOW_BYTES as u64)?;
    if bytes.len() != WINDOW_BYTES {
        damage.push(Damage {
            file: path.display().to_string(),
            offset: bytes.len() as u64,
            what: format!("expected a window of {WINDOW_BYTES} bytes"),
        });
    }
    let words = bytes.chunks_exact(8);
    Ok(words
        .map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")))
        .collect())
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
