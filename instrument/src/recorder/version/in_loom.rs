//! A version and its writer belong together, and a write that is found is recorded.

use std::sync::Mutex;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use super::{Version, Writer};

struct Shared {
    version: Version,
    /// The last write recorded.
    recorded: AtomicU64,
    /// Who wrote; in the order of the versions, which is what is to be shown.
    writers: Mutex<Vec<u64>>,
}

impl Shared {
    fn new() -> Arc<Self> {
        let version = Version::new();
        assert!(version.current() == (0, Writer(0)));
        Arc::new(Self {
            version,
            recorded: AtomicU64::new(0),
            writers: Mutex::default(),
        })
    }

    fn write(&self, writer: u64) {
        let told = self.version.begin_write(Writer(writer));
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

    fn read(&self) -> (u64, u64) {
        let (number, Writer(writer)) = self.version.current();
        // ORDERING: relaxed, as above.
        assert!(self.recorded.load(Ordering::Relaxed) >= number);
        (number, writer)
    }

    fn holds(&self, (number, writer): (u64, u64)) {
        let writers = self.writers.lock().expect("nobody panicked");
        let written = writers[..number.try_into().expect("it is small")].last();
        assert_eq!(writer, written.copied().unwrap_or(0), "at version {number}");
    }
}

#[test]
fn a_reader_finds_each_version_with_its_own_writer() {
    loom::model(|| {
        let shared = Shared::new();
        let (one, two) = (Arc::clone(&shared), Arc::clone(&shared));
        let one = thread::spawn(move || one.write(1));
        let two = thread::spawn(move || two.write(2));
        let read = shared.read();
        one.join().expect("its assertions hold");
        two.join().expect("its assertions hold");
        shared.holds(read);
        shared.holds(shared.read());
    });
}

#[test]
fn a_reader_finds_the_writer_of_a_streak_before_and_after_it() {
    loom::model(|| {
        let shared = Shared::new();
        shared.write(1);
        let writing = Arc::clone(&shared);
        let writing = thread::spawn(move || {
            writing.write(1);
            writing.write(2);
        });
        let read = shared.read();
        writing.join().expect("its assertions hold");
        shared.holds(read);
    });
}
