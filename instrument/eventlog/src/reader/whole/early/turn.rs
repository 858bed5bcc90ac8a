//! One thread's turn in a log that has no index yet: its pieces become events, until it
//! must wait.
//!
//! **Invariant:** a record becomes an event once, when what it waits for has become
//! events, and never one that validation refuses.

use std::collections::BTreeSet;

use super::GaveUp;
use super::objects::Objects;
use crate::event::{Event, EventKind};
use crate::id::{Extent, StackId, ThreadId};
use crate::reader::block::{Access, Block, Ids};
use crate::reader::merge::begun::Begun;
use crate::reader::merge::event::sync;
use crate::reader::whole::script::{self, Piece};
use crate::record::{NoteVerb, ObjectKey, Record, Stamp, SyncVerb, ThreadVerb};
use crate::tables::ThreadOrigin;
use crate::validate::{Checker, Foreseen};

/// Parts of all ranges that are remembered.
const MOST_PARTS: u64 = 1 << 22;

/// How far a piece has become events.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    access: usize,
    other: usize,
}

/// What is known of a thread's life.
#[derive(Debug, Default)]
pub(super) struct Life {
    /// Its first record was looked at, with this foreseen.
    pub(super) begun: Option<Foreseen>,
    pub(super) origin: Option<ThreadOrigin>,
    pub(super) forked: bool,
    /// It is taken for one that nobody forks.
    pub(super) decided: bool,
    ended: bool,
    /// Who waits for its end.
    joiners: Vec<ThreadId>,
}

/// What all turns so far have made.
pub(super) struct Turn<'e> {
    take: &'e mut dyn FnMut(&mut Block),
    block: Block,
    pub(super) objects: Objects,
    pub(super) checker: Checker<'static>,
    begun: Begun,
    /// Whose turn it is may act, and is not amid an access.
    may_act: bool,
    /// By thread.
    pub(super) lives: Vec<Life>,
    /// Accesses of several parts: the first one's key, and how many.
    pub(super) ranges: BTreeSet<(u64, u32)>,
    /// How many parts they have.
    parts: u64,
    /// Who need not wait any more.
    pub(super) woken: Vec<ThreadId>,
    ids: Ids,
    /// No location may have a larger number.
    limit: u64,
}

impl<'e> Turn<'e> {
    /// No one's turn yet. Keys are mostly below `limit`.
    pub(super) fn new(block: Block, take: &'e mut dyn FnMut(&mut Block), limit: u64) -> Self {
        Self {
            take,
            block,
            objects: Objects::new(limit),
            checker: Checker::guessed(),
            begun: Begun::new(0),
            may_act: false,
            lives: Vec::new(),
            ranges: BTreeSet::new(),
            parts: 0,
            woken: Vec::new(),
            ids: Ids::default(),
            limit,
        }
    }

    /// There are so many threads, and so many keys at least.
    pub(super) fn make_room(&mut self, threads: usize, keys: usize) {
        self.ids.locations = self.ids.locations.max(keys);
        if threads > self.lives.len() {
            self.lives.resize_with(threads, Life::default);
            self.begun.make_room(threads);
            self.ids.threads = threads;
            let last = u32::try_from(threads - 1).expect("threads have 32-bit ids");
            self.checker
                .foresee(ThreadId::new(last), Foreseen::default());
        }
    }

    /// Hands over the events so far.
    pub(super) fn hand_over(&mut self) {
        self.ids.objects = self.objects.len();
        self.block.set_ids(self.ids);
        if self.block.events() > 0 {
            (self.take)(&mut self.block);
        }
        self.block.clear();
    }

    /// Goes on with a piece; whether that is at its end.
    pub(super) fn run(
        &mut self,
        thread: ThreadId,
        piece: &Piece,
        cursor: &mut Cursor,
    ) -> Result<bool, GaveUp> {
        self.may_act = false;
        loop {
            let other = piece.others.get(cursor.other);
            let until = other.map_or(piece.accesses.len(), |(at, _)| *at as usize);
            if cursor.access < until {
                self.accesses(thread, &piece.accesses[cursor.access..until])?;
                cursor.access = until;
            }
            let Some((_, record)) = other else {
                return Ok(true);
            };
            if !self.record(thread, record)? {
                return Ok(false);
            }
            cursor.other += 1;
        }
    }

    fn accesses(&mut self, thread: ThreadId, mut accesses: &[Access]) -> Result<(), GaveUp> {
        self.act(thread)?;
        while !accesses.is_empty() {
            if self.block.is_full() {
                self.hand_over();
            }
            let room = self.block.room(thread);
            let (now, later) = accesses.split_at(room.len().min(accesses.len()));
            room[..now.len()].copy_from_slice(now);
            self.block.took(now.len());
            accesses = later;
        }
        Ok(())
    }

    /// Whether the record became an event, and need not wait.
    fn record(&mut self, thread: ThreadId, record: &Record) -> Result<bool, GaveUp> {
        match *record {
            Record::Access { .. } => self.access(thread, record)?,
            Record::Sync {
                verb,
                object,
                stamp,
                ..
            } => return self.step(thread, (verb, object), stamp.ok_or(GaveUp)?),
            Record::Fence { ordering, .. } => self.happens(thread, EventKind::Fence(ordering))?,
            Record::Note { verb, .. } => {
                let kind = self.note(verb);
                self.happens(thread, kind)?;
            }
            Record::Thread {
                verb,
                thread: other,
                ..
            } => return self.life(thread, verb, other),
            Record::Memory { .. } | Record::Forget { .. } => {
                return Err(GaveUp);
            }
        }
        Ok(true)
    }

    /// The same of a step of an object.
    fn step(
        &mut self,
        thread: ThreadId,
        (verb, object): (SyncVerb, ObjectKey),
        stamp: Stamp,
    ) -> Result<bool, GaveUp> {
        let object = self.objects.meet(object, &mut self.checker);
        if !self.objects.is_next(thread, object, stamp.sequence) {
            return Ok(false);
        }
        self.act(thread)?;
        let event = event(thread, sync(verb, object));
        let possible = self.checker.check_step(&event, stamp.gap);
        possible.map_err(|_| GaveUp)?;
        self.push(&event);
        let woken = self.objects.advance(object);
        self.woken.extend(woken);
        Ok(true)
    }

    /// Takes note that a thread does something else than to begin or end, fork or join.
    fn act(&mut self, thread: ThreadId) -> Result<(), GaveUp> {
        if !self.may_act {
            if self.begun.has_begun(thread) {
                return Err(GaveUp);
            }
            self.checker.acts(thread).map_err(|_| GaveUp)?;
            self.may_act = true;
        }
        Ok(())
    }

    fn note(&mut self, verb: NoteVerb) -> EventKind {
        match verb {
            NoteVerb::Request(object, mode) => {
                EventKind::Request(self.objects.meet(object, &mut self.checker), mode)
            }
            NoteVerb::BlockBegin(name) => EventKind::BlockBegin(name),
            NoteVerb::BlockEnd(name) => EventKind::BlockEnd(name),
            NoteVerb::Mark(name) => EventKind::Mark(name),
        }
    }

    fn life(
        &mut self,
        thread: ThreadId,
        verb: ThreadVerb,
        other: ThreadId,
    ) -> Result<bool, GaveUp> {
        match verb {
            ThreadVerb::Fork => {
                self.happens(thread, EventKind::Fork(other))?;
                self.lives[other.index()].forked = true;
                self.woken.push(other);
            }
            ThreadVerb::Begin => self.happens(thread, EventKind::Begin)?,
            ThreadVerb::End => {
                self.happens(thread, EventKind::End)?;
                let life = &mut self.lives[thread.index()];
                life.ended = true;
                self.woken.append(&mut life.joiners);
            }
            ThreadVerb::Join => {
                let life = &mut self.lives[other.index()];
                if !life.ended {
                    life.joiners.push(thread);
                    return Ok(false);
                }
                self.happens(thread, EventKind::Join(other))?;
            }
            ThreadVerb::Switch { .. } => {
                return Err(GaveUp);
            }
        }
        Ok(true)
    }

    /// An access of several parts, or the first record of one.
    fn access(&mut self, thread: ThreadId, record: &Record) -> Result<(), GaveUp> {
        self.may_act = false;
        self.checker.acts(thread).map_err(|_| GaveUp)?;
        let Some(joined) = self.begun.join(thread, record) else {
            return Ok(());
        };
        let Record::Access {
            write, cell, parts, ..
        } = joined.whole
        else {
            return Err(GaveUp);
        };
        let extent = self.extent(cell, parts)?;
        let kind = if write {
            EventKind::Write(extent)
        } else {
            EventKind::Read(extent)
        };
        self.push(&event(thread, kind));
        Ok(())
    }

    fn extent(&mut self, cell: ObjectKey, parts: u32) -> Result<Extent, GaveUp> {
        let end = cell.number().saturating_add(u64::from(parts));
        if self.ranges.insert((cell.number(), parts)) {
            self.parts = self.parts.saturating_add(u64::from(parts));
        }
        if parts == 0 || end > self.limit || self.parts > MOST_PARTS {
            return Err(GaveUp);
        }
        let end = usize::try_from(end).map_err(|_| GaveUp)?;
        self.ids.locations = self.ids.locations.max(end);
        let first = script::location(cell.number()).ok_or(GaveUp)?;
        Ok(Extent::new(first, parts))
    }

    /// Something that is no access and no step happens, if it may.
    fn happens(&mut self, thread: ThreadId, kind: EventKind) -> Result<(), GaveUp> {
        self.may_act = false;
        let event = event(thread, kind);
        if self.begun.has_begun(thread) || self.checker.check(&event, false).is_err() {
            return Err(GaveUp);
        }
        self.push(&event);
        Ok(())
    }

    fn push(&mut self, event: &Event) {
        if self.block.is_full() {
            self.hand_over();
        }
        self.block.push(event);
    }

    /// Whether every access was told to its end.
    pub(super) fn is_complete(&self) -> bool {
        self.begun.broken() == 0 && self.begun.none_begun()
    }
}

fn event(thread: ThreadId, kind: EventKind) -> Event {
    Event {
        thread,
        stack: StackId::EMPTY,
        kind,
    }
}
