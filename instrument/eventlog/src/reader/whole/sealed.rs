//! The sealed bytes of a log, of which any stretch can be had again.
//!
//! **Invariant:** they end where they ended when the log was opened: what a living
//! process appends later is not looked at.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::reader::ReadError;

/// Where the bytes are.
#[derive(Debug)]
pub(super) struct Sealed<'a> {
    place: Place<'a>,
    length: u64,
}

#[derive(Debug)]
enum Place<'a> {
    /// Read again each time, and never mapped: a file that shrinks is an error then.
    File(Mutex<File>),
    Memory(&'a [u8]),
}

impl Sealed<'static> {
    /// The bytes of a regular file.
    pub(super) fn open(path: &Path) -> Result<Self, ReadError> {
        let failed = |error| ReadError::io(path, error);
        // Asked before opening: opening a pipe would wait for its writer.
        let metadata = fs::metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(ReadError::NotRegular {
                path: path.to_owned(),
            });
        }
        let file = File::open(path).map_err(failed)?;
        Ok(Self {
            place: Place::File(Mutex::new(file)),
            length: metadata.len(),
        })
    }
}

impl<'a> Sealed<'a> {
    /// Bytes in memory.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self {
            place: Place::Memory(bytes),
            length: bytes.len() as u64,
        }
    }

    /// How many bytes there are.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Fills `bytes` with those from `offset` on.
    pub(super) fn read(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        match &self.place {
            Place::File(file) => {
                // A panic between seek and read leaves a file that is seeked again.
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(offset))?;
                file.read_exact(bytes)
            }
            Place::Memory(memory) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let there = memory.get(start..).and_then(|rest| rest.get(..bytes.len()));
                bytes.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }
}
