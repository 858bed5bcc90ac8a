//! Accesses that more than one record tells of, since their parts differ in version.
//!
//! **Invariant:** what is joined is one access: of one thread, of one kind, and of parts
//! in a row. It happens where its last record stands.

use crate::id::ThreadId;
use crate::record::Record;

/// The records of accesses that are not told to their end yet.
pub(in crate::reader) struct Begun {
    /// By thread.
    records: Vec<Vec<Record>>,
    /// Accesses whose other records never came.
    broken: u64,
}

/// An access, or any other record that stands for itself.
pub(in crate::reader) struct Joined {
    /// All of it as one record, whose version means nothing if there are more records.
    pub(in crate::reader) whole: Record,
    /// The records before its last one.
    pub(in crate::reader) earlier: Vec<Record>,
}

impl Begun {
    /// None are begun.
    pub(in crate::reader) fn new(threads: usize) -> Self {
        Self {
            records: vec![Vec::new(); threads],
            broken: 0,
        }
    }

    /// There are so many threads.
    pub(in crate::reader) fn make_room(&mut self, threads: usize) {
        if self.records.len() < threads {
            self.records.resize(threads, Vec::new());
        }
    }

    /// Whether no thread is amid an access.
    pub(in crate::reader) fn none_begun(&self) -> bool {
        self.records.iter().all(Vec::is_empty)
    }

    /// The next record of a thread: what is whole with it, if anything is.
    pub(in crate::reader) fn join(&mut self, thread: ThreadId, record: &Record) -> Option<Joined> {
        let begun = &mut self.records[thread.index()];
        if begun.last().is_some_and(|last| !continues(last, record)) {
            begun.clear();
            self.broken += 1;
        }
        if goes_on(record) {
            begun.push(*record);
            return None;
        }
        let earlier = std::mem::take(begun);
        Some(Joined {
            whole: joined(&earlier, *record),
            earlier,
        })
    }

    /// Whether a thread is amid an access.
    pub(in crate::reader) fn has_begun(&self, thread: ThreadId) -> bool {
        !self.records[thread.index()].is_empty()
    }

    /// Accesses whose other records never came, though others of their threads did.
    pub(in crate::reader) fn broken(&self) -> u64 {
        self.broken
    }
}

/// Whether the record after this one belongs to the same access.
pub(in crate::reader) fn goes_on(record: &Record) -> bool {
    match *record {
        Record::Access { more, .. } | Record::Forget { more, .. } => more,
        Record::Memory { .. }
        | Record::Sync { .. }
        | Record::Fence { .. }
        | Record::Thread { .. }
        | Record::Note { .. } => false,
    }
}

/// Whether a record tells of the parts that follow the last one's.
pub(in crate::reader) fn continues(last: &Record, record: &Record) -> bool {
    let kind = |record: &Record| match *record {
        Record::Access { write, .. } => Some((false, write)),
        Record::Forget { .. } => Some((true, true)),
        Record::Memory { .. }
        | Record::Sync { .. }
        | Record::Fence { .. }
        | Record::Thread { .. }
        | Record::Note { .. } => None,
    };
    let (Some((_, end)), Some((start, _))) = (bounds(last), bounds(record)) else {
        return false;
    };
    kind(last) == kind(record) && start == end
}

/// The first part, and the one after the last.
fn bounds(record: &Record) -> Option<(u64, u64)> {
    let (Record::Access { cell, parts, .. } | Record::Forget { cell, parts, .. }) = *record else {
        return None;
    };
    let first = cell.number();
    Some((first, first.saturating_add(u64::from(parts))))
}

/// The access of which `last` is the last record.
fn joined(earlier: &[Record], last: Record) -> Record {
    let (Some(first), Some((_, end))) = (earlier.first(), bounds(&last)) else {
        return last;
    };
    let mut whole = *first;
    if let Record::Access { cell, parts, .. } | Record::Forget { cell, parts, .. } = &mut whole {
        // A cell has fewer parts than this can hold; what claims more leaves its cell.
        *parts = u32::try_from(end - cell.number()).unwrap_or(u32::MAX);
    }
    whole
}
