//! What is known of all records before the first is merged.

use super::cursor::Program;
use super::told;
use super::versions::{Access, Known, Versions, WriteCounts};
use crate::id::{Extent, ObjectId, ThreadId};
use crate::reader::definitions::Definitions;
use crate::record::{MemoryVerb, NoteVerb, Record, Stamp, ThreadVerb};
use crate::tables::ThreadOrigin;

/// The order that the records ask for.
pub(super) struct Plan {
    pub(super) stamps: Stamps,
    pub(super) versions: Versions,
    /// By thread: whether a fork must come before it.
    pub(super) needs_fork: Vec<bool>,
    /// By thread: whether the log holds its fork.
    pub(super) forked: Vec<bool>,
    /// By thread: whether a join need not wait for its end. Nothing was recorded
    /// of it, not even its begin: a task that no one ever ran.
    pub(super) never_ran: Vec<bool>,
    /// How many events there are.
    pub(super) events: usize,
}

/// Every object's stamps in ascending order.
pub(super) struct Stamps {
    /// By object: where its stamps start in `sequences`; one more at the end.
    starts: Vec<usize>,
    /// By object: how many different stamps it has.
    lengths: Vec<usize>,
    sequences: Vec<u64>,
    /// By object: how many of them are merged.
    merged: Vec<usize>,
    /// Whether a gap is believed: where records are lost it may be theirs.
    trust_gaps: bool,
}

impl Plan {
    /// Looks at all records, usable or not: what cannot be used must still be
    /// waited for.
    pub(super) fn of(program: &Program<'_>, definitions: &mut Definitions, whole: bool) -> Self {
        let threads = program.threads();
        let mut forked = vec![false; threads];
        let mut writes = WriteCounts::default();
        let mut stamp_counts: Vec<usize> = Vec::new();
        let mut never_ran = vec![whole; threads];
        let mut events = 0;
        for (thread, record) in records(program) {
            events += 1;
            never_ran[thread.index()] = false;
            meet(definitions, &record);
            match record {
                Record::Access { .. } | Record::Memory { .. } | Record::Forget { .. } => {
                    for_parts(definitions, thread, &record, |access| writes.count(access));
                }
                Record::Sync { object, .. } => {
                    let index = definitions.object(object).index();
                    if stamp_counts.len() <= index {
                        stamp_counts.resize(index + 1, 0);
                    }
                    stamp_counts[index] += 1;
                }
                Record::Thread { verb, thread, .. } => match verb {
                    ThreadVerb::Fork => forked[thread.index()] = true,
                    ThreadVerb::Begin
                    | ThreadVerb::End
                    | ThreadVerb::Join
                    | ThreadVerb::Switch { .. } => {}
                },
                Record::Note { .. } | Record::Fence { .. } => {}
            }
        }
        let needs_fork = (0..threads)
            .map(|thread| forked[thread] || needs_fork(thread, definitions, whole))
            .collect();
        let locations = definitions.tables().locations.len();
        stamp_counts.resize(definitions.tables().objects.len(), 0);
        let mut versions = writes.into_versions(locations);
        let stamps = order(program, definitions, &stamp_counts, &mut versions, whole);
        Self {
            stamps,
            versions,
            needs_fork,
            forked,
            never_ran,
            events,
        }
    }
}

/// A second walk: every object's stamps, every version's reads.
fn order(
    program: &Program<'_>,
    definitions: &Definitions,
    stamp_counts: &[usize],
    versions: &mut Versions,
    trust_gaps: bool,
) -> Stamps {
    let mut known = Known::new(definitions.tables().locations.len());
    let mut starts = Vec::with_capacity(stamp_counts.len() + 1);
    let mut next = 0;
    for count in stamp_counts {
        starts.push(next);
        next += count;
    }
    starts.push(next);
    let mut sequences = vec![0; next];
    let mut filled = starts.clone();
    for (thread, record) in records(program) {
        if let Record::Sync { object, stamp, .. } = record {
            let place = &mut filled[definitions.object(object).index()];
            sequences[*place] = told(stamp).sequence;
            *place += 1;
        } else {
            for_parts(definitions, thread, &record, |access| {
                versions.expect(&mut known, access);
            });
        }
    }
    let mut stamps = Stamps {
        merged: vec![0; stamp_counts.len()],
        lengths: Vec::with_capacity(stamp_counts.len()),
        starts,
        sequences,
        trust_gaps,
    };
    stamps.sort();
    stamps
}

/// Makes room for what a record names.
fn meet(definitions: &mut Definitions, record: &Record) {
    match *record {
        Record::Access { cell, .. } | Record::Forget { cell, .. } => {
            definitions.meet_location(cell);
        }
        Record::Sync { object, .. } => definitions.meet_object(object),
        Record::Note { verb, .. } => match verb {
            NoteVerb::Request(object, _) => definitions.meet_object(object),
            NoteVerb::BlockBegin(_) | NoteVerb::BlockEnd(_) | NoteVerb::Mark(_) => {}
        },
        Record::Memory { .. } | Record::Fence { .. } | Record::Thread { .. } => {}
    }
}

pub(super) fn records(program: &Program<'_>) -> impl Iterator<Item = (ThreadId, Record)> {
    let threads = u32::try_from(program.threads()).expect("threads have 32-bit ids");
    (0..threads).map(ThreadId::new).flat_map(|thread| {
        let records = program.rest(program.cursor(thread));
        records.map(move |record| (thread, record))
    })
}

/// Each part that a record of an access touches. Where memory is forgotten a version
/// begins, as with a write; the versions of bytes are all of one location.
pub(super) fn for_parts(
    definitions: &Definitions,
    thread: ThreadId,
    record: &Record,
    mut act: impl FnMut(Access),
) {
    let (write, extent, version) = match *record {
        Record::Access {
            write,
            cell,
            parts,
            version,
            ..
        } => (write, definitions.extent(cell, parts), version),
        Record::Forget {
            cell,
            parts,
            version,
            ..
        } => (true, definitions.extent(cell, parts), Some(version)),
        Record::Memory {
            verb, generation, ..
        } => {
            let memory = definitions.memory();
            let Some(anchor) = memory.anchor() else {
                return;
            };
            let version = memory.version(generation);
            let forgets = verb == MemoryVerb::Forget;
            (forgets, Extent::one(anchor), Some(version))
        }
        Record::Sync { .. }
        | Record::Fence { .. }
        | Record::Thread { .. }
        | Record::Note { .. } => return,
    };
    for location in extent.locations() {
        act(Access {
            thread,
            location,
            write,
            version,
        });
    }
}

/// Whether a thread without any fork in the log lacks it. Without loss, a thread
/// of which nothing is known is taken for one that came by itself.
fn needs_fork(thread: usize, definitions: &Definitions, whole: bool) -> bool {
    let id = ThreadId::new(u32::try_from(thread).expect("threads have 32-bit ids"));
    match definitions.tables().threads[thread].origin {
        ThreadOrigin::Spawned | ThreadOrigin::Task => true,
        ThreadOrigin::Destructors | ThreadOrigin::Foreign => false,
        ThreadOrigin::Root => !whole && id != ThreadId::ROOT && !definitions.is_defined(id),
    }
}

impl Stamps {
    fn sort(&mut self) {
        for object in 0..self.merged.len() {
            let range = self.starts[object]..self.starts[object + 1];
            let sequences = &mut self.sequences[range];
            sequences.sort_unstable();
            let mut kept = 0;
            for at in 0..sequences.len() {
                if at == 0 || sequences[at] != sequences[kept - 1] {
                    sequences[kept] = sequences[at];
                    kept += 1;
                }
            }
            self.lengths.push(kept);
        }
    }

    /// How many stamps there are, over all objects.
    pub(super) fn count(&self) -> usize {
        self.sequences.len()
    }

    /// What a stamp must wait for: its own place among all stamps, which is
    /// reached when the stamp before it is merged. `None` when it may go on.
    pub(super) fn obstacle(&self, object: ObjectId, stamp: Stamp) -> Option<usize> {
        let index = object.index();
        let merged = self.merged[index];
        let sequences = self.of(object);
        let before = stamp.sequence.saturating_sub(1);
        let follows = before == 0
            || (stamp.gap && self.trust_gaps)
            || (merged > 0 && sequences.get(merged - 1) == Some(&before));
        if follows && sequences.get(merged) == Some(&stamp.sequence) {
            return None;
        }
        let place = sequences
            .binary_search(&stamp.sequence)
            .expect("every stamp was looked at");
        Some(self.starts[index] + place)
    }

    /// The stamp before this one, where it must be in the log and is not.
    pub(super) fn missing(&self, object: ObjectId, stamp: Stamp) -> Option<u64> {
        let before = stamp.sequence.checked_sub(1).filter(|before| *before > 0)?;
        if stamp.gap && self.trust_gaps {
            return None;
        }
        self.of(object)
            .binary_search(&before)
            .is_err()
            .then_some(before)
    }

    /// The stamp that an object waits for.
    pub(super) fn next(&self, object: ObjectId) -> Option<u64> {
        self.of(object).get(self.merged[object.index()]).copied()
    }

    /// Counts a stamp: the place that is now reached.
    pub(super) fn merge(&mut self, object: ObjectId) -> Option<usize> {
        let index = object.index();
        self.merged[index] += 1;
        (self.merged[index] < self.lengths[index]).then(|| self.starts[index] + self.merged[index])
    }

    fn of(&self, object: ObjectId) -> &[u64] {
        let start = self.starts[object.index()];
        &self.sequences[start..start + self.lengths[object.index()]]
    }
}
