//! Cells: an identity that travels with the value, and a version that says who
//! read from whom.
//!
//! A cell counts its writes and remembers its last writer. An access by the last
//! writer needs no version, since a reader of the log can count.

use std::panic::Location;

use racegate_eventlog::StackId;
use racegate_eventlog::record::{Definition, ObjectKey, access_words};

use super::lane::{self, AtHand, Event, Lane};
use super::object::Key;
use super::sink::Sink;
use super::stack::{self, Place};
use super::stream::Stream;
use super::version::{Version, Writer};
use super::weight::Weight;

/// What the recorder knows of a cell of one part.
pub(crate) struct CellIdentity {
    about: About,
    version: Version,
}

/// What a cell's definition says.
pub(super) struct About {
    pub(super) key: Key,
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

    /// The stack at `place` and the cell, both defined. `None` where the access is lost.
    pub(super) fn prepare(
        &self,
        lane: &mut Lane,
        parts: u32,
        place: Place<'_>,
    ) -> Option<(StackId, ObjectKey)> {
        let key = self.key.recorded(u64::from(parts), lane, Weight::Access)?;
        let stack = lane.capture_at(place);
        let (stream, sink) = lane.stream();
        if !stream.has_defined(key) {
            self.define(stream, sink, key, parts);
        }
        Some((stack, key))
    }

    #[cold]
    fn define(&self, stream: &mut Stream, sink: &Sink, key: ObjectKey, parts: u32) {
        let (definition, created_at) = self.definition(key, parts);
        stream.define_object(sink, key, &definition, created_at);
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
    pub(crate) fn read(&self, site: &'static Location<'static>) {
        lane::record::<Read, _>(site, self);
    }

    /// Records a write at `site`.
    pub(crate) fn write(&self, site: &'static Location<'static>) {
        lane::record::<Write, _>(site, self);
    }

    /// Records a read that is alone with the cell: what lets it in keeps every other access
    /// out, and every record of one.
    pub(crate) fn read_alone(&self, site: &'static Location<'static>) {
        lane::record::<Alone<false>, _>(site, self);
    }

    /// Records such a write.
    pub(crate) fn write_alone(&self, site: &'static Location<'static>) {
        lane::record::<Alone<true>, _>(site, self);
    }

    /// Records that it is dropped, which is a write. A drop has no place of its own:
    /// its site is where the cell was made, and its stack shows where it is dropped.
    pub(crate) fn drops(&self) {
        self.write(self.about.created_at);
    }
}

/// A read of a cell.
enum Read {}

impl Event<Read> for CellIdentity {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.about.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        let told = if self.version.is_known_to_alone(lane.writer()) {
            None
        } else {
            self.version.try_look()?.tells(lane.writer())
        };
        lane.put_access(false, at_hand, told);
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        lane::with(Weight::Access, |lane| {
            let place = self.about.prepare(lane, 1, place)?;
            let version = self.version.read(lane.writer());
            append(lane, false, place, version);
            Some(())
        });
    }
}

/// A write to a cell.
enum Write {}

impl Event<Write> for CellIdentity {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.about.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        let told = self.version.try_begin_write(lane.writer())?;
        lane.put_access(true, at_hand, told);
        self.version.end_write();
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        lane::with(Weight::Access, |lane| {
            let place = self.about.prepare(lane, 1, place)?;
            let version = self.version.begin_write(lane.writer());
            append(lane, true, place, version);
            self.version.end_write();
            Some(())
        });
    }
}

/// An access that is alone with its cell, reading or writing.
enum Alone<const WRITE: bool> {}

impl<const WRITE: bool> Event<Alone<WRITE>> for CellIdentity {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.about.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        let told = tells_alone::<WRITE>(&self.version, lane.writer());
        lane.put_access(WRITE, at_hand, told);
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        lane::with(Weight::Access, |lane| {
            let place = self.about.prepare(lane, 1, place)?;
            let told = tells_alone::<WRITE>(&self.version, lane.writer());
            append(lane, WRITE, place, told);
            Some(())
        });
    }
}

/// What an access tells that is alone with the version.
#[inline(always)]
fn tells_alone<const WRITE: bool>(version: &Version, who: Writer) -> Option<u64> {
    if WRITE {
        version.write_alone(who)
    } else {
        version.read_alone(who)
    }
}

/// Counts an access that could not be recorded.
pub(crate) fn count_lost_access() {
    lane::with(Weight::Access, |lane| lane.log().count_lost(Weight::Access));
}

/// Appends an access whose stack and cell are defined.
#[inline]
fn append(lane: &mut Lane, write: bool, (stack, cell): (StackId, ObjectKey), version: Option<u64>) {
    lane.append_access(access_words(write, stack, cell, version));
}

#[cfg(all(test, not(racegate_loom)))]
mod tests {
    use std::sync::Arc;

    use racegate_eventlog::{EventKind, reader};

    use super::*;
    use crate::recorder::log::Log;
    use crate::recorder::opened::within;
    use crate::recorder::options::LogOptions;

    #[test]
    fn accesses_that_records_have_no_room_for_are_counted() {
        let of_key = |key| {
            let mut cell = CellIdentity::new::<()>();
            cell.about.key = Key::assigned(key);
            cell
        };
        let log = Arc::new(Log::in_memory(LogOptions::default()));
        within(&log, "main", || {
            for key in [ObjectKey::MAX, ObjectKey::MAX + 1] {
                let (cell, site) = (of_key(key), Location::caller());
                cell.write(site);
                cell.read(site);
                cell.write_alone(site);
            }
        });
        let trace = reader::read_image(&log.image()).expect("the log can be read");
        assert_eq!(trace.integrity().dropped_accesses, 3);
        let is_access = |kind| matches!(kind, EventKind::Read(_) | EventKind::Write(_));
        let accesses = trace.events().iter().filter(|it| is_access(it.kind));
        assert_eq!(accesses.count(), 3);
    }
}
