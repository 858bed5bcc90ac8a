//! The life of threads: fork, begin, end, join, in this order.

use crate::event::{Event, EventKind};
use crate::id::ThreadId;
use crate::tables::Tables;

/// What a thread does somewhere in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Foreseen {
    /// It is forked.
    pub(crate) fork: bool,
    /// It tells of its begin.
    pub(crate) begin: bool,
    /// It tells of its end.
    pub(crate) end: bool,
}

/// What every thread has done so far.
pub(super) struct Threads(Vec<Life>);

#[derive(Clone, Copy, Default)]
struct Life {
    foreseen: Foreseen,
    forked: bool,
    begun: bool,
    /// It did something.
    active: bool,
    ended: bool,
}

/// What these events tell of every thread. Ids outside the tables are passed over.
pub(super) fn foresee(events: &[Event], tables: &Tables) -> Vec<Foreseen> {
    let mut foreseen = vec![Foreseen::default(); tables.threads.len()];
    for event in events {
        let (thread, mark): (_, fn(&mut Foreseen)) = match event.kind {
            EventKind::Fork(child) => (child, |thread| thread.fork = true),
            EventKind::Begin => (event.thread, |thread| thread.begin = true),
            EventKind::End => (event.thread, |thread| thread.end = true),
            EventKind::Read(_)
            | EventKind::Write(_)
            | EventKind::Forget(_)
            | EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Join(_)
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => continue,
        };
        if let Some(thread) = foreseen.get_mut(thread.index()) {
            mark(thread);
        }
    }
    foreseen
}

impl Threads {
    /// Nothing happened yet.
    pub(super) fn new(foreseen: Vec<Foreseen>) -> Self {
        let life = |foreseen| Life {
            foreseen,
            ..Life::default()
        };
        Self(foreseen.into_iter().map(life).collect())
    }

    /// What a thread does somewhere in the log, if it is to be told only now.
    pub(super) fn foresee(&mut self, thread: ThreadId, foreseen: Foreseen) {
        if self.0.len() <= thread.index() {
            self.0.resize(thread.index() + 1, Life::default());
        }
        self.0[thread.index()].foreseen = foreseen;
    }

    /// Takes note that a thread does something: begins, or anything else.
    pub(super) fn acts(&mut self, thread: ThreadId, begins: bool) -> Result<(), String> {
        let life = &mut self.0[thread.index()];
        expect(
            !life.foreseen.fork || life.forked,
            "expected its fork first",
        )?;
        expect(!life.ended, "expected nothing after its end")?;
        expect(
            begins || !life.foreseen.begin || life.begun,
            "expected its begin first",
        )?;
        life.active = true;
        Ok(())
    }

    /// Takes one event whose ids are in the tables.
    pub(super) fn check(&mut self, event: &Event) -> Result<(), String> {
        self.acts(event.thread, event.kind == EventKind::Begin)?;
        let life = &mut self.0[event.thread.index()];
        match event.kind {
            EventKind::Begin => {
                expect(!life.begun, "expected one begin, this is the second")?;
                life.begun = true;
            }
            EventKind::End => life.ended = true,
            EventKind::Fork(child) => self.fork(event.thread, child)?,
            EventKind::Join(child) => self.join(event.thread, child)?,
            EventKind::Read(_)
            | EventKind::Write(_)
            | EventKind::Forget(_)
            | EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
        Ok(())
    }

    fn fork(&mut self, parent: ThreadId, child: ThreadId) -> Result<(), String> {
        let number = child.number();
        expect(
            parent != child,
            "expected another thread to fork, not itself",
        )?;
        let life = &mut self.0[child.index()];
        if life.forked {
            return Err(format!("expected one fork of thread {number}"));
        }
        if life.active {
            return Err(format!(
                "expected thread {number} not to run before its fork"
            ));
        }
        life.forked = true;
        Ok(())
    }

    fn join(&mut self, parent: ThreadId, child: ThreadId) -> Result<(), String> {
        expect(
            parent != child,
            "expected another thread to join, not itself",
        )?;
        let life = self.0[child.index()];
        if life.foreseen.end && !life.ended {
            let number = child.number();
            return Err(format!("expected the end of thread {number} first"));
        }
        Ok(())
    }
}

fn expect(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}
