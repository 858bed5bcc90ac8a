//! Events for whoever asks where a log races and not by what line: accesses are four
//! bytes, and the threads are told once a stretch.
//!
//! **Invariant:** a block tells the events that it was given, in their order; of the
//! accesses that it tells as such, all but the stacks.

use crate::event::{Event, EventKind};
use crate::id::{Location, ThreadId};

/// How many accesses there is room for in a block, unless it was made with another room.
const ACCESSES: usize = 4096;
/// For so many accesses there is room for one stretch.
const ACCESSES_A_STRETCH: usize = 8;

/// A plain access of one location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access(u32);

impl Access {
    /// Of so many locations an access can be told.
    pub(crate) const LOCATIONS: usize = 1 << 31;

    /// None of a location that is too far up: it is then told as any other event.
    #[inline]
    pub(crate) fn new(location: Location, writes: bool) -> Option<Self> {
        (location.index() < Self::LOCATIONS).then(|| Self::within(location, writes))
    }

    /// Of a location that is surely not.
    #[inline]
    pub(crate) fn within(location: Location, writes: bool) -> Self {
        debug_assert!(location.index() < Self::LOCATIONS, "of a run of such");
        Self(location.number() << 1 | u32::from(writes))
    }

    /// The access that an event is, if it is one of one location.
    #[must_use]
    pub fn of(kind: EventKind) -> Option<Self> {
        let (extent, writes) = match kind {
            EventKind::Read(extent) => (extent, false),
            EventKind::Write(extent) => (extent, true),
            EventKind::Forget(_)
            | EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Fork(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::Join(_)
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => return None,
        };
        let access = Self::new(extent.first(), writes);
        access.filter(|_| extent.parts() == 1)
    }

    /// What is accessed.
    #[inline]
    #[must_use]
    pub fn location(self) -> Location {
        Location::new(self.0 >> 1)
    }

    /// Whether it is written.
    #[inline]
    #[must_use]
    pub fn writes(self) -> bool {
        self.0 & 1 == 1
    }
}

/// What one thread does in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'b> {
    /// Whose events they are.
    pub thread: ThreadId,
    /// These come first.
    pub accesses: &'b [Access],
    /// Then this, if anything.
    pub then: Option<&'b Event>,
}

/// How many ids of each kind are known: all of a block's are below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// Threads.
    pub threads: usize,
    /// Synchronisation objects.
    pub objects: usize,
    /// Locations.
    pub locations: usize,
}

/// Events in a row.
#[derive(Clone, Debug)]
pub struct Block {
    /// Room for accesses, of which the first ones are there.
    accesses: Vec<Access>,
    filled: usize,
    ends: Vec<End>,
    /// Whose the accesses after the last end are.
    thread: ThreadId,
    /// How many events are none of the accesses.
    others: usize,
    ids: Ids,
}

/// Where a stretch ends.
#[derive(Clone, Copy, Debug)]
struct End {
    thread: ThreadId,
    /// One past its last access.
    accesses: u32,
    then: Option<Event>,
}

impl Default for Block {
    /// An empty one, with room for a few thousand accesses.
    fn default() -> Self {
        Self::with_room(ACCESSES)
    }
}

impl Block {
    /// An empty one, with room for so many accesses, and at least one event.
    #[must_use]
    pub fn with_room(accesses: usize) -> Self {
        let accesses = accesses.clamp(1, 1 << 24);
        Self {
            accesses: vec![Access::default(); accesses],
            filled: 0,
            ends: Vec::with_capacity(accesses / ACCESSES_A_STRETCH + 2),
            thread: ThreadId::ROOT,
            others: 0,
            ids: Ids::default(),
        }
    }

    /// How many ids there are so far, where a log is [told](super::Log::open_telling) while
    /// it is being opened; none where its tables tell.
    #[must_use]
    pub fn ids(&self) -> Ids {
        self.ids
    }

    /// Says how many ids there are.
    pub(crate) fn set_ids(&mut self, ids: Ids) {
        self.ids = ids;
    }

    /// What it tells, stretch by stretch, none of them empty.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        let ends = self.ends.iter();
        let ends = ends.map(|end| (end.thread, end.accesses as usize, end.then.as_ref()));
        let ended = self.ends.last().map_or(0, |end| end.accesses as usize);
        let last = (ended < self.filled).then_some((self.thread, self.filled, None));
        let mut start = 0;
        ends.chain(last).map(move |(thread, end, then)| Stretch {
            thread,
            accesses: &self.accesses[std::mem::replace(&mut start, end)..end],
            then,
        })
    }

    /// How many events it tells.
    #[must_use]
    pub fn events(&self) -> usize {
        self.filled + self.others
    }

    /// Forgets what it tells.
    pub fn clear(&mut self) {
        self.filled = 0;
        self.others = 0;
        self.ids = Ids::default();
        self.ends.clear();
    }

    /// Whether there may be no room for another event.
    pub(crate) fn is_full(&self) -> bool {
        // Two: a stretch may have to end before another event's own begins.
        self.filled == self.accesses.len() || self.ends.len() + 2 > self.ends.capacity()
    }

    /// Takes an event, for which there is room.
    pub(crate) fn push(&mut self, event: &Event) {
        self.turn_to(event.thread);
        if let Some(access) = Access::of(event.kind) {
            self.accesses[self.filled] = access;
            self.filled += 1;
        } else {
            self.end(Some(*event));
            self.others += 1;
        }
    }

    /// The room for accesses of a thread. [Taken](Self::took) are as many as are filled.
    pub(crate) fn room(&mut self, thread: ThreadId) -> &mut [Access] {
        self.turn_to(thread);
        &mut self.accesses[self.filled..]
    }

    /// So many accesses more are there.
    pub(crate) fn took(&mut self, accesses: usize) {
        self.filled += accesses;
    }

    /// What comes is this thread's.
    fn turn_to(&mut self, thread: ThreadId) {
        let before = self.ends.last().map_or(0, |end| end.accesses as usize);
        if self.thread != thread && before < self.filled {
            self.end(None);
        }
        self.thread = thread;
    }

    fn end(&mut self, then: Option<Event>) {
        self.ends.push(End {
            thread: self.thread,
            accesses: small(self.filled),
            then,
        });
    }
}

fn small(index: usize) -> u32 {
    u32::try_from(index).expect("a block is small")
}
