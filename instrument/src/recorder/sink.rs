//! Where sealed chunks go: a log file, or memory for a verdict in the process.

use std::fs::{File, OpenOptions};
use std::io::{self, IoSlice, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use racegate_eventlog::header::LogHeader;
use racegate_eventlog::record::Definition;

use super::modules;
use super::window::Window;

/// The place of a log.
pub(super) struct Sink {
    folder: Option<PathBuf>,
    sealed: Mutex<Sealed>,
    modules: OnceLock<Vec<Definition>>,
}

/// The sealed part of a log. Whoever holds it keeps every stream from sealing.
pub(super) enum Sealed {
    /// A log file, opened for appending.
    File(File),
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
            sealed: Mutex::new(Sealed::File(file)),
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
    /// Appends a chunk, header and words, in one write.
    pub(super) fn append(&mut self, header: &[u8], words: &[u8]) -> io::Result<()> {
        match self {
            Self::File(file) => write_both(file, header, words),
            Self::Memory(bytes) => {
                bytes.extend_from_slice(header);
                bytes.extend_from_slice(words);
                Ok(())
            }
        }
    }
}

fn write_both(file: &mut impl Write, header: &[u8], words: &[u8]) -> io::Result<()> {
    let written = loop {
        match file.write_vectored(&[IoSlice::new(header), IoSlice::new(words)]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => break written?,
        }
    };
    // What is left of the two, when the system took less.
    file.write_all(&header[written.min(header.len())..])?;
    file.write_all(&words[written.saturating_sub(header.len())..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes at a time, and is interrupted before each.
    struct Reluctant {
        at_a_time: usize,
        interrupted: bool,
        written: Vec<u8>,
    }

    impl Write for Reluctant {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let taken = bytes.len().min(self.at_a_time);
            self.written.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            self.write(
                &slices
                    .iter()
                    .flat_map(|slice| slice.to_vec())
                    .collect::<Vec<u8>>(),
            )
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_chunk_is_written_whole_however_little_the_system_takes_at_a_time() {
        for at_a_time in 1..10 {
            let mut file = Reluctant {
                at_a_time,
                interrupted: false,
                written: Vec::new(),
            };
            write_both(&mut file, b"head", b"words").expect("it takes all in the end");
            assert_eq!(file.written, b"headwords", "{at_a_time} at a time");
        }
    }
}
