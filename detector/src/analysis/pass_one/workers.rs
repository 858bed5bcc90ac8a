//! Whoever does the work: the thread that reads the log itself, or others that it hands
//! the events, block by block.
//!
//! Every worker takes every event that orders something, for each needs all clocks, and
//! of the accesses those of its own share of the locations.
//!
//! **Invariant:** the locations found do not depend on the number of workers. Whether
//! the memory suffices depends on nothing but the log, that number and the limit.

use std::panic;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, ScopedJoinHandle};

use racegate_eventlog::reader::{Log, ReadError};
use racegate_eventlog::{Event, Integrity, Location};

use super::engine::Engine;
use super::judge::Case;
use super::share::{Part, STRETCH, Share, Whole};

/// What came out.
pub(super) struct Found {
    /// What raced, in no order, or how many bytes more than all that are allowed it takes.
    pub(super) locations: Result<Vec<Location>, u64>,
    pub(super) events: u64,
    pub(super) integrity: Integrity,
}

/// How many events a worker is handed at a time, at least: it has to be woken for them.
const HANDED: usize = 8 * 1024;

/// How many times as many may wait for it.
const WAITING: usize = 8;

/// Reads the log, and has its events judged by so many workers, or does so itself.
pub(super) fn search(
    log: &Log<'_>,
    case: &Case<'_>,
    workers: usize,
    limit: u64,
) -> Result<Found, ReadError> {
    match workers.min(STRETCH) {
        0 => {
            let mut judge = Bounded::new(case, Whole, limit);
            let mut events = 0;
            let integrity = log.replay(|block| {
                events += block.len() as u64;
                judge.take(block);
            })?;
            Ok(Found {
                locations: judge.into_raced(),
                events,
                integrity,
            })
        }
        1 => together(log, case, &[Whole], limit),
        workers => {
            let share = |number| Part::new(number, workers);
            let shares: Vec<Part> = (0..workers).map(share).collect();
            together(log, case, &shares, limit)
        }
    }
}

/// A worker for each share.
fn together(
    log: &Log<'_>,
    case: &Case<'_>,
    shares: &[impl Share],
    limit: u64,
) -> Result<Found, ReadError> {
    let each = limit / shares.len() as u64;
    let total = |needs: u64| needs.saturating_mul(shares.len() as u64);
    thread::scope(|scope| {
        let mut handles = Vec::new();
        let mut inboxes = Vec::new();
        for &share in shares {
            let (inbox, blocks) = sync_channel(WAITING);
            inboxes.push(inbox);
            handles.push(scope.spawn(move || work(&blocks, case, share, each)));
        }
        let mut desk = Desk::new(inboxes);
        let integrity = log.replay(|block| desk.add(block));
        let events = desk.close();
        let found: Vec<Result<Vec<Location>, u64>> = handles.into_iter().map(finished).collect();
        let parts: Result<Vec<Vec<Location>>, u64> = found.into_iter().collect();
        Ok(Found {
            locations: parts.map(|parts| parts.concat()).map_err(total),
            events,
            integrity: integrity?,
        })
    })
}

fn work(
    blocks: &Receiver<Arc<Vec<Event>>>,
    case: &Case<'_>,
    share: impl Share,
    limit: u64,
) -> Result<Vec<Location>, u64> {
    let mut judge = Bounded::new(case, share, limit);
    for block in blocks {
        judge.take(&block);
    }
    judge.into_raced()
}

/// What a worker came to. Its panic is everyone's.
fn finished<T>(handle: ScopedJoinHandle<'_, T>) -> T {
    match handle.join() {
        Ok(found) => found,
        Err(panic) => panic::resume_unwind(panic),
    }
}

/// An engine, as long as it takes no more memory than it may.
enum Bounded<'l, S> {
    Within(Box<Engine<'l, S>>, u64),
    /// It takes so many bytes, or more.
    Beyond(u64),
}

impl<'l, S: Share> Bounded<'l, S> {
    fn new(case: &Case<'l>, share: S, limit: u64) -> Self {
        let needs = Engine::bytes_at_first(case, share);
        if needs > limit {
            return Self::Beyond(needs);
        }
        Self::Within(Box::new(Engine::new(case, share)), limit)
    }

    fn take(&mut self, block: &[Event]) {
        let Self::Within(engine, limit) = self else {
            return;
        };
        engine.take(block);
        let needs = engine.bytes();
        if needs > *limit {
            *self = Self::Beyond(needs);
        }
    }

    fn into_raced(self) -> Result<Vec<Location>, u64> {
        match self {
            Self::Within(engine, _) => Ok(engine.into_raced()),
            Self::Beyond(needs) => Err(needs),
        }
    }
}

/// Where blocks are put together and handed to all workers, each block in turn in one of
/// a few that are used again.
struct Desk {
    inboxes: Vec<SyncSender<Arc<Vec<Event>>>>,
    blocks: Vec<Arc<Vec<Event>>>,
    /// The block that is being filled.
    current: usize,
    events: u64,
}

impl Desk {
    fn new(inboxes: Vec<SyncSender<Arc<Vec<Event>>>>) -> Self {
        // Those that wait, one that is worked on, and one that is filled.
        let blocks = (0..WAITING + 2).map(|_| Arc::default()).collect();
        Self {
            inboxes,
            blocks,
            current: 0,
            events: 0,
        }
    }

    fn add(&mut self, events: &[Event]) {
        self.events += events.len() as u64;
        let block = &mut self.blocks[self.current];
        match Arc::get_mut(block) {
            Some(block) => block.extend_from_slice(events),
            // The slowest worker still has it.
            None => *block = Arc::new(events.to_vec()),
        }
        if block.len() >= HANDED {
            self.hand();
        }
    }

    /// Hands over the block, and turns to the next one.
    fn hand(&mut self) {
        for inbox in &self.inboxes {
            // Whoever takes nothing has panicked, which is told when it is waited for.
            let _ = inbox.send(Arc::clone(&self.blocks[self.current]));
        }
        self.current = (self.current + 1) % self.blocks.len();
        if let Some(block) = Arc::get_mut(&mut self.blocks[self.current]) {
            block.clear();
        }
    }

    /// Hands over what is left, and lets the workers come to their end; how many events
    /// there were.
    fn close(mut self) -> u64 {
        self.hand();
        self.events
    }
}
