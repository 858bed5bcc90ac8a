//! A log that is open: its tables, and its events block by block, as often as
//! they are asked for.
//!
//! A log of which nothing is lost stays in its file. Any other is read at once: what can
//! be used of it, only a look at all of its records can say.
//!
//! **Invariant:** every replay hands over the same events in the same order, and they are
//! those of the [`Trace`] that [`read`](super::read) returns, in an order that agrees
//! with every thread's and every object's.

use std::borrow::Cow;
use std::path::Path;

use super::block::Block;
use super::whole::{Ahead, WholeLog};
use super::{Found, IN_MEMORY, Limits, LogImage, ReadError, find_file, read_found, read_image};
use crate::event::{Event, EventKind};
use crate::id::{Extent, Location};
use crate::integrity::Integrity;
use crate::tables::Tables;
use crate::trace::Trace;

/// The most events that one block of a replay holds.
pub const BLOCK_EVENTS: usize = 2048;

/// How often a thread is asked for in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// At most so many events are its own.
    pub events: u64,
    /// At most so often it is joined.
    pub joins: u64,
}

/// The events that concern some locations, and all that order them.
#[derive(Clone, Debug)]
pub struct Excerpt {
    trace: Trace,
}

/// A log that is open.
///
/// ```
/// use racegate_eventlog::reader::Log;
/// use racegate_eventlog::text::{TextForm, parse};
///
/// let trace = parse(b"T1|w(x)|1\nT1|w(y)|2\n", TextForm::Std).unwrap();
/// let log = Log::of_trace(&trace);
/// let mut events = Vec::new();
/// log.replay(|block| events.extend_from_slice(block)).unwrap();
/// assert_eq!(events, trace.events());
/// assert_eq!(log.demand()[0].events, trace.events().len() as u64);
/// ```
#[derive(Debug)]
pub struct Log<'a> {
    events: Events<'a>,
    demand: Vec<Demand>,
}

/// Where the events are.
#[derive(Debug)]
enum Events<'a> {
    /// In the log, none of which is lost.
    Whole(Box<WholeLog<'a>>),
    /// Collected.
    Trace(Box<Cow<'a, Trace>>),
}

impl Log<'static> {
    /// The log at `path`, as [`read`](super::read) takes it.
    ///
    /// # Errors
    ///
    /// When there is no log, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Self::open_within(path, Limits::default())
    }

    /// The same within limits.
    ///
    /// # Errors
    ///
    /// The same, and when reading it takes more than the limits allow.
    pub fn open_within(path: &Path, limits: Limits) -> Result<Self, ReadError> {
        Ok(Self::open_ahead(path, limits, None)?.0)
    }

    /// The same, and its events are handed over in blocks while it is being opened: who
    /// wants each of them once, and no stacks of accesses, need not read the log twice.
    /// `take` may leave another block in the place of the one that it was handed.
    ///
    /// Where all events were handed over, this says what is missing, as
    /// [`replay_blocks`](Self::replay_blocks) does. Where it says nothing, what was handed
    /// over means nothing. Objects and locations have numbers of their own there; what is
    /// [`settled`](Self::settled) are those of the tables.
    ///
    /// # Errors
    ///
    /// As [`open_within`](Self::open_within).
    pub fn open_telling(
        path: &Path,
        limits: Limits,
        block: Block,
        mut take: impl FnMut(&mut Block),
    ) -> Result<(Self, Option<Integrity>), ReadError> {
        let take = &mut take;
        Self::open_ahead(path, limits, Some(Ahead { block, take }))
    }

    fn open_ahead(
        path: &Path,
        limits: Limits,
        ahead: Option<Ahead<'_>>,
    ) -> Result<(Self, Option<Integrity>), ReadError> {
        let found = find_file(path)?;
        if let Found::Log(file) = &found
            && let Some((whole, told)) = WholeLog::open(file, limits, ahead)?
        {
            return Ok(Self::told(whole, told));
        }
        found.is_within(limits)?;
        let log = Self::of(Cow::Owned(read_found(&found)?));
        Ok((log, None))
    }
}

impl<'a> Log<'a> {
    /// A log in memory, as [`read_image`] takes it.
    ///
    /// # Errors
    ///
    /// When its header cannot be read.
    pub fn of_image(image: &'a LogImage) -> Result<Self, ReadError> {
        Self::of_image_within(image, Limits::default())
    }

    /// The same within limits. What is in memory already is not counted.
    ///
    /// # Errors
    ///
    /// The same, and when reading it takes more than the limits allow.
    pub fn of_image_within(image: &'a LogImage, limits: Limits) -> Result<Self, ReadError> {
        Ok(Self::of_image_ahead(image, limits, None)?.0)
    }

    /// The same, [told](Self::open_telling) while it is being opened.
    ///
    /// # Errors
    ///
    /// As [`of_image_within`](Self::of_image_within).
    pub fn of_image_telling(
        image: &'a LogImage,
        limits: Limits,
        block: Block,
        mut take: impl FnMut(&mut Block),
    ) -> Result<(Self, Option<Integrity>), ReadError> {
        let take = &mut take;
        Self::of_image_ahead(image, limits, Some(Ahead { block, take }))
    }

    fn of_image_ahead(
        image: &'a LogImage,
        limits: Limits,
        ahead: Option<Ahead<'_>>,
    ) -> Result<(Self, Option<Integrity>), ReadError> {
        let path = Path::new(IN_MEMORY);
        match WholeLog::of_image(path, image, limits, ahead)? {
            Some((whole, told)) => Ok(Self::told(whole, told)),
            None => Ok((Self::of(Cow::Owned(read_image(image)?)), None)),
        }
    }

    fn told(whole: WholeLog<'a>, told: bool) -> (Self, Option<Integrity>) {
        let integrity = told.then(|| whole.integrity().clone());
        (Self::of_whole(whole), integrity)
    }

    /// A trace, as if it had just been opened.
    #[must_use]
    pub fn of_trace(trace: &'a Trace) -> Self {
        Self::of(Cow::Borrowed(trace))
    }

    fn of_whole(whole: WholeLog<'a>) -> Self {
        let demand = whole.demand();
        Self {
            demand: demand
                .map(|(events, joins)| Demand { events, joins })
                .collect(),
            events: Events::Whole(Box::new(whole)),
        }
    }

    fn of(trace: Cow<'a, Trace>) -> Self {
        let mut demand = vec![Demand::default(); trace.tables().threads.len()];
        for event in trace.events() {
            demand[event.thread.index()].events += 1;
            if let EventKind::Join(child) = event.kind {
                demand[child.index()].joins += 1;
            }
        }
        Self {
            events: Events::Trace(Box::new(trace)),
            demand,
        }
    }

    /// What the ids of its events stand for.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        match &self.events {
            Events::Whole(whole) => whole.tables(),
            Events::Trace(trace) => trace.tables(),
        }
    }

    /// The location that another one was [told](Self::open_telling) as while the log was
    /// being opened.
    #[must_use]
    pub fn settled(&self, told: Location) -> Option<Location> {
        match &self.events {
            Events::Whole(whole) => whole.location_of(told),
            Events::Trace(_) => None,
        }
    }

    /// By thread: how often it is asked for. Where records cannot be used, the
    /// events are fewer, and never more.
    #[must_use]
    pub fn demand(&self) -> &[Demand] {
        &self.demand
    }

    /// Hands over all events in blocks of at most [`BLOCK_EVENTS`], and says what is
    /// missing.
    ///
    /// Their order is a possible one: that of every thread, of every object, of fork and
    /// join, and of what comes before and after bytes were forgotten. Which of two accesses
    /// to one location came first it does not say where nothing orders them; an
    /// [`excerpt`](Self::excerpt) does.
    ///
    /// # Errors
    ///
    /// When the log cannot be read or the events are no possible history. What was
    /// handed over until then means nothing.
    pub fn replay(&self, mut take: impl FnMut(&[Event])) -> Result<Integrity, ReadError> {
        match &self.events {
            Events::Whole(whole) => whole.replay(take),
            Events::Trace(trace) => {
                trace.events().chunks(BLOCK_EVENTS).for_each(&mut take);
                Ok(trace.integrity().clone())
            }
        }
    }

    /// The same in blocks, for who asks for no stacks of accesses. `take` may leave another
    /// block in the place of the one that it was handed: it is filled next.
    ///
    /// # Errors
    ///
    /// As [`replay`](Self::replay).
    pub fn replay_blocks(
        &self,
        mut block: Block,
        mut take: impl FnMut(&mut Block),
    ) -> Result<Integrity, ReadError> {
        block.clear();
        match &self.events {
            Events::Whole(whole) => whole.replay_blocks(block, take),
            Events::Trace(trace) => {
                for event in trace.events() {
                    if block.is_full() {
                        take(&mut block);
                        block.clear();
                    }
                    block.push(event);
                }
                if block.events() > 0 {
                    take(&mut block);
                }
                Ok(trace.integrity().clone())
            }
        }
    }

    /// All events, where they are in memory anyway.
    #[must_use]
    pub fn collected(&self) -> Option<&Trace> {
        match &self.events {
            Events::Whole(_) => None,
            Events::Trace(trace) => Some(trace),
        }
    }

    /// The events without the accesses to locations that are not to be kept, in an order
    /// that is also that of the accesses to each location, as far as the log tells it.
    ///
    /// # Errors
    ///
    /// As [`replay`](Self::replay).
    pub fn excerpt(&self, keep: impl Fn(Location) -> bool) -> Result<Excerpt, ReadError> {
        let mut trace = match &self.events {
            Events::Whole(whole) => whole.excerpt(&keep)?,
            Events::Trace(trace) => trace.as_ref().clone().into_owned(),
        };
        trace.events.retain(|event| concerns(event.kind, &keep));
        Ok(Excerpt { trace })
    }

    /// All events at once, in the order of an [`excerpt`](Self::excerpt).
    ///
    /// # Errors
    ///
    /// As [`replay`](Self::replay).
    pub fn trace(&self) -> Result<Trace, ReadError> {
        match &self.events {
            Events::Whole(whole) => whole.excerpt(|_| true),
            Events::Trace(trace) => Ok(trace.as_ref().clone().into_owned()),
        }
    }
}

impl Excerpt {
    /// What was kept: a possible history too, since an access orders nothing.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The same, with nothing around it.
    #[must_use]
    pub fn into_trace(self) -> Trace {
        self.trace
    }
}

/// Whether an event is no access, or one of a location to be kept.
fn concerns(kind: EventKind, keep: &impl Fn(Location) -> bool) -> bool {
    let any = |extent: Extent| extent.locations().any(keep);
    match kind {
        EventKind::Read(extent) | EventKind::Write(extent) | EventKind::Forget(extent) => {
            any(extent)
        }
        EventKind::Acquire(_)
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
        | EventKind::Mark(_) => true,
    }
}
