//! Windows: the words a stream is appending to.
//!
//! A window in a file is mapped shared, so that what was stored survives the
//! process whatever ends it; a window in memory serves a verdict in the process.
//!
//! **Invariant:** `words` points to `WINDOW_WORDS` words that live as long as the
//! window and are stored and shared only as atomics. Records are stored by the window's
//! one [`Pen`] alone.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::window::{HEADER_WORDS, WINDOW_BYTES, WINDOW_WORDS, field};

use super::sink::FULL_WORDS;

/// How many words of a window are ever filled: what its chunk has room for in a file.
pub(super) const FILLED_WORDS: usize = HEADER_WORDS + FULL_WORDS;

/// A stream's words.
pub(super) struct Window {
    words: NonNull<AtomicU64>,
    backing: Backing,
}

/// The one writer of a window's records.
pub(super) struct Pen {
    window: Arc<Window>,
    /// The window's own, at hand.
    words: NonNull<AtomicU64>,
}

// SAFETY: so is its window, whose words these are.
unsafe impl Send for Pen {}

/// Where the words live.
enum Backing {
    /// On the heap; dropped with the window.
    Heap,
    /// In a mapped file; unmapped with the window.
    File,
}

// SAFETY: the words are reached only as atomics, which may be shared.
unsafe impl Send for Window {}
// SAFETY: as above.
unsafe impl Sync for Window {}

impl Window {
    /// A zeroed window in memory.
    pub(super) fn in_memory() -> Self {
        let words = vec![0_u64; WINDOW_WORDS].into_boxed_slice();
        // An atomic has the size and the alignment of its integer here, which is
        // all that the cast and the later return to a box of integers need.
        const { assert!(align_of::<AtomicU64>() == align_of::<u64>()) };
        let words = NonNull::from(Box::leak(words)).cast();
        Self {
            words,
            backing: Backing::Heap,
        }
    }

    /// A zeroed window in a new file, its blocks reserved, so that a full disk is
    /// an error here and never a signal later.
    pub(super) fn in_file(path: &Path) -> io::Result<Self> {
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)?;
        let length = libc::off_t::try_from(WINDOW_BYTES).expect("a window is small");
        // SAFETY: a plain call on a descriptor that is open.
        let status = unsafe { libc::posix_fallocate(file.as_raw_fd(), 0, length) };
        if status != 0 {
            return Err(io::Error::from_raw_os_error(status));
        }
        // SAFETY: a new mapping of an open file of this length; nothing else
        // refers to the address that the kernel picks.
        let address = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                WINDOW_BYTES,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let words = NonNull::new(address.cast()).expect("a mapping is never at zero");
        Ok(Self {
            words,
            backing: Backing::File,
        })
    }

    /// Counts events that could not be recorded. The counts stand here and nowhere
    /// else, so that any thread may add to them.
    pub(super) fn count_dropped(&self, accesses: u64, sync: u64) {
        let add = |field: usize, count| self.words()[field].fetch_add(count, Ordering::Relaxed);
        // ORDERING: relaxed; counts.
        add(field::DROPPED_ACCESSES, accesses);
        add(field::DROPPED_SYNC, sync);
    }

    /// The words.
    #[inline]
    pub(super) fn words(&self) -> &[AtomicU64; WINDOW_WORDS] {
        // SAFETY: the invariant of the type: this many words, alive as long as `self`.
        unsafe { self.words.cast().as_ref() }
    }
}

impl Pen {
    /// The writer of a window that nobody shares yet.
    pub(super) fn of(window: Window) -> Self {
        let words = window.words;
        let window = Arc::new(window);
        Self { window, words }
    }

    /// The window, to be looked at.
    pub(super) fn window(&self) -> &Arc<Window> {
        &self.window
    }

    /// The words that may be filled.
    #[inline]
    pub(super) fn words(&mut self) -> &[AtomicU64; FILLED_WORDS] {
        const { assert!(FILLED_WORDS <= WINDOW_WORDS) };
        // SAFETY: the words of the window, which is shared by the pen: at least this many.
        unsafe { self.words.cast().as_ref() }
    }

    /// Records that stand there, as they are to stand in a chunk.
    pub(super) fn bytes(&self, records: &Range<usize>) -> &[u8] {
        const { assert!(cfg!(target_endian = "little"), "a log is little-endian") };
        assert!(records.start >= HEADER_WORDS);
        let records = &self.window.words()[records.clone()];
        // SAFETY: records are stored through the pen alone, which is borrowed, so for as
        // long as the bytes are these words are loaded by others at most. Their length is
        // that of the words, and any byte is a good one.
        unsafe { std::slice::from_raw_parts(records.as_ptr().cast(), size_of_val(records)) }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        match self.backing {
            Backing::Heap => {
                let words = self.words.as_ptr().cast::<u64>();
                let words = std::ptr::slice_from_raw_parts_mut(words, WINDOW_WORDS);
                // SAFETY: `in_memory` leaked exactly this box, and only this drops it.
                drop(unsafe { Box::from_raw(words) });
            }
            Backing::File => {
                // SAFETY: `in_file` made exactly this mapping, and nothing refers to
                // it once the window is dropped.
                unsafe { libc::munmap(self.words.as_ptr().cast(), WINDOW_BYTES) };
            }
        }
    }
}
