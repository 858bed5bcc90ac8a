//! The shadows of all locations: two numbers each, the last write and the last read.
//!
//! **Invariant:** while a location has not raced, every access of it that was plain
//! happens before what its shadow holds, or is held (FastTrack, PLDI 2009; the argument
//! why none of its races is missed is in `analysis/shadow.rs`). Once it has raced, it is
//! marked and no longer looked at: that it races is all that pass one is to find.
//!
//! The two numbers are epochs that most accesses compare and replace. What is rare is
//! behind a mark, an epoch that nobody knows: in the place of the write, that the
//! location has raced, or where the histories of one that is accessed atomically are;
//! in the place of the read, where the last reads of several threads are.

use racegate_eventlog::reader::Access;
use racegate_eventlog::{Event, EventKind, Extent, Location, ThreadId};

use super::clock::Now;
use super::code::{Code, Width};
use super::latest::Latest;
use super::share::Share;
use crate::analysis::AccessKind;

/// The last plain write and the last plain read, in this order: see [`half`].
type Shadow<C> = [C; 2];

/// Of a location that is accessed atomically: by way, the last access of each slot.
type Histories<C> = [Latest<C>; 4];

/// The mark of a location that has raced. Those after it number the histories.
const RACED: u64 = 0;

/// There is no room for another mark: the codes are too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// The shadows of a share of the locations.
#[derive(Debug)]
pub(super) struct Shadows<C, S> {
    pub(super) width: Width,
    share: S,
    shadows: Vec<Shadow<C>>,
    readers: Vec<Latest<C>>,
    /// Of the readers, those that stand for no location.
    spare: Vec<u64>,
    histories: Vec<Histories<C>>,
    raced: Vec<Location>,
    /// What the lists of epochs take.
    lists: usize,
}

/// Where a plain access is remembered.
#[inline]
fn half(writes: bool) -> usize {
    usize::from(!writes)
}

impl<C: Code, S: Share> Shadows<C, S> {
    /// Nothing was accessed yet.
    pub(super) fn new(width: Width, share: S, locations: usize) -> Self {
        Self {
            width,
            share,
            shadows: vec![Shadow::default(); share.places(locations)],
            readers: Vec::new(),
            spare: Vec::new(),
            histories: Vec::new(),
            raced: Vec::new(),
            lists: 0,
        }
    }

    /// The bytes that the shadows of so many locations take at first.
    pub(super) fn bytes_at_first(share: S, locations: usize) -> u64 {
        (share.places(locations) * size_of::<Shadow<C>>()) as u64
    }

    /// There are so many locations, or more.
    pub(super) fn make_room(&mut self, locations: usize) {
        let places = self.share.places(locations);
        if places > self.shadows.len() {
            self.shadows.reserve_exact(places - self.shadows.len());
            self.shadows.resize(places, Shadow::default());
        }
    }

    /// These locations are accessed atomically, too.
    pub(super) fn expect_atomics(&mut self, extent: Extent) {
        for place in own_places(self.share, extent) {
            let number = self.histories.len() as u64;
            self.histories.push(Histories::default());
            self.shadows[place] = [self.width.mark(RACED + 1 + number), C::default()];
        }
    }

    /// Takes the plain accesses of one location each that a thread makes one after the
    /// other; how many they were.
    #[inline]
    pub(super) fn run(
        &mut self,
        accesses: &[impl Plain],
        thread: ThreadId,
        now: &Now<'_, C>,
    ) -> (usize, Result<(), Full>) {
        let mut taken = 0;
        loop {
            let rest = &accesses[taken..];
            let (quick, next) = quickly(&mut self.shadows, self.share, rest, thread, now);
            taken += quick;
            let Some((place, writes)) = next else {
                return (taken, Ok(()));
            };
            if let Err(full) = self.look(place, writes, now) {
                return (taken, Err(full));
            }
            taken += 1;
        }
    }

    /// Takes any access.
    pub(super) fn access(
        &mut self,
        kind: AccessKind,
        extent: Extent,
        now: &Now<'_, C>,
    ) -> Result<(), Full> {
        for place in own_places(self.share, extent) {
            let [write, read] = self.shadows[place];
            if let Some(mark) = self.width.marked(write) {
                self.look_back(place, mark, kind, now);
            } else if now.knows(write) & now.knows(read) {
                self.shadows[place][half(kind.writes())] = now.epoch;
            } else {
                self.look(place, kind.writes(), now)?;
            }
        }
        Ok(())
    }

    /// These locations are new memory.
    pub(super) fn forget(&mut self, extent: Extent) {
        for place in own_places(self.share, extent) {
            let [write, read] = self.shadows[place];
            match self.width.marked(write) {
                Some(RACED) => {}
                Some(mark) => self.histories_of(mark).iter_mut().for_each(Latest::clear),
                None => {
                    self.recycle(read);
                    self.shadows[place] = Shadow::default();
                }
            }
        }
    }

    /// A plain access where one of the two numbers is not known.
    #[inline(never)]
    fn look(&mut self, place: usize, writes: bool, now: &Now<'_, C>) -> Result<(), Full> {
        let [write, read] = self.shadows[place];
        if let Some(mark) = self.width.marked(write) {
            let kind = if writes {
                AccessKind::Write
            } else {
                AccessKind::Read
            };
            self.look_back(place, mark, kind, now);
            return Ok(());
        }
        if !now.knows(write) {
            self.race(place);
            return Ok(());
        }
        let Some(mark) = self.width.marked(read) else {
            // One read that is not known: a write races with it, a read is beside it.
            return if writes {
                self.race(place);
                Ok(())
            } else {
                self.share_reads(place, now)
            };
        };
        if self.readers_of(mark).forget_known(now) {
            // All reads happen before this access, which stands for them from now on.
            self.recycle(read);
            self.shadows[place] = [write, C::default()];
            self.shadows[place][half(writes)] = now.epoch;
        } else if writes {
            self.race(place);
        } else {
            self.learn(now, |shadows| shadows.readers_of(mark));
        }
        Ok(())
    }

    /// A second read, which nothing orders with the first.
    fn share_reads(&mut self, place: usize, now: &Now<'_, C>) -> Result<(), Full> {
        let read = self.shadows[place][half(false)];
        let mark = self.mark_readers()?;
        let first = Now {
            epoch: read,
            ..*now
        };
        self.learn(&first, |shadows| shadows.readers_of(mark));
        self.learn(now, |shadows| shadows.readers_of(mark));
        self.shadows[place][half(false)] = self.width.mark(mark);
        Ok(())
    }

    /// An access of a location that has raced, or is accessed atomically.
    fn look_back(&mut self, place: usize, mark: u64, kind: AccessKind, now: &Now<'_, C>) {
        if mark == RACED {
            return;
        }
        let histories = self.histories_of(mark);
        let unknown = |other: AccessKind| {
            kind.conflicts_with(other) && !histories[other as usize].known_to(now)
        };
        let races = WAYS.into_iter().any(unknown);
        if races {
            self.race(place);
        } else {
            self.learn(now, |shadows| {
                &mut shadows.histories_of(mark)[kind as usize]
            });
        }
    }

    fn race(&mut self, place: usize) {
        let [_, read] = self.shadows[place];
        self.recycle(read);
        self.shadows[place] = [self.width.mark(RACED), C::default()];
        self.raced.push(self.share.location(place));
    }

    /// Remembers a thread's epoch in a list.
    fn learn(&mut self, now: &Now<'_, C>, list: impl FnOnce(&mut Self) -> &mut Latest<C>) {
        let slots = self.width.slots();
        let list = list(self);
        let before = list.bytes();
        list.learn(now.epoch, slots);
        let after = list.bytes();
        self.lists += after - before;
    }

    /// The number of a list of readers that stands for no location.
    fn mark_readers(&mut self) -> Result<u64, Full> {
        if let Some(mark) = self.spare.pop() {
            return Ok(mark);
        }
        let mark = self.readers.len() as u64;
        if !self.width.holds::<C>(mark + 1) {
            return Err(Full);
        }
        self.readers.push(Latest::default());
        Ok(mark)
    }

    /// Whatever readers this stands for are forgotten.
    fn recycle(&mut self, read: C) {
        if let Some(mark) = self.width.marked(read) {
            self.readers_of(mark).clear();
            self.spare.push(mark);
        }
    }

    fn readers_of(&mut self, mark: u64) -> &mut Latest<C> {
        &mut self.readers[index(mark)]
    }

    fn histories_of(&mut self, mark: u64) -> &mut Histories<C> {
        &mut self.histories[index(mark - RACED - 1)]
    }

    /// The bytes that all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        let tables = self.shadows.capacity() * size_of::<Shadow<C>>()
            + self.readers.capacity() * size_of::<Latest<C>>()
            + self.spare.capacity() * size_of::<u64>()
            + self.histories.capacity() * size_of::<Histories<C>>()
            + self.raced.capacity() * size_of::<Location>();
        (tables + self.lists) as u64
    }

    /// The locations that raced, in no order.
    pub(super) fn into_raced(self) -> Vec<Location> {
        self.raced
    }

    /// Whether codes of another width and kind have room for every mark.
    pub(super) fn fits<D: Code>(&self, width: Width) -> bool {
        let marks = self.readers.len().max(self.histories.len() + 1);
        width.holds::<D>(marks as u64 + 1)
    }

    /// The same in codes of another width or kind.
    pub(super) fn recoded<D: Code>(&self, width: Width) -> Shadows<D, S> {
        let recode = |code| self.width.recoded(code, width);
        let list = |list: &Latest<C>| list.recoded(recode);
        let shadows = self.shadows.iter().map(|shadow| shadow.map(recode));
        let readers: Vec<Latest<D>> = self.readers.iter().map(list).collect();
        let histories = self.histories.iter();
        let histories: Vec<Histories<D>> = histories.map(|it| it.each_ref().map(list)).collect();
        let lists = readers.iter().chain(histories.iter().flatten());
        Shadows {
            width,
            share: self.share,
            shadows: shadows.collect(),
            lists: lists.map(Latest::bytes).sum(),
            readers,
            spare: self.spare.clone(),
            histories,
            raced: self.raced.clone(),
        }
    }
}

/// Where those of these locations lie that are in a share.
fn own_places(share: impl Share, extent: Extent) -> impl Iterator<Item = usize> {
    let places = extent.locations().map(move |it| share.place(it));
    places.filter(move |&place| share.is_own(place))
}

/// What may be a plain access of one location.
pub(super) trait Plain {
    /// The location and whether it writes, if it is one of this thread.
    fn of(&self, thread: ThreadId) -> Option<(Location, bool)>;
}

impl Plain for Event {
    #[inline]
    fn of(&self, thread: ThreadId) -> Option<(Location, bool)> {
        let (EventKind::Read(extent) | EventKind::Write(extent)) = self.kind else {
            return None;
        };
        if self.thread != thread || extent.parts() != 1 {
            return None;
        }
        Some((extent.first(), matches!(self.kind, EventKind::Write(_))))
    }
}

/// Of whoever's stretch it is in.
impl Plain for Access {
    #[inline]
    fn of(&self, _thread: ThreadId) -> Option<(Location, bool)> {
        Some((self.location(), self.writes()))
    }
}

/// Takes a thread's plain accesses of one location each, as long as both numbers of the
/// shadows are known. How many they were, and the access of which one is not.
#[inline]
fn quickly<C: Code>(
    shadows: &mut [Shadow<C>],
    share: impl Share,
    accesses: &[impl Plain],
    thread: ThreadId,
    now: &Now<'_, C>,
) -> (usize, Option<(usize, bool)>) {
    // Known to be so, a row needs no check of its bounds below.
    assert!(!now.row.is_empty(), "a row has nobody's slot at least");
    for (count, access) in accesses.iter().enumerate() {
        let Some((location, writes)) = access.of(thread) else {
            return (count, None);
        };
        let place = share.place(location);
        let shadow = &mut shadows[place];
        let [write, read] = *shadow;
        // Both at once: there is then one branch, which is nearly never taken.
        if !(now.knows(write) & now.knows(read)) {
            return (count, Some((place, writes)));
        }
        // Nowhere is never accessed, so that everyone knows what is there.
        let own = share.is_own(place);
        shadow[half(writes)] = if own { now.epoch } else { C::default() };
    }
    (accesses.len(), None)
}

/// Every way to access a location; each is its own place in [`Histories`].
const WAYS: [AccessKind; 4] = [
    AccessKind::Read,
    AccessKind::Write,
    AccessKind::AtomicRead,
    AccessKind::AtomicWrite,
];

fn index(mark: u64) -> usize {
    usize::try_from(mark).expect("a mark is an index into a table")
}
