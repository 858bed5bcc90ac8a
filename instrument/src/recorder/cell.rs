//! Cells: an identity that travels with the value, and a version that says who
//! read from whom.
//!
//! A cell counts its writes and remembers its last writer. An access by the last
//! writer needs no version, since a reader of the log can count.

use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::StackId;
use racegate_eventlog::record::{Definition, ObjectKey, Record};

use super::lane::{self, Lane};
use super::object::Key;
use super::stack;
use super::weight::Weight;

/// What the recorder knows of a cell of one part.
pub(crate) struct CellIdentity {
    about: About,
    /// The number of writes, twice, plus one while a write is being recorded.
    version: AtomicU64,
    /// The log and the thread of the last write.
    writer: AtomicU64,
}

/// What the recorder knows of a cell of many parts.
pub(crate) struct ArrayIdentity {
    about: About,
    parts: u32,
}

/// What a cell's definition says.
struct About {
    key: Key,
    created_at: &'static Location<'static>,
    name: Option<Box<str>>,
    type_name: fn() -> &'static str,
}

impl About {
    #[track_caller]
    const fn new<T: ?Sized>() -> Self {
        Self {
            key: Key::unassigned(),
            created_at: Location::caller(),
            name: None,
            type_name: std::any::type_name::<T>,
        }
    }

    /// The stack at `site`, and the cell defined.
    fn prepare(&self, lane: &mut Lane, parts: u32, site: &'static Location<'static>) -> StackId {
        let stack = lane.capture(site);
        let key = self.key.get(u64::from(parts));
        let (stream, sink) = lane.stream();
        stream.define_object(sink, key, || self.definition(key, parts));
        stack
    }

    fn definition(&self, key: ObjectKey, parts: u32) -> (Definition, StackId) {
        let created_at = stack::site_only(self.created_at);
        let name = self.name.as_deref().unwrap_or_default().to_owned();
        let type_name = (self.type_name)().to_owned();
        (
            Definition::Cell {
                key,
                parts,
                created_at,
                name,
                type_name,
            },
            created_at,
        )
    }
}

impl CellIdentity {
    /// A new cell holding a `T`, made by the caller.
    #[track_caller]
    pub(crate) const fn new<T: ?Sized>() -> Self {
        Self {
            about: About::new::<T>(),
            version: AtomicU64::new(0),
            writer: AtomicU64::new(0),
        }
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.about.name = Some(name.into());
    }

    /// Records a read at `site`.
    #[inline]
    pub(crate) fn read(&self, site: &'static Location<'static>) {
        lane::with(Weight::Access, |lane| {
            let stack = self.about.prepare(lane, 1, site);
            let (version, writer) = self.current();
            let version = (writer != who(lane)).then_some(version);
            let cell = self.about.key.get(1);
            lane.append(&Record::Access {
                write: false,
                stack,
                cell,
                parts: 1,
                version,
            });
        });
    }

    /// Records a write at `site`.
    #[inline]
    pub(crate) fn write(&self, site: &'static Location<'static>) {
        lane::with(Weight::Access, |lane| {
            let stack = self.about.prepare(lane, 1, site);
            let version = self.lock() + 1;
            // ORDERING: relaxed; under the version's lock, and published by its release.
            let streak = self.writer.load(Ordering::Relaxed) == who(lane);
            self.writer.store(who(lane), Ordering::Relaxed);
            let cell = self.about.key.get(1);
            let version_word = (!streak).then_some(version);
            lane.append(&Record::Access {
                write: true,
                stack,
                cell,
                parts: 1,
                version: version_word,
            });
            // ORDERING: release to the next access.
            self.version.store(version << 1, Ordering::Release);
        });
    }

    /// Records that it is dropped, which is a write. A drop has no place of its own:
    /// its site is where the cell was made, and its stack shows where it is dropped.
    pub(crate) fn drops(&self) {
        self.write(self.about.created_at);
    }

    /// The version and its writer, as one.
    fn current(&self) -> (u64, u64) {
        loop {
            // ORDERING: acquire, so that the writer read next is at least as new.
            let before = self.version.load(Ordering::Acquire);
            let writer = self.writer.load(Ordering::Acquire);
            // ORDERING: relaxed; the acquire above keeps it after the writer's load.
            let after = self.version.load(Ordering::Relaxed);
            if before == after && before & 1 == 0 {
                return (before >> 1, writer);
            }
            std::hint::spin_loop();
        }
    }

    /// Locks the version and returns it.
    fn lock(&self) -> u64 {
        loop {
            // ORDERING: relaxed; only a guess for the exchange.
            let seen = self.version.load(Ordering::Relaxed) & !1;
            // ORDERING: acquire, to follow the last writer's release.
            let locked = self.version.compare_exchange_weak(
                seen,
                seen | 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            );
            if locked.is_ok() {
                return seen >> 1;
            }
            std::thread::yield_now();
        }
    }
}

impl ArrayIdentity {
    /// A new cell of `parts` parts holding `T`s, made by the caller.
    #[track_caller]
    pub(crate) const fn new<T: ?Sized>(parts: u32) -> Self {
        Self {
            about: About::new::<T>(),
            parts,
        }
    }

    /// How many parts it has.
    pub(crate) fn parts(&self) -> u32 {
        self.parts
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.about.name = Some(name.into());
    }

    /// Records an access to `parts` parts from `first` on. None are recorded as nothing.
    pub(crate) fn access_range(
        &self,
        write: bool,
        first: u32,
        parts: u32,
        site: &'static Location<'static>,
    ) {
        debug_assert!(
            first + parts <= self.parts,
            "an access stays inside its cell"
        );
        if parts == 0 {
            return;
        }
        lane::with(Weight::Access, |lane| {
            let stack = self.about.prepare(lane, self.parts, site);
            let first_key = self.about.key.get(u64::from(self.parts)).number();
            let cell = ObjectKey::new(first_key + u64::from(first));
            lane.append(&Record::Access {
                write,
                stack,
                cell,
                parts,
                version: None,
            });
        });
    }
}

/// This thread of this log, never zero.
fn who(lane: &Lane) -> u64 {
    u64::from(lane.log_number()) << 32 | u64::from(lane.current().id().number())
}
