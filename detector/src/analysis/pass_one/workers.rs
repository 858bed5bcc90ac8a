//! Whoever does the work: the thread that reads the log itself, or others that it hands
//! the events, block by block.
//!
//! Every worker takes every event that orders something, for each needs all clocks, and
//! of the accesses those of its own share of the locations.
//!
//! **Invariant:** the locations found do not depend on the number of workers. Whether
//! the memory suffices depends on nothing but the log, that number and the limit.

use std::mem;
use std::panic;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, ScopedJoinHandle};

use racegate_eventlog::reader::{Block, Limits, Log, ReadError};
use racegate_eventlog::{Integrity, Location, Trace};

use super::engine::Engine;
use super::judge::Case;
use super::share::{Part, STRETCH, Share, Whole};

/// What came out.
pub(super) struct Found<T> {
    /// What raced, in no order, or how many bytes more than all that are allowed it takes.
    pub(super) locations: Result<Vec<Location>, u64>,
    pub(super) events: u64,
    /// What the reader says in the end.
    pub(super) said: T,
}

/// Where events come from: it fills the block that it is given, hands it over each time it
/// is full, and says something in the end.
pub(super) trait Reader {
    /// What it says.
    type Said;

    /// Hands over all events.
    fn read(self, block: Block, take: impl FnMut(&mut Block)) -> Result<Self::Said, ReadError>;
}

/// A log that is open.
impl Reader for &Log<'_> {
    type Said = Integrity;

    fn read(self, block: Block, take: impl FnMut(&mut Block)) -> Result<Integrity, ReadError> {
        self.replay_blocks(block, take)
    }
}

/// A log that is being opened.
pub(super) struct Opening<'p> {
    pub(super) path: &'p Path,
    pub(super) limits: Limits,
}

impl Reader for Opening<'_> {
    type Said = (Log<'static>, Option<Integrity>);

    fn read(self, block: Block, take: impl FnMut(&mut Block)) -> Result<Self::Said, ReadError> {
        Log::open_telling(self.path, self.limits, block, take)
    }
}

/// For how many accesses a block has room that is judged where it is made: little enough
/// to be in the nearest cache still.
const KEPT: usize = 2 * 1024;

/// And one that a worker is handed: it has to be woken for them.
const HANDED: usize = 8 * 1024;

/// How many of those may wait for it.
const WAITING: usize = 8;

/// A collected history is judged so many events at a time.
const COLLECTED: usize = 2 * 1024;

/// Reads the log, and has its events judged by so many workers, or does so itself.
pub(super) fn search(
    log: &Log<'_>,
    case: &Case<'_>,
    workers: usize,
    limit: u64,
) -> Result<Found<Integrity>, ReadError> {
    match log.collected().filter(|_| workers == 0) {
        Some(trace) => Ok(alone_on(trace, Bounded::new(case, Whole, limit))),
        None => search_in(log, case, workers, limit),
    }
}

/// The same where the events come block by block.
pub(super) fn search_in<R: Reader>(
    reader: R,
    case: &Case<'_>,
    workers: usize,
    limit: u64,
) -> Result<Found<R::Said>, ReadError> {
    match workers.min(STRETCH) {
        0 => alone(reader, Bounded::new(case, Whole, limit)),
        1 => together(reader, case, &[Whole], limit),
        workers => {
            let share = |number| Part::new(number, workers);
            let shares: Vec<Part> = (0..workers).map(share).collect();
            together(reader, case, &shares, limit)
        }
    }
}

/// Whoever reads the log judges, too.
fn alone<R: Reader>(
    reader: R,
    mut judge: Bounded<'_, impl Share>,
) -> Result<Found<R::Said>, ReadError> {
    let mut events = 0;
    let said = reader.read(Block::with_room(KEPT), |block| {
        events += block.events() as u64;
        judge.take(|engine| engine.take_block(block));
    })?;
    Ok(Found {
        locations: judge.into_raced(),
        events,
        said,
    })
}

/// The same where all events are in memory as they are.
fn alone_on(trace: &Trace, mut judge: Bounded<'_, impl Share>) -> Found<Integrity> {
    for events in trace.events().chunks(COLLECTED) {
        judge.take(|engine| engine.take(events));
    }
    Found {
        locations: judge.into_raced(),
        events: trace.events().len() as u64,
        said: trace.integrity().clone(),
    }
}

/// A worker for each share.
fn together<R: Reader>(
    reader: R,
    case: &Case<'_>,
    shares: &[impl Share],
    limit: u64,
) -> Result<Found<R::Said>, ReadError> {
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
        let said = reader.read(Block::with_room(HANDED), |block| desk.add(block));
        let events = desk.close();
        let found: Vec<Result<Vec<Location>, u64>> = handles.into_iter().map(finished).collect();
        let parts: Result<Vec<Vec<Location>>, u64> = found.into_iter().collect();
        Ok(Found {
            locations: parts.map(|parts| parts.concat()).map_err(total),
            events,
            said: said?,
        })
    })
}

fn work(
    blocks: &Receiver<Arc<Block>>,
    case: &Case<'_>,
    share: impl Share,
    limit: u64,
) -> Result<Vec<Location>, u64> {
    let mut judge = Bounded::new(case, share, limit);
    for block in blocks {
        judge.take(|engine| engine.take_block(&block));
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

    /// Has an engine that is within its limit take something.
    fn take(&mut self, take: impl FnOnce(&mut Engine<'l, S>)) {
        let Self::Within(engine, limit) = self else {
            return;
        };
        take(engine);
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

/// Where blocks are handed to all workers, each block in turn in one of a few places that
/// are used again.
struct Desk {
    inboxes: Vec<SyncSender<Arc<Block>>>,
    blocks: Vec<Arc<Block>>,
    /// Where the next block comes.
    next: usize,
    events: u64,
}

impl Desk {
    fn new(inboxes: Vec<SyncSender<Arc<Block>>>) -> Self {
        let empty = || Arc::new(Block::with_room(HANDED));
        // Those that wait, and one that is worked on.
        let blocks = std::iter::repeat_with(empty).take(WAITING + 1).collect();
        Self {
            inboxes,
            blocks,
            next: 0,
            events: 0,
        }
    }

    /// Hands over a block, and leaves another one in its place.
    fn add(&mut self, block: &mut Block) {
        self.events += block.events() as u64;
        let place = &mut self.blocks[self.next];
        if let Some(used) = Arc::get_mut(place) {
            mem::swap(used, block);
        } else {
            // The slowest worker still has it.
            *place = Arc::new(mem::replace(block, Block::with_room(HANDED)));
        }
        for inbox in &self.inboxes {
            // Whoever takes nothing has panicked, which is told when it is waited for.
            let _ = inbox.send(Arc::clone(place));
        }
        self.next = (self.next + 1) % self.blocks.len();
    }

    /// Lets the workers come to their end; how many events there were.
    fn close(self) -> u64 {
        self.events
    }
}
