//! The version of one location: how often it was written, and who knows that.
//!
//! **Invariant:** whoever finds a version unlocked finds those who know it. A thread that
//! knows a version has told it in its log, or has made it from one that it knew.

use std::sync::atomic::Ordering;

use racegate_eventlog::ThreadId;

use super::counter::Counter;
use crate::primitive::{AtomicU64, spin_loop};

mod knowers;

#[cfg(all(test, racegate_loom))]
mod in_loom;

use knowers::Knowers;

/// How often a location was written, and who knows that.
pub(super) struct Version {
    /// The number of writes, locked while one is being recorded.
    writes: Counter,
    /// The [`Knowers`] of that number.
    knowers: AtomicU64,
}

/// A thread of a log.
#[derive(Clone, Copy)]
pub(super) struct Writer {
    log: u32,
    /// What a version has for its knowers that this thread made.
    alone: Knowers,
}

impl Writer {
    /// This thread of this log.
    pub(super) fn new(log: u32, thread: ThreadId) -> Self {
        Self {
            log,
            alone: Knowers::only(log, thread),
        }
    }

    /// The log's number.
    #[inline]
    pub(super) fn log_number(self) -> u32 {
        self.log
    }
}

/// A version that was looked at, and those who know it.
pub(super) struct Seen {
    version: u64,
    knowers: Knowers,
}

impl Seen {
    /// What a read of it tells.
    #[inline]
    pub(super) fn tells(self, reader: Writer) -> Option<u64> {
        tells(self.version, reader, self.knowers)
    }
}

impl Version {
    /// Of a location that nobody wrote.
    pub(super) const fn new() -> Self {
        Self {
            writes: Counter::new(),
            knowers: AtomicU64::new(Knowers::NOBODY.0),
        }
    }

    /// What a read tells: the version, unless the reader knows it. Of readers the first of a
    /// location that nobody wrote is among those who know it from then on, and no other,
    /// since others may read meanwhile.
    #[inline]
    pub(super) fn read(&self, reader: Writer) -> Option<u64> {
        if self.is_known_to_alone(reader) {
            return None;
        }
        let (version, knowers) = self.current();
        if knowers == Knowers::NOBODY {
            return self.read_first(reader, version);
        }
        tells(version, reader, knowers)
    }

    /// What there is to read now, if no write is under way and the reader is not the first.
    #[inline]
    pub(super) fn try_look(&self) -> Option<Seen> {
        let (version, knowers) = self.try_current()?;
        (knowers != Knowers::NOBODY).then_some(Seen { version, knowers })
    }

    /// Whether this thread alone knows the version, as far as it can tell. Only it says so
    /// of itself; and whoever wrote since is unordered with what it now does, or it would
    /// find that one here.
    #[inline]
    pub(super) fn is_known_to_alone(&self, who: Writer) -> bool {
        // ORDERING: relaxed; see above.
        self.knowers.load(Ordering::Relaxed) == who.alone.0
    }

    /// What a read tells of a version that nobody made or told before. Where somebody does
    /// meanwhile, the exchange fails.
    #[cold]
    fn read_first(&self, reader: Writer, version: u64) -> Option<u64> {
        let knowers = reader.alone.of_what_they_made().0;
        // ORDERING: relaxed, both; the reader alone relies on it.
        let _ = self.knowers.compare_exchange(
            Knowers::NOBODY.0,
            knowers,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        Some(version)
    }

    /// What a write tells: the version that it makes, unless the writer knows the last
    /// one. The version is locked until [`end_write`](Self::end_write).
    #[inline]
    pub(super) fn begin_write(&self, writer: Writer) -> Option<u64> {
        self.locked_by(writer, self.writes.lock().count())
    }

    /// The same if no other write is under way.
    #[inline]
    pub(super) fn try_begin_write(&self, writer: Writer) -> Option<Option<u64>> {
        let locked = self.writes.try_lock()?;
        Some(self.locked_by(writer, locked.count()))
    }

    /// What the writer tells that has locked this version and makes the next one.
    #[inline]
    fn locked_by(&self, writer: Writer, version: u64) -> Option<u64> {
        // ORDERING: relaxed; under the lock, and published by its release.
        let last = Knowers(self.knowers.load(Ordering::Relaxed));
        if last == writer.alone {
            return None;
        }
        // ORDERING: release, so that whoever finds this writer while the version is
        // locked finds it locked.
        self.knowers
            .store(writer.alone.of_what_they_made().0, Ordering::Release);
        tells(version + 1, writer, last)
    }

    /// The write that was begun is recorded.
    #[inline]
    pub(super) fn end_write(&self) {
        self.writes.unlock_with_one_more();
    }

    /// What a read tells that is alone with the version: whatever lets it in keeps out all
    /// others that count it or ask for it, and orders them with this. From here on the
    /// reader knows the version.
    #[inline]
    pub(super) fn read_alone(&self, reader: Writer) -> Option<u64> {
        // ORDERING: relaxed, all; see above.
        let last = Knowers(self.knowers.load(Ordering::Relaxed));
        if last.include(reader.alone) {
            return None;
        }
        self.knowers
            .store(last.and(reader.alone).0, Ordering::Relaxed);
        Some(self.writes.get_alone())
    }

    /// What a write tells that is alone with the version.
    #[inline]
    pub(super) fn write_alone(&self, writer: Writer) -> Option<u64> {
        let version = self.writes.count_alone();
        // ORDERING: relaxed, both; as of a read.
        let last = Knowers(self.knowers.load(Ordering::Relaxed));
        if last == writer.alone {
            return None;
        }
        self.knowers
            .store(writer.alone.of_what_they_made().0, Ordering::Relaxed);
        tells(version, writer, last)
    }

    /// The version and who knows it, as one.
    #[inline]
    fn current(&self) -> (u64, Knowers) {
        loop {
            if let Some(current) = self.try_current() {
                return current;
            }
            spin_loop();
        }
    }

    /// The same, unless a write is under way.
    #[inline]
    fn try_current(&self) -> Option<(u64, Knowers)> {
        // ORDERING: acquire; see `locked_by`.
        let knowers = || Knowers(self.knowers.load(Ordering::Acquire));
        self.writes.with(knowers)
    }
}

/// What a thread tells of a version where these know it, or the one before.
#[inline]
fn tells(version: u64, who: Writer, knowers: Knowers) -> Option<u64> {
    (!knowers.include(who.alone)).then_some(version)
}

#[cfg(all(test, not(racegate_loom)))]
mod tests {
    use racegate_eventlog::ThreadId;

    use super::{Version, Writer};

    fn writer(log: u32, thread: u32) -> Writer {
        Writer::new(log, ThreadId::new(thread))
    }

    fn write(version: &Version, writer: Writer, alone: bool) -> Option<u64> {
        if alone {
            return version.write_alone(writer);
        }
        let told = version.begin_write(writer);
        version.end_write();
        told
    }

    #[test]
    fn each_write_makes_the_next_version_and_tells_it_unless_its_writer_made_the_last() {
        let (version, alice, bob) = (Version::new(), writer(1, 1), writer(1, 2));
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
                    write(&version, writer, alone),
                    told,
                    "write {number} of round {round}"
                );
                let made = before + number as u64 + 1;
                for reader in [alice, bob] {
                    let told = (reader.alone != writer.alone).then_some(made);
                    assert_eq!(version.read(reader), told);
                }
            }
        }
    }

    #[test]
    fn who_read_alone_need_not_tell_again_until_somebody_else_writes() {
        for alone in [false, true] {
            let version = Version::new();
            let [alice, bob, carol] = [1, 2, 3].map(|thread| writer(1, thread));
            assert_eq!(write(&version, alice, alone), Some(1));
            assert_eq!(version.read_alone(bob), Some(1));
            // The writer still knows it, and so does the reader.
            assert_eq!((version.read_alone(alice), version.read(bob)), (None, None));
            assert_eq!(version.read_alone(carol), Some(1));
            assert_eq!(
                version.read_alone(alice),
                None,
                "who wrote it is not forgotten"
            );
            assert_eq!(version.read_alone(bob), Some(1), "one reader is");
            assert_eq!(write(&version, bob, alone), None, "it is the one after");
            let told = [alice, bob, carol].map(|reader| version.read(reader));
            assert_eq!(told, [Some(2), None, Some(2)]);
            assert_eq!(version.read_alone(alice), Some(2));
            assert_eq!(write(&version, bob, alone), None);
            assert_eq!(version.read_alone(alice), Some(3), "it was written since");
            assert_eq!(write(&version, alice, alone), None);
            assert_eq!(write(&version, bob, alone), Some(5));
        }
    }

    #[test]
    fn the_first_reader_of_what_nobody_wrote_need_not_tell_again() {
        let version = Version::new();
        let [alice, bob] = [1, 2].map(|thread| writer(1, thread));
        let stranger = writer(u32::MAX, 1);
        assert_eq!((version.read(alice), version.read(alice)), (Some(0), None));
        // Who comes later is not known, since the first one must stay so.
        assert_eq!((version.read(bob), version.read(bob)), (Some(0), Some(0)));
        assert_eq!(version.read(alice), None);
        assert_eq!(write(&version, bob, false), Some(1));
        assert_eq!(
            (version.read(alice), version.read(alice)),
            (Some(1), Some(1))
        );
        let version = Version::new();
        assert_eq!(write(&version, stranger, false), Some(1));
        assert_eq!(
            (version.read(alice), version.read(alice)),
            (Some(1), Some(1))
        );
    }

    #[test]
    fn another_log_is_told_what_this_one_knows() {
        let version = Version::new();
        let (here, there) = (writer(1, 1), writer(2, 1));
        assert_eq!(write(&version, here, true), Some(1));
        assert_eq!(version.read_alone(there), Some(1));
        assert_eq!(version.read_alone(there), None);
        // Only one log's threads are known.
        assert_eq!(version.read_alone(here), Some(1));
        assert_eq!(write(&version, there, true), Some(2));
    }
}
