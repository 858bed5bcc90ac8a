//! A workload as a log on disk: streams, stamps and versions as a recorder makes them.
//!
//! **Invariant:** chunks stand in the file in the order in which their streams filled
//! them, and no more than one chunk a stream is held in memory.

mod streams;

use std::io::{self, Write};

use racegate_eventlog::header::{LogHeader, VERSION};
use racegate_eventlog::record::{
    Definition, ObjectKey, Record, Stamp, SyncVerb, ThreadVerb, encode, encode_definition,
};
use racegate_eventlog::{Event, EventKind, Extent, Location, ObjectClass, ObjectId, StackId};

use self::streams::Streams;
use crate::shape::Shape;
use crate::{events, tables};

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many events.
    pub events: u64,
    /// How many of them access a cell.
    pub accesses: u64,
    /// How many bytes, header and definitions included.
    pub bytes: u64,
}

/// Writes the log of a shape, in memory that does not depend on its events.
///
/// # Errors
///
/// When `out` does not take it.
pub fn write_log(shape: Shape, out: &mut dyn Write) -> io::Result<Written> {
    let header = LogHeader {
        version: VERSION,
        incompatible: 0,
        compatible: 0,
        instance: u128::from(shape.seed) << 64 | u128::from(shape.events),
        pid: 0,
        session: 0,
        opened_at: 0,
        recorder: concat!("workload ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    out.write_all(&header.encode())?;
    let mut log = Log {
        shape,
        streams: Streams::new(header.tag(), out),
        versions: vec![(0, [u32::MAX; 2]); shape.cells() as usize],
        sequences: vec![(0, None); shape.locks as usize],
    };
    log.define()?;
    let (mut count, mut accesses) = (0, 0);
    for event in events(shape) {
        count += 1;
        accesses += u64::from(log.event(&event)?);
    }
    let bytes = racegate_eventlog::header::HEADER_BYTES as u64 + log.streams.finish()?;
    Ok(Written {
        events: count,
        accesses,
        bytes,
    })
}

/// A log that is being written.
struct Log<'a> {
    shape: Shape,
    streams: Streams<'a>,
    /// By location: how often it was written, and who knows that.
    versions: Vec<(u64, [u32; 2])>,
    /// By lock: its last stamp, and which chunk tells it.
    sequences: Vec<(u64, Option<u64>)>,
}

impl Log<'_> {
    /// Everything is defined first, in main's stream.
    fn define(&mut self) -> io::Result<()> {
        let created_at = StackId::new(1);
        for line in 1..=self.shape.sites {
            let site = tables::site(line);
            self.definition(&Definition::Site {
                id: StackId::new(line),
                parent: StackId::EMPTY,
                file: site.file,
                line: site.line,
                column: site.column,
            })?;
        }
        for location in (0..self.shape.cells()).map(Location::new) {
            self.definition(&Definition::Cell {
                key: cell_key(location),
                parts: 1,
                created_at,
                name: String::new(),
                type_name: tables::CELL_TYPE.to_owned(),
            })?;
        }
        for lock in (0..self.shape.locks).map(ObjectId::new) {
            self.definition(&Definition::Object {
                key: self.lock_key(lock),
                class: ObjectClass::Mutex,
                partner: None,
                created_at,
                name: String::new(),
                type_name: tables::LOCK_TYPE.to_owned(),
            })?;
        }
        Ok(())
    }

    fn definition(&mut self, definition: &Definition) -> io::Result<()> {
        let mut words = Vec::new();
        encode_definition(definition, &mut words);
        self.streams.append_main(&words)
    }

    /// Writes an event; whether it was an access.
    fn event(&mut self, event: &Event) -> io::Result<bool> {
        let Event {
            thread,
            stack,
            kind,
        } = *event;
        let life = |verb, thread| Record::Thread {
            verb,
            stack,
            thread,
        };
        let record = match kind {
            EventKind::Read(extent) => self.access(event, false, extent),
            EventKind::Write(extent) => self.access(event, true, extent),
            EventKind::Acquire(lock) => self.sync(event, SyncVerb::Acquire, lock)?,
            EventKind::Release(lock) => self.sync(event, SyncVerb::Release, lock)?,
            EventKind::Fork(child) => {
                let info = tables::thread_info(self.shape, child.number());
                self.definition(&Definition::Thread {
                    thread: child,
                    origin: info.origin,
                    name: String::new(),
                })?;
                life(ThreadVerb::Fork, child)
            }
            EventKind::Join(child) => life(ThreadVerb::Join, child),
            EventKind::Begin => life(ThreadVerb::Begin, thread),
            EventKind::End => life(ThreadVerb::End, thread),
            EventKind::Forget(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => unreachable!("no workload has such an event"),
        };
        if kind == EventKind::Begin {
            self.streams.begin(thread)?;
        }
        self.streams.append(thread, encode(&record).as_slice())?;
        if kind == EventKind::End {
            self.streams.end(thread);
        }
        Ok(matches!(kind, EventKind::Read(_) | EventKind::Write(_)))
    }

    fn access(&mut self, event: &Event, write: bool, extent: Extent) -> Record {
        let (version, knowers) = &mut self.versions[extent.first().index()];
        let thread = event.thread.number();
        let known = knowers.contains(&thread);
        if write {
            *version += 1;
            *knowers = [thread; 2];
        } else if !known {
            // The writer stays known, and of the readers the last one.
            knowers[1] = thread;
        }
        Record::Access {
            write,
            stack: event.stack,
            cell: cell_key(extent.first()),
            parts: 1,
            version: (!known).then_some(*version),
            more: false,
        }
    }

    fn sync(&mut self, event: &Event, verb: SyncVerb, lock: ObjectId) -> io::Result<Record> {
        let chunk = Some(self.streams.chunk_of_step(event.thread)?);
        let (sequence, told) = &mut self.sequences[lock.index()];
        *sequence += 1;
        let stamp = Stamp {
            sequence: *sequence,
            gap: false,
        };
        let follows = std::mem::replace(told, chunk) == chunk;
        Ok(Record::Sync {
            verb,
            stack: event.stack,
            object: self.lock_key(lock),
            stamp: (!follows).then_some(stamp),
        })
    }

    fn lock_key(&self, lock: ObjectId) -> ObjectKey {
        ObjectKey::new(u64::from(self.shape.cells()) + u64::from(lock.number()) + 1)
    }
}

fn cell_key(location: Location) -> ObjectKey {
    ObjectKey::new(u64::from(location.number()) + 1)
}
