//! Cells: whole, in part and in ranges; dropped, and what keeps threads apart on them.

use racegate_eventlog::{EventKind, Extent, Location, LockMode, ThreadId};

use super::actor::Actor;
use super::draft::Draft;
use super::locks::{Hold, Locks};

/// The cells of the program.
pub(super) struct Memory {
    cells: Vec<Cell>,
    /// Once in so many accesses, a guard is not heeded.
    careless: Option<usize>,
}

struct Cell {
    extent: Extent,
    guard: Guard,
    /// The memory of an object, which lives as long as the program.
    lasts: bool,
}

/// What a program does so that accesses of a cell are ordered.
#[derive(Clone, Copy)]
enum Guard {
    /// Nothing.
    None,
    /// It accesses it only while it holds this mutex.
    Mutex(usize),
    /// It writes it while it holds this lock alone, and reads it while it holds it.
    RwLock(usize),
    /// It only reads it.
    Constant,
    /// One thread alone accesses it.
    Own(ThreadId),
}

impl Memory {
    /// `careless`: how often a guard is not heeded; none where there are no guards.
    pub(super) fn new(cells: usize, careless: Option<usize>, draft: &mut Draft) -> Self {
        let mut memory = Self {
            cells: Vec::new(),
            careless,
        };
        for _ in 0..cells {
            let guard = memory.guard(draft);
            let extent = Self::extent(draft);
            memory.cells.push(Cell {
                extent,
                guard,
                lasts: false,
            });
        }
        memory
    }

    /// Takes the memory of an object for a cell, which nothing guards.
    pub(super) fn add(&mut self, extent: Extent) {
        self.cells.push(Cell {
            extent,
            guard: Guard::None,
            lasts: true,
        });
    }

    /// Whether the program heeds anything.
    pub(super) fn is_guarded(&self) -> bool {
        self.careless.is_some()
    }

    fn guard(&self, draft: &mut Draft) -> Guard {
        match draft.random.below(6) {
            _ if self.careless.is_none() => Guard::None,
            0 | 1 => Guard::Mutex(0),
            2 | 3 => Guard::RwLock(0),
            4 => Guard::Constant,
            _ => Guard::Own(ThreadId::new(u32::from(draft.random.once_in(2)))),
        }
    }

    fn extent(draft: &mut Draft) -> Extent {
        let parts = draft.random.one_of(&[1, 1, 1, 2, 3, 5]);
        if draft.random.once_in(3) {
            draft.bytes(parts)
        } else {
            draft.cell(parts)
        }
    }

    /// Reads or writes a cell, a part of it or some of its parts.
    pub(super) fn access(&mut self, actor: &mut Actor, locks: &mut Locks, draft: &mut Draft) {
        let cell = &self.cells[draft.random.below(self.cells.len())];
        let part = part(cell.extent, draft);
        let heeded = self
            .careless
            .is_none_or(|once_in| !draft.random.once_in(once_in));
        let guard = if heeded { cell.guard } else { Guard::None };
        let only_read = matches!(guard, Guard::Constant);
        if only_read || draft.random.once_in(2) {
            guarded(
                guard,
                LockMode::Read,
                EventKind::Read(part),
                actor,
                locks,
                draft,
            );
        } else {
            guarded(
                guard,
                LockMode::Write,
                EventKind::Write(part),
                actor,
                locks,
                draft,
            );
        }
    }

    /// What was a cell, or a part of one, is new memory.
    pub(super) fn forget(&mut self, actor: &mut Actor, locks: &mut Locks, draft: &mut Draft) {
        let cell = &self.cells[draft.random.below(self.cells.len())];
        if !cell.lasts {
            let forget = EventKind::Forget(part(cell.extent, draft));
            guarded(cell.guard, LockMode::Write, forget, actor, locks, draft);
        }
    }

    /// Drops a cell, which is a write of all of it. Another one takes its place, or a
    /// program that heeds nothing goes on using it.
    pub(super) fn drop_cell(&mut self, actor: &mut Actor, locks: &mut Locks, draft: &mut Draft) {
        let index = draft.random.below(self.cells.len());
        let Cell {
            extent,
            guard,
            lasts,
        } = self.cells[index];
        let drop = EventKind::Write(extent);
        let dropped = guarded(guard, LockMode::Write, drop, actor, locks, draft);
        if dropped && !lasts && draft.random.once_in(2) {
            self.cells[index].extent = Self::extent(draft);
        }
    }
}

/// A part, some parts, or all of a cell.
fn part(whole: Extent, draft: &mut Draft) -> Extent {
    let parts = whole.parts() as usize;
    if parts == 1 || draft.random.once_in(3) {
        return whole;
    }
    let first = draft.random.below(parts);
    let length = 1 + draft.random.below((parts - first).min(2));
    let number = |index: usize| u32::try_from(index).expect("cells are small");
    let first = Location::new(whole.first().number() + number(first));
    Extent::new(first, number(length))
}

/// Whether the guard let the event happen, which needs the cell in this mode.
fn guarded(
    guard: Guard,
    mode: LockMode,
    event: EventKind,
    actor: &mut Actor,
    locks: &mut Locks,
    draft: &mut Draft,
) -> bool {
    let wanted = match (guard, mode) {
        (Guard::None, _) | (Guard::Constant, LockMode::Read) => None,
        (Guard::Own(thread), _) if thread == actor.thread => None,
        (Guard::Own(_), _) | (Guard::Constant, LockMode::Write) => return false,
        (Guard::Mutex(lock), _) => Some(Hold::Mutex(lock)),
        (Guard::RwLock(lock), LockMode::Read) => Some(Hold::Read(lock)),
        (Guard::RwLock(lock), LockMode::Write) => Some(Hold::Write(lock)),
    };
    // Who may write may read.
    let suffices = |hold: &Hold, wanted: Hold| match (*hold, wanted) {
        (Hold::Write(held), Hold::Read(wanted)) => held == wanted,
        (held, wanted) => held == wanted,
    };
    let allowed = wanted.is_none_or(|wanted| actor.holds.iter().any(|hold| suffices(hold, wanted)));
    let taken = !allowed && wanted.is_some_and(|wanted| locks.take(wanted, actor, draft));
    if allowed || taken {
        draft.push(actor.thread, event);
    }
    if taken && !draft.random.once_in(4) {
        locks.give_back(actor.holds.len() - 1, actor, draft);
    }
    allowed || taken
}
