//! Where sealed chunks go: a log file, or memory for a verdict in the process.
//!
//! **Invariant:** chunks follow one another, each whole unless the system refused it.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use racegate_eventlog::chunk::{ChunkHeader, encode_header};
use racegate_eventlog::header::{HEADER_BYTES, LogHeader};
use racegate_eventlog::record::Definition;

use super::modules;
use super::window::Window;

mod blocks;

pub(super) use blocks::{Blocks, Enclosure, FULL_WORDS};

/// The place of a log.
pub(super) struct Sink {
    folder: Option<PathBuf>,
    sealed: Mutex<Sealed>,
    modules: OnceLock<Vec<Definition>>,
}

/// The sealed part of a log. Whoever holds it keeps every stream from sealing.
pub(super) enum Sealed {
    /// A log file.
    File(Blocks),
    /// What would stand in a log file.
    Memory(Vec<u8>),
}

impl Sink {
    /// A log in memory.
    pub(super) fn in_memory(header: &LogHeader) -> Self {
        Self {
            folder: None,
            sealed: Mutex::new(Sealed::Memory(header.encode().to_vec())),
            modules: OnceLock::new(),
        }
    }

    /// A log in a new folder under `parent`.
    pub(super) fn in_folder(parent: &Path, header: &LogHeader) -> io::Result<Self> {
        let folder = parent.join(format!("p-{}-{:032x}", header.pid, header.instance));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join("log.rgl");
        let mut file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(path)?;
        file.write_all(&header.encode())?;
        Ok(Self {
            folder: Some(folder),
            sealed: Mutex::new(Sealed::File(Blocks::of(file, HEADER_BYTES as u64))),
            modules: OnceLock::new(),
        })
    }

    /// The log's folder, if it has one.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// A window for a new stream.
    pub(super) fn window(&self, stream: u32) -> io::Result<Window> {
        match &self.folder {
            None => Ok(Window::in_memory()),
            Some(folder) => {
                let path = folder.join(format!("window-{stream}.rgw"));
                Window::in_file(&path).inspect_err(|_| {
                    // What is left of it is no window; that it stays is no harm.
                    let _ = std::fs::remove_file(&path);
                })
            }
        }
    }

    /// The binaries mapped into this process when the log was first asked.
    pub(super) fn modules(&self) -> &[Definition] {
        self.modules.get_or_init(modules::mapped)
    }

    /// The sealed part, alone.
    pub(super) fn sealed(&self) -> MutexGuard<'_, Sealed> {
        // A panic while appending leaves whole chunks and perhaps a torn one,
        // which is still a log.
        self.sealed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sealed {
    /// Appends a chunk, enclosed like this if that is right here.
    pub(super) fn append(
        &mut self,
        header: &ChunkHeader,
        words: &[u8],
        enclosure: Enclosure,
    ) -> io::Result<()> {
        match self {
            Self::File(file) => file.append(header, words, enclosure),
            Self::Memory(bytes) => {
                bytes.extend_from_slice(&encode_header(header, words));
                bytes.extend_from_slice(words);
                Ok(())
            }
        }
    }
}
