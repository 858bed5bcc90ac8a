//! The life of threads: fork, begin, end, join, in this order.

use crate::event::{Event, EventKind};
use crate::id::ThreadId;
use crate::tables::Tables;

/// What every thread has done so far, and what it does somewhere in the trace.
pub(super) struct Threads(Vec<Life>);

#[derive(Clone, Copy, Default)]
struct Life {
    /// Somewhere it is forked, begins, ends.
    has_fork: bool,
    has_begin: bool,
    has_end: bool,
    /// Up to here it was forked, began, did something, ended.
    forked: bool,
    begun: bool,
    active: bool,
    ended: bool,
}

impl Threads {
    /// Nothing happened yet. Ids outside the tables are passed over.
    pub(super) fn of(events: &[Event], tables: &Tables) -> Self {
        let mut lives = vec![Life::default(); tables.threads.len()];
        for event in events {
            let (thread, mark): (_, fn(&mut Life)) = match event.kind {
                EventKind::Fork(child) => (child, |life| life.has_fork = true),
                EventKind::Begin => (event.thread, |life| life.has_begin = true),
                EventKind::End => (event.thread, |life| life.has_end = true),
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
            if let Some(life) = lives.get_mut(thread.index()) {
                mark(life);
            }
        }
        Self(lives)
    }

    /// Takes one event whose ids are in the tables.
    pub(super) fn check(&mut self, event: &Event) -> Result<(), String> {
        let life = &mut self.0[event.thread.index()];
        expect(!life.has_fork || life.forked, "expected its fork first")?;
        expect(!life.ended, "expected nothing after its end")?;
        let begins = event.kind == EventKind::Begin;
        expect(
            begins || !life.has_begin || life.begun,
            "expected its begin first",
        )?;
        life.active = true;
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
        if life.has_end && !life.ended {
            let number = child.number();
            return Err(format!("expected the end of thread {number} first"));
        }
        Ok(())
    }
}

fn expect(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}
