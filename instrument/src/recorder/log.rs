//! A log that is open: its sink, its threads and its streams.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use racegate_eventlog::header::{LogHeader, VERSION};
use racegate_eventlog::reader::LogImage;
use racegate_eventlog::window::field;
use racegate_eventlog::{NameId, ThreadId};

use super::living::Living;
use super::options::{LogOptions, StackMode};
use super::publication::snapshot;
use super::sink::{Sealed, Sink};
use super::stream::Stream;
use super::teller::Tellers;
use super::weight::Weight;
use super::window::{Pen, Window};

/// An open log.
pub(crate) struct Log {
    number: u32,
    /// What its chunks and windows say that they belong to.
    tag: u64,
    options: LogOptions,
    closed: AtomicBool,
    sink: Sink,
    next_thread: AtomicU32,
    next_stream: AtomicU32,
    /// Streams that no thread is using.
    idle: Mutex<Vec<Stream>>,
    /// Every stream's window, for a snapshot.
    windows: Mutex<Vec<Arc<Window>>>,
    names: Mutex<HashMap<String, NameId>>,
    /// The window in which events are counted that found no stream: the first.
    losses: OnceLock<Arc<Window>>,
    /// There is no room for another window.
    full: AtomicBool,
    /// Operations by threads of no log while this one was open.
    outside_at_open: u64,
    /// What has not ended that is to end, once somebody asked for that.
    living: OnceLock<Arc<Living>>,
}

/// Operations by threads that belong to no log, while some log was open.
static OUTSIDE: AtomicU64 = AtomicU64::new(0);
static NEXT_LOG: AtomicU32 = AtomicU32::new(1);
/// How often a log was closed in this process.
static CLOSINGS: AtomicU64 = AtomicU64::new(0);

/// How often a log was closed in this process: while it is the same, who found a log open
/// finds it open.
#[inline]
pub(super) fn closings() -> u64 {
    // ORDERING: relaxed; see `Log::is_open`.
    CLOSINGS.load(Ordering::Relaxed)
}

/// Counts an operation by a thread of no log.
pub(super) fn count_outside() {
    // ORDERING: relaxed; a count.
    OUTSIDE.fetch_add(1, Ordering::Relaxed);
}

impl Log {
    /// A log in memory.
    pub(crate) fn in_memory(options: LogOptions) -> Self {
        let header = new_header();
        Self::new(options, Sink::in_memory(&header), &header)
    }

    /// A log in a new folder under `parent`.
    pub(crate) fn in_folder(options: LogOptions, parent: &Path) -> io::Result<Self> {
        let header = new_header();
        let sink = Sink::in_folder(parent, &header)?;
        Ok(Self::new(options, sink, &header))
    }

    fn new(options: LogOptions, sink: Sink, header: &LogHeader) -> Self {
        Self {
            number: header.session,
            tag: header.tag(),
            options,
            closed: AtomicBool::new(false),
            sink,
            next_thread: AtomicU32::new(1),
            next_stream: AtomicU32::new(0),
            idle: Mutex::default(),
            windows: Mutex::default(),
            names: Mutex::default(),
            losses: OnceLock::new(),
            full: AtomicBool::new(false),
            // ORDERING: relaxed; a count.
            outside_at_open: OUTSIDE.load(Ordering::Relaxed),
            living: OnceLock::new(),
        }
    }

    /// The list of what is to end, which it keeps from here on.
    pub(crate) fn keep_living(&self) -> &Arc<Living> {
        self.living.get_or_init(Arc::default)
    }

    /// The list, if it keeps one.
    pub(super) fn living(&self) -> Option<&Arc<Living>> {
        self.living.get()
    }

    /// Its number in this process: no two logs share one.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// How much of a stack is recorded.
    pub(crate) fn stacks(&self) -> StackMode {
        self.options.stacks
    }

    /// The seed of random yields, if there shall be any.
    #[inline]
    pub(super) fn yields(&self) -> Option<u64> {
        self.options.yields
    }

    /// Its folder, if it has one.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.sink.folder()
    }

    /// Whether it still takes events.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        // ORDERING: relaxed; an event that is late by a store may be in or out.
        !self.closed.load(Ordering::Relaxed)
    }

    /// Takes no more events.
    pub(crate) fn close(&self) {
        // ORDERING: relaxed; see `is_open`.
        self.closed.store(true, Ordering::Relaxed);
        // ORDERING: release, so that whoever finds the new count finds the log closed.
        CLOSINGS.fetch_add(1, Ordering::Release);
    }

    /// What a log in memory holds now: every event committed so far.
    pub(crate) fn image(&self) -> LogImage {
        // Held over both parts, so that no stream seals in between.
        let sealed = self.sink.sealed();
        let bytes = match &*sealed {
            Sealed::Memory(bytes) => bytes.clone(),
            Sealed::File(_) => Vec::new(),
        };
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = |window: &Arc<Window>| {
            let mut words = snapshot(window.words());
            words[field::OUTSIDE] = self.outside();
            words
        };
        LogImage {
            sealed: bytes,
            windows: windows.iter().map(copy).collect(),
        }
    }

    /// An id for a new thread.
    pub(super) fn new_thread(&self) -> ThreadId {
        // ORDERING: relaxed; an RMW never returns one twice.
        ThreadId::new(self.next_thread.fetch_add(1, Ordering::Relaxed))
    }

    /// The id of a name.
    pub(super) fn name(&self, text: &str) -> NameId {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = names.get(text) {
            return *id;
        }
        let id = NameId::new(u32::try_from(names.len()).expect("fewer than 2^32 names"));
        names.insert(text.to_owned(), id);
        id
    }

    /// A stream for a thread to write, used before or new. `None` when the log's
    /// place has no room for its window.
    pub(super) fn take_stream(&self) -> Option<Stream> {
        let mut stream = self.idle_stream().or_else(|| self.new_stream())?;
        stream.set_outside(self.outside());
        Some(stream)
    }

    /// Operations of threads of no log since this log was opened.
    fn outside(&self) -> u64 {
        // ORDERING: relaxed; a count.
        OUTSIDE.load(Ordering::Relaxed) - self.outside_at_open
    }

    fn idle_stream(&self) -> Option<Stream> {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    fn new_stream(&self) -> Option<Stream> {
        // ORDERING: relaxed, both; a hint, and an RMW never returns one twice.
        if self.full.load(Ordering::Relaxed) {
            return None;
        }
        let number = self.next_stream.fetch_add(1, Ordering::Relaxed);
        let Ok(window) = self.sink.window(number) else {
            // ORDERING: relaxed; whoever does not see it finds out, too.
            self.full.store(true, Ordering::Relaxed);
            return None;
        };
        let pen = Pen::of(window);
        let window = Arc::clone(pen.window());
        self.losses.get_or_init(|| Arc::clone(&window));
        self.windows
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(window);
        let tellers = Tellers::of_log(self.number);
        Some(Stream::new((self.tag, tellers), number, pen))
    }

    /// Gives a stream back.
    pub(super) fn return_stream(&self, stream: Stream) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(stream);
    }

    /// Counts an event that found no stream. Without any stream there is no log to
    /// count it in, which a reader takes for nothing recorded.
    pub(super) fn count_lost(&self, weight: Weight) {
        if let Some(window) = self.losses.get() {
            match weight {
                Weight::Access => window.count_dropped(1, 0),
                Weight::Sync => window.count_dropped(0, 1),
            }
        }
    }

    /// Where sealed chunks go.
    pub(super) fn sink(&self) -> &Sink {
        &self.sink
    }
}

/// The header of a log opened now.
fn new_header() -> LogHeader {
    LogHeader {
        version: VERSION,
        incompatible: 0,
        compatible: 0,
        instance: new_instance(),
        pid: std::process::id(),
        // ORDERING: relaxed; an RMW never returns one twice.
        session: NEXT_LOG.fetch_add(1, Ordering::Relaxed),
        opened_at: seconds_since_1970(),
        recorder: concat!("racegate ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

fn seconds_since_1970() -> u64 {
    if cfg!(miri) {
        // Miri keeps what it runs apart from the date, so that a run can be repeated.
        return 0;
    }
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |time| time.as_secs())
}

/// A number that no other log has: keyed by the system's own randomness.
fn new_instance() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    let half = |salt: u64| u128::from(RandomState::new().hash_one((salt, std::process::id())));
    half(1) << 64 | half(2)
}

// Miri has no files that two processes could map.
#[cfg(all(test, not(miri)))]
mod tests {
    use racegate_eventlog::reader;

    use super::*;

    #[test]
    fn what_finds_no_room_is_counted_in_the_log() {
        let parent = std::env::temp_dir().join(format!("racegate-full-{}", std::process::id()));
        let options = LogOptions {
            stacks: StackMode::Site,
            yields: None,
        };
        let log = Log::in_folder(options, &parent).expect("the temporary folder is writable");
        let first = log.take_stream();
        assert!(first.is_some());
        // A folder stands where the next window would.
        let folder = log.folder().expect("it has one").to_owned();
        let next = folder.join("window-1.rgw");
        std::fs::create_dir(&next).expect("the folder is writable");
        assert!(log.take_stream().is_none());
        std::fs::remove_dir(&next).expect("it is empty");
        assert!(log.take_stream().is_none(), "it is not tried again");
        log.count_lost(Weight::Access);
        log.count_lost(Weight::Sync);
        log.count_lost(Weight::Sync);
        let trace = reader::read(&folder).expect("the log can be read");
        std::fs::remove_dir_all(&parent).expect("it is ours");
        let integrity = trace.integrity();
        assert_eq!((integrity.dropped_accesses, integrity.dropped_sync), (1, 2));
    }
}
