//! Cells: an identity that travels with the value, and a version that says who
//! read from whom.
//!
//! A cell counts its writes and remembers its last writer. An access by the last
//! writer needs no version, since a reader of the log can count.

use std::panic::Location;

use racegate_eventlog::StackId;
use racegate_eventlog::record::{Definition, ObjectKey, Record};

use super::lane::{self, Lane};
use super::object::Key;
use super::stack;
use super::version::{Version, Writer};
use super::weight::Weight;

/// What the recorder knows of a cell of one part.
pub(crate) struct CellIdentity {
    about: About,
    version: Version,
}

/// What a cell's definition says.
pub(super) struct About {
    key: Key,
    created_at: &'static Location<'static>,
    name: Option<Box<str>>,
    type_name: fn() -> &'static str,
}

impl About {
    #[track_caller]
    pub(super) const fn new<T: ?Sized>() -> Self {
        Self {
            key: Key::unassigned(),
            created_at: Location::caller(),
            name: None,
            type_name: std::any::type_name::<T>,
        }
    }

    pub(super) fn set_name(&mut self, name: &str) {
        self.name = Some(name.into());
    }

    /// The key of the first of its `parts` parts.
    #[inline]
    pub(super) fn key(&self, parts: u32) -> ObjectKey {
        self.key.get(u64::from(parts))
    }

    /// The stack at `site`, and the cell defined.
    pub(super) fn prepare(
        &self,
        lane: &mut Lane,
        parts: u32,
        site: &'static Location<'static>,
    ) -> StackId {
        let stack = lane.capture(site);
        let key = self.key(parts);
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
            version: Version::new(),
        }
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.about.set_name(name);
    }

    /// Records a read at `site`.
    #[inline]
    pub(crate) fn read(&self, site: &'static Location<'static>) {
        lane::with(Weight::Access, |lane| {
            let stack = self.about.prepare(lane, 1, site);
            let version = self.version.read(Writer::of(lane));
            lane.append(&self.record(false, stack, version));
        });
    }

    /// Records a write at `site`.
    #[inline]
    pub(crate) fn write(&self, site: &'static Location<'static>) {
        lane::with(Weight::Access, |lane| {
            let stack = self.about.prepare(lane, 1, site);
            let version = self.version.begin_write(Writer::of(lane));
            lane.append(&self.record(true, stack, version));
            self.version.end_write();
        });
    }

    fn record(&self, write: bool, stack: StackId, version: Option<u64>) -> Record {
        Record::Access {
            write,
            stack,
            cell: self.about.key(1),
            parts: 1,
            version,
            more: false,
        }
    }

    /// Records that it is dropped, which is a write. A drop has no place of its own:
    /// its site is where the cell was made, and its stack shows where it is dropped.
    pub(crate) fn drops(&self) {
        self.write(self.about.created_at);
    }
}
