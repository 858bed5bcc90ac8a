//! A version and those who know it belong together, and a write that is found is recorded.

use std::sync::Mutex;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use racegate_eventlog::ThreadId;

use super::{Knowers, Version, Writer};

struct Shared {
    version: Version,
    /// The last write recorded.
    recorded: AtomicU64,
    /// Who wrote; in the order of the versions, which is what is to be shown.
    writers: Mutex<Vec<u32>>,
}

fn thread_of_the_log(number: u32) -> Writer {
    Writer::new(1, ThreadId::new(number))
}

impl Shared {
    fn new() -> Arc<Self> {
        let version = Version::new();
        assert!(version.current() == (0, Knowers::NOBODY));
        Arc::new(Self {
            version,
            recorded: AtomicU64::new(0),
            writers: Mutex::default(),
        })
    }

    fn write(&self, writer: u32) {
        let told = self.version.begin_write(thread_of_the_log(writer));
        let mut writers = self.writers.lock().expect("nobody panics");
        let changed = writers.last().is_none_or(|last| *last != writer);
        writers.push(writer);
        let number = writers.len() as u64;
        drop(writers);
        assert_eq!(told, changed.then_some(number));
        // ORDERING: relaxed; that it is found with the version is to be shown.
        self.recorded.store(number, Ordering::Relaxed);
        self.version.end_write();
    }

    fn read(&self) -> (u64, Knowers) {
        let (number, knowers) = self.version.current();
        // ORDERING: relaxed, as above.
        assert!(self.recorded.load(Ordering::Relaxed) >= number);
        (number, knowers)
    }

    fn holds(&self, (number, knowers): (u64, Knowers)) {
        let writers = self.writers.lock().expect("nobody panicked");
        let written = writers[..number.try_into().expect("it is small")].last();
        let written = written.map_or(Knowers::NOBODY, |writer| thread_of_the_log(*writer).alone);
        assert_eq!(knowers, written, "at version {number}");
    }
}

/// Reads while `write` runs on this thread: loom lets a read find any write that the
/// memory model lets it find, but follows a guess that precedes an exchange into too few
/// orders of the two threads. So what writes goes first.
fn read_while(write: fn(&Shared)) {
    loom::model(move || {
        let shared = Shared::new();
        let reading = Arc::clone(&shared);
        let reading = thread::spawn(move || reading.read());
        write(&shared);
        let read = reading.join().expect("its assertions hold");
        shared.holds(read);
        shared.holds(shared.read());
    });
}

#[test]
fn a_reader_finds_each_version_with_its_own_writer() {
    read_while(|shared| {
        shared.write(1);
        shared.write(2);
    });
}

#[test]
fn a_reader_finds_the_writer_of_a_streak() {
    read_while(|shared| {
        shared.write(1);
        shared.write(1);
    });
}

#[test]
fn writers_follow_one_another() {
    loom::model(|| {
        let shared = Shared::new();
        let writing = Arc::clone(&shared);
        let writing = thread::spawn(move || writing.write(2));
        shared.write(1);
        writing.join().expect("its assertions hold");
        shared.holds(shared.read());
    });
}

/// A thread that read first and told the version tells nothing while that is what it would
/// tell. It reads before there is anybody else: loom lets an exchange find what preceded
/// a plain store.
#[test]
fn the_first_reader_is_known_until_it_finds_a_write() {
    loom::model(|| {
        let shared = Shared::new();
        let reader = thread_of_the_log(1);
        assert_eq!(shared.version.read(reader), Some(0));
        let writing = Arc::clone(&shared);
        let writing = thread::spawn(move || {
            assert_eq!(writing.version.begin_write(thread_of_the_log(2)), Some(1));
            writing.version.end_write();
            // ORDERING: release, to a reader that finds it.
            writing.recorded.store(1, Ordering::Release);
        });
        // ORDERING: acquire, of the write.
        let written = shared.recorded.load(Ordering::Acquire);
        match shared.version.read(reader) {
            None => assert_eq!(written, 0),
            Some(version) => assert_eq!(version, 1),
        }
        writing.join().expect("its assertions hold");
    });
}

/// Accesses that something else keeps apart, as a cell's gate does, follow one another and
/// those that lock the version.
#[test]
fn who_reads_alone_is_known_until_the_next_write() {
    loom::model(|| {
        let shared = Shared::new();
        let gate = Arc::new(loom::sync::Mutex::new(()));
        let (writing, passing) = (Arc::clone(&shared), Arc::clone(&gate));
        let writing = thread::spawn(move || {
            let _passed = passing.lock().expect("nobody panics");
            writing.write(2);
        });
        let alone = |known: Option<u64>| {
            let _passed = gate.lock().expect("nobody panics");
            let told = shared.version.read_alone(thread_of_the_log(1));
            let written = shared.writers.lock().expect("nobody panics").len() as u64;
            assert_eq!(told, (known != Some(written)).then_some(written));
            Some(written)
        };
        alone(alone(None));
        writing.join().expect("its assertions hold");
    });
}
