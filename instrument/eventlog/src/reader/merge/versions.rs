//! The versions of every location: the real order of its accesses, as far as
//! they carry it.
//!
//! A version is the number of writes so far. An access carries it unless its thread
//! knows it already: because it told it before, or made it, and nobody else wrote
//! since. Then it counts from there. An access of several parts is one of each.

use std::collections::HashMap;

use crate::id::{Location, ThreadId};

/// One access of one location.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) thread: ThreadId,
    pub(super) location: Location,
    pub(super) write: bool,
    /// As recorded.
    pub(super) version: Option<u64>,
}

/// What every thread knows of the versions, in its own program order.
pub(super) struct Known {
    /// By location: the thread that was last seen to write it, and the version that it
    /// knows.
    owners: Vec<Option<(ThreadId, u64)>>,
    /// What other threads know that have read it.
    readers: HashMap<(Location, ThreadId), u64>,
}

impl Known {
    /// No accesses seen yet.
    pub(super) fn new(locations: usize) -> Self {
        Self {
            owners: vec![None; locations],
            readers: HashMap::new(),
        }
    }

    /// The version that an access reads or makes, if that can be known.
    fn version(&self, access: Access) -> Option<u64> {
        access.version.or_else(|| {
            let known = match self.owners[access.location.index()] {
                Some((owner, version)) if owner == access.thread => Some(version),
                Some(_) | None => {
                    let reader = (access.location, access.thread);
                    self.readers.get(&reader).copied()
                }
            };
            known.map(|version| version.saturating_add(u64::from(access.write)))
        })
    }

    /// The same, and from here on the access has happened.
    fn advance(&mut self, access: Access) -> Option<u64> {
        let version = self.version(access);
        let owner = &mut self.owners[access.location.index()];
        let owns = owner.is_some_and(|(owner, _)| owner == access.thread);
        let reader = (access.location, access.thread);
        if owns || access.write {
            *owner = version.map(|version| (access.thread, version));
        } else if let Some(version) = access.version {
            self.readers.insert(reader, version);
        }
        if access.write && !owns {
            self.readers.remove(&reader);
        }
        version
    }
}

/// A version of a location: where it stands among all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VersionPlace(usize);

impl VersionPlace {
    /// Where threads wait for it, among all versions.
    pub(super) fn index(self) -> usize {
        self.0
    }
}

/// How far merging is at every location.
pub(super) struct Versions {
    /// By location: where its versions start in `reads`; one more at the end.
    starts: Vec<usize>,
    /// By location: the version before its first write in this log.
    base: Vec<u64>,
    /// By location: its writes merged so far.
    written: Vec<u32>,
    /// By location and version: its reads that are still to be merged.
    reads: Vec<u32>,
    known: Known,
}

impl Versions {
    /// How many versions there are, over all locations.
    pub(super) fn count(&self) -> usize {
        self.reads.len()
    }

    /// Counts a read before merging starts. Each thread's accesses come in its
    /// program order, one thread after the other.
    pub(super) fn expect(&mut self, known: &mut Known, access: Access) {
        let version = known.advance(access);
        if !access.write
            && let Some(place) = version.and_then(|version| self.place(access.location, version))
        {
            self.reads[place.0] += 1;
        }
    }

    /// What an access must wait for; `None` when it may go on.
    pub(super) fn obstacle(&self, access: Access) -> Option<VersionPlace> {
        let version = self.known.version(access)?;
        let location = access.location;
        let before = version.checked_sub(u64::from(access.write))?;
        self.place(location, version)?;
        let place = self.place(location, before)?;
        let written = self.starts[location.index()] + self.written[location.index()] as usize;
        let unread = access.write && written == place.0 && self.reads[place.0] > 0;
        (written < place.0 || unread).then_some(place)
    }

    /// Whether the version that an access was recorded with is the last one so far.
    pub(super) fn is_current(&self, access: Access) -> bool {
        let index = access.location.index();
        let written = self.starts[index] + self.written[index] as usize;
        let place = access
            .version
            .and_then(|version| self.place(access.location, version));
        place == Some(VersionPlace(written))
    }

    /// Counts a write: the versions that are now there.
    pub(super) fn write(&mut self, access: Access) -> impl Iterator<Item = VersionPlace> + use<> {
        let version = self.known.advance(access);
        let index = access.location.index();
        let (start, end) = (self.starts[index], self.starts[index + 1]);
        let written = start + self.written[index] as usize;
        let now = version
            .and_then(|version| self.place(access.location, version))
            .map_or(written + 1, |place| place.0)
            .clamp(written, (end - 1).max(written));
        self.written[index] = u32::try_from(now - start).unwrap_or(u32::MAX);
        (written + 1..now + 1).map(VersionPlace)
    }

    /// Counts a read: the version whose last read this was.
    pub(super) fn read(&mut self, access: Access) -> Option<VersionPlace> {
        let version = self.known.advance(access)?;
        let place = self.place(access.location, version)?;
        let reads = &mut self.reads[place.0];
        *reads = reads.saturating_sub(1);
        (*reads == 0).then_some(place)
    }

    /// The place of a recorded version; `None` when the log holds too few writes
    /// for it, since then some were not recorded.
    fn place(&self, location: Location, version: u64) -> Option<VersionPlace> {
        let index = location.index();
        let relative = usize::try_from(version.checked_sub(self.base[index])?).ok()?;
        let versions = self.starts[index + 1] - self.starts[index];
        (relative < versions).then(|| VersionPlace(self.starts[index] + relative))
    }
}

/// A first walk: how many writes each location has, and its lowest version.
#[derive(Default)]
pub(super) struct WriteCounts {
    writes: Vec<u32>,
    /// The version before the lowest one that is written or read.
    lowest: Vec<u64>,
}

impl WriteCounts {
    /// Counts one access.
    pub(super) fn count(&mut self, access: Access) {
        let index = access.location.index();
        if self.writes.len() <= index {
            self.writes.resize(index + 1, 0);
            self.lowest.resize(index + 1, u64::MAX);
        }
        self.writes[index] = self.writes[index].saturating_add(u32::from(access.write));
        if let Some(version) = access.version {
            let before = version.saturating_sub(u64::from(access.write));
            self.lowest[index] = self.lowest[index].min(before);
        }
    }

    /// The versions of all locations, with no reads expected yet.
    pub(super) fn into_versions(mut self, locations: usize) -> Versions {
        self.writes.resize(locations, 0);
        self.lowest.resize(locations, u64::MAX);
        let mut starts = Vec::with_capacity(locations + 1);
        let mut next = 0_usize;
        for writes in &self.writes {
            starts.push(next);
            next += *writes as usize + 1;
        }
        starts.push(next);
        // A cell may have been written before this log was opened. Whoever counts
        // starts from a version that it told, so the lowest one is the first of this log.
        let base = self.lowest.iter();
        let base = base.map(|lowest| if *lowest == u64::MAX { 0 } else { *lowest });
        let base = base.collect();
        Versions {
            starts,
            base,
            written: vec![0; locations],
            reads: vec![0; next],
            known: Known::new(locations),
        }
    }
}
