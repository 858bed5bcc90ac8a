//! The version of one location: how often it was written, and by whom last.
//!
//! **Invariant:** whoever finds a version unlocked finds the writer that belongs to it.

use std::sync::atomic::Ordering;

use racegate_eventlog::ThreadId;

use crate::primitive::{AtomicU64, spin_loop, yield_now};

#[cfg(all(test, loom))]
mod in_loom;

/// How often a location was written, and by whom last.
pub(super) struct Version {
    /// The number of writes, twice, plus one while a write is being recorded.
    writes: AtomicU64,
    /// The last [`Writer`]; zero before the first.
    writer: AtomicU64,
}

/// A thread of a log, never zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Writer(u64);

impl Writer {
    /// This thread of this log.
    pub(super) fn new(log: u32, thread: ThreadId) -> Self {
        Self(u64::from(log) << 32 | u64::from(thread.number()))
    }

    /// The log's number.
    #[inline]
    pub(super) fn log_number(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// What it tells of a version after this writer: nothing, if that was itself.
    #[inline]
    fn tells(self, version: u64, last: Self) -> Option<u64> {
        (last != self).then_some(version)
    }
}

impl Version {
    /// Of a location that nobody wrote.
    pub(super) const fn new() -> Self {
        Self {
            writes: AtomicU64::new(0),
            writer: AtomicU64::new(0),
        }
    }

    /// What a read tells: the version, unless the reader made it.
    #[inline]
    pub(super) fn read(&self, reader: Writer) -> Option<u64> {
        let (version, writer) = self.current();
        reader.tells(version, writer)
    }

    /// The same if no write is under way.
    #[inline]
    pub(super) fn try_read(&self, reader: Writer) -> Option<Option<u64>> {
        let (version, writer) = self.try_current()?;
        Some(reader.tells(version, writer))
    }

    /// What a write tells: the version that it makes, unless the writer made the last
    /// one, too. The version is locked until [`end_write`](Self::end_write).
    #[inline]
    pub(super) fn begin_write(&self, writer: Writer) -> Option<u64> {
        let version = self.lock() + 1;
        self.locked_by(writer, version)
    }

    /// The same if no other write is under way.
    #[inline]
    pub(super) fn try_begin_write(&self, writer: Writer) -> Option<Option<u64>> {
        let version = self.try_lock()? + 1;
        Some(self.locked_by(writer, version))
    }

    /// What the writer tells that has locked the version and makes the next one.
    #[inline]
    fn locked_by(&self, writer: Writer, version: u64) -> Option<u64> {
        // ORDERING: relaxed; under the lock, and published by its release.
        let last = Writer(self.writer.load(Ordering::Relaxed));
        if last != writer {
            // ORDERING: release, so that whoever finds this writer while the version is
            // locked finds it locked.
            self.writer.store(writer.0, Ordering::Release);
        }
        writer.tells(version, last)
    }

    /// The write that was begun is recorded.
    #[inline]
    pub(super) fn end_write(&self) {
        // ORDERING: relaxed; nobody else stores a version that this thread has locked.
        let locked = self.writes.load(Ordering::Relaxed);
        // ORDERING: release to the next access; the lock's bit becomes the count's.
        self.writes.store(locked + 1, Ordering::Release);
    }

    /// What a read tells that is alone with the version: whatever lets it in keeps out all
    /// others that count it or ask for it, and orders them with this.
    #[inline]
    pub(super) fn read_alone(&self, reader: Writer) -> Option<u64> {
        // ORDERING: relaxed, both; see above.
        let version = self.writes.load(Ordering::Relaxed) >> 1;
        let writer = Writer(self.writer.load(Ordering::Relaxed));
        reader.tells(version, writer)
    }

    /// What a write tells that is alone with the version.
    #[inline]
    pub(super) fn write_alone(&self, writer: Writer) -> Option<u64> {
        // ORDERING: relaxed, all; as of a read.
        let writes = self.writes.load(Ordering::Relaxed);
        debug_assert!(writes & 1 == 0, "nobody has locked the version");
        self.writes.store(writes + 2, Ordering::Relaxed);
        let last = Writer(self.writer.load(Ordering::Relaxed));
        if last != writer {
            self.writer.store(writer.0, Ordering::Relaxed);
        }
        writer.tells((writes >> 1) + 1, last)
    }

    /// The version and its writer, as one.
    #[inline]
    fn current(&self) -> (u64, Writer) {
        loop {
            if let Some(current) = self.try_current() {
                return current;
            }
            spin_loop();
        }
    }

    /// The same, unless a write is under way.
    #[inline]
    fn try_current(&self) -> Option<(u64, Writer)> {
        // ORDERING: acquire, so that the writer read next is at least as new.
        let before = self.writes.load(Ordering::Acquire);
        // ORDERING: acquire; see `locked_by`.
        let writer = self.writer.load(Ordering::Acquire);
        // ORDERING: relaxed; the acquire above keeps it after the writer's load.
        let after = self.writes.load(Ordering::Relaxed);
        (before == after && before & 1 == 0).then_some((before >> 1, Writer(writer)))
    }

    /// Locks the version and returns it.
    fn lock(&self) -> u64 {
        let mut tries = 0_u32;
        loop {
            if let Some(version) = self.try_lock() {
                return version;
            }
            tries += 1;
            if tries.is_multiple_of(64) {
                yield_now();
            } else {
                spin_loop();
            }
        }
    }

    /// The same, unless it is locked.
    #[inline]
    fn try_lock(&self) -> Option<u64> {
        // ORDERING: relaxed; only a guess for the exchange.
        let seen = self.writes.load(Ordering::Relaxed) & !1;
        // ORDERING: acquire, to follow the last writer's release.
        let locked =
            self.writes
                .compare_exchange(seen, seen | 1, Ordering::Acquire, Ordering::Relaxed);
        locked.is_ok().then_some(seen >> 1)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::{Version, Writer};

    #[test]
    fn each_write_makes_the_next_version_and_tells_it_unless_its_writer_made_the_last() {
        let (version, alice, bob) = (Version::new(), Writer(1), Writer(2));
        let write = |writer, alone| {
            if alone {
                return version.write_alone(writer);
            }
            let told = version.begin_write(writer);
            version.end_write();
            told
        };
        let writes = [
            (alice, Some(1)),
            (alice, None),
            (bob, Some(3)),
            (alice, Some(4)),
        ];
        for (round, alone) in [false, true, false].into_iter().enumerate() {
            let before = 4 * round as u64;
            assert_eq!(version.read(bob), Some(before));
            for (number, (writer, told)) in writes.into_iter().enumerate() {
                // The last writer of one round is the first of the next.
                let first_of_all = round == 0 || number > 0;
                let told = told
                    .filter(|_| first_of_all)
                    .map(|version| before + version);
                assert_eq!(
                    write(writer, alone),
                    told,
                    "write {number} of round {round}"
                );
                let made = before + number as u64 + 1;
                for reader in [alice, bob] {
                    let told = (reader != writer).then_some(made);
                    assert_eq!(
                        (version.read(reader), version.read_alone(reader)),
                        (told, told)
                    );
                }
            }
        }
    }
}
