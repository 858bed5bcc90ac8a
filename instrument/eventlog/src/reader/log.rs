//! A log that is open: its tables, and its events block by block, as often as
//! they are asked for.
//!
//! **Invariant:** every replay hands over the same events in the same order, and
//! they are those of the [`Trace`] that [`read`](super::read) returns.

use std::borrow::Cow;
use std::path::Path;

use super::{LogImage, ReadError, read, read_image};
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
    positions: Vec<u64>,
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
    trace: Cow<'a, Trace>,
    demand: Vec<Demand>,
}

impl Log<'static> {
    /// The log at `path`, as [`read`] takes it.
    ///
    /// # Errors
    ///
    /// When there is no log, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Ok(Self::of(Cow::Owned(read(path)?)))
    }
}

impl<'a> Log<'a> {
    /// A log in memory, as [`read_image`] takes it.
    ///
    /// # Errors
    ///
    /// When its header cannot be read.
    pub fn of_image(image: &'a LogImage) -> Result<Self, ReadError> {
        Ok(Self::of(Cow::Owned(read_image(image)?)))
    }

    /// A trace, as if it had just been opened.
    #[must_use]
    pub fn of_trace(trace: &'a Trace) -> Self {
        Self::of(Cow::Borrowed(trace))
    }

    fn of(trace: Cow<'a, Trace>) -> Self {
        let mut demand = vec![Demand::default(); trace.tables().threads.len()];
        for event in trace.events() {
            demand[event.thread.index()].events += 1;
            if let EventKind::Join(child) = event.kind {
                demand[child.index()].joins += 1;
            }
        }
        Self { trace, demand }
    }

    /// What the ids of its events stand for.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        self.trace.tables()
    }

    /// By thread: how often it is asked for. Where records cannot be used, the
    /// events are fewer, and never more.
    #[must_use]
    pub fn demand(&self) -> &[Demand] {
        &self.demand
    }

    /// Hands over all events in merged order, in blocks of at most [`BLOCK_EVENTS`],
    /// and says what is missing.
    ///
    /// # Errors
    ///
    /// When the log cannot be read or the events are no possible history. What was
    /// handed over until then means nothing.
    pub fn replay(&self, mut take: impl FnMut(&[Event])) -> Result<Integrity, ReadError> {
        self.trace.events().chunks(BLOCK_EVENTS).for_each(&mut take);
        Ok(self.trace.integrity().clone())
    }

    /// The events without the accesses to locations that are not to be kept.
    ///
    /// # Errors
    ///
    /// As [`replay`](Self::replay).
    pub fn excerpt(&self, keep: impl Fn(Location) -> bool) -> Result<Excerpt, ReadError> {
        let (mut events, mut positions) = (Vec::new(), Vec::new());
        let mut position = 0;
        let integrity = self.replay(|block| {
            for event in block {
                if concerns(event.kind, &keep) {
                    events.push(*event);
                    positions.push(position);
                }
                position += 1;
            }
        })?;
        Ok(Excerpt {
            trace: Trace {
                events,
                tables: self.tables().clone(),
                integrity,
            },
            positions,
        })
    }

    /// All events at once.
    ///
    /// # Errors
    ///
    /// As [`replay`](Self::replay).
    pub fn trace(&self) -> Result<Trace, ReadError> {
        self.excerpt(|_| true).map(|excerpt| excerpt.trace)
    }
}

impl Excerpt {
    /// What was kept: a possible history too, since an access orders nothing.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// By event of [`trace`](Self::trace): its place among all events of the log.
    #[must_use]
    pub fn positions(&self) -> &[u64] {
        &self.positions
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
