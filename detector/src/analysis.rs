//! Pass one, which finds where a log races, and the analyses, which say what races
//! there: one file each, one table [`ANALYSES`].
//!
//! **Invariant:** an analysis is a function of the trace alone, and names every
//! racy event, not only the first of each location.

pub mod djit;
pub mod happens_before;
pub mod hb;
pub mod pass_one;
mod shadow;
pub mod shb;

use std::collections::BTreeSet;

use racegate_eventlog::{CellId, EventKind, Extent, Location, LockMode, Tables, Trace};
use serde::Serialize;

/// An analysis of a trace.
#[derive(Clone, Copy, Debug)]
pub struct Analysis {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it finds, in a sentence.
    pub about: &'static str,
    /// The order in which the accesses that it names are unordered.
    pub order: Order,
    /// What it is shown of a log.
    pub sight: Sight,
    /// The analysis itself.
    pub run: fn(&Trace) -> Racy,
}

/// An order of a trace's events. Each analysis names exactly the races of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What the language's synchronisation orders.
    HappensBefore,
    /// That, and every read after the write that it reads from.
    Schedulable,
}

/// What an analysis is shown of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// What concerns the locations that pass one names.
    Raced,
    /// Everything: it is a second opinion on pass one, too.
    Everything,
}

/// Every analysis; the first is the default.
pub const ANALYSES: &[Analysis] = &[
    Analysis {
        name: "hb",
        about: "accesses unordered by happens-before, with epochs (FastTrack) and every racy event",
        order: Order::HappensBefore,
        sight: Sight::Raced,
        run: hb::run,
    },
    Analysis {
        name: "djit",
        about: "the same by plain vector clocks (DJIT+): slow, a second opinion",
        order: Order::HappensBefore,
        sight: Sight::Everything,
        run: djit::run,
    },
    Analysis {
        name: "shb",
        about: "only those that no earlier race explains: a read also follows the write it reads from",
        order: Order::Schedulable,
        sight: Sight::Raced,
        run: shb::run,
    },
];

/// The analysis with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Analysis> {
    ANALYSES.iter().find(|analysis| analysis.name == name)
}

/// What an analysis finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Racy {
    /// Every event (an index into the merged order) that races, on the location,
    /// with an earlier event. In the merged order, then by location.
    pub events: Vec<(usize, Location)>,
}

impl Racy {
    /// How many distinct events race with an earlier one.
    #[must_use]
    pub fn distinct_events(&self) -> usize {
        self.events.chunk_by(|a, b| a.0 == b.0).count()
    }

    /// The locations that raced.
    #[must_use]
    pub fn locations(&self) -> BTreeSet<Location> {
        self.events.iter().map(|&(_, location)| location).collect()
    }

    /// The cells of which any part raced.
    #[must_use]
    pub fn cells(&self, trace: &Trace) -> BTreeSet<CellId> {
        let tables = trace.tables();
        let locations = self.events.iter();
        locations
            .map(|&(_, location)| tables.cell_of(location).0)
            .collect()
    }
}

/// Read or write, plain or atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessKind {
    /// A read.
    Read,
    /// A write.
    Write,
    /// An atomic load of memory that is also accessed plainly.
    AtomicRead,
    /// An atomic store or read-modify-write of such memory, or a wait for an object
    /// that must not be put to use meanwhile.
    AtomicWrite,
}

impl AccessKind {
    /// What an event accesses, and how; none for an event that is no access.
    #[must_use]
    pub fn of(kind: EventKind, tables: &Tables) -> Option<(Self, Extent)> {
        let memory = |kind: Self, object| Some((kind, tables.memory(object)?));
        match kind {
            EventKind::Read(extent) => Some((Self::Read, extent)),
            EventKind::Write(extent) => Some((Self::Write, extent)),
            EventKind::Load(object, _) => memory(Self::AtomicRead, object),
            EventKind::Request(object, LockMode::Read) => memory(Self::AtomicRead, object),
            EventKind::Store(object, _)
            | EventKind::Rmw(object, _)
            | EventKind::Request(object, LockMode::Write) => memory(Self::AtomicWrite, object),
            EventKind::Forget(_)
            | EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Fence(_)
            | EventKind::Fork(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::Join(_)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => None,
        }
    }

    /// Whether it changes what it accesses.
    #[must_use]
    pub fn writes(self) -> bool {
        match self {
            Self::Write | Self::AtomicWrite => true,
            Self::Read | Self::AtomicRead => false,
        }
    }

    /// Whether it is atomic.
    #[must_use]
    pub fn is_atomic(self) -> bool {
        match self {
            Self::AtomicRead | Self::AtomicWrite => true,
            Self::Read | Self::Write => false,
        }
    }

    /// Whether two accesses of one location conflict: one of them writes, and one of
    /// them is not atomic.
    #[must_use]
    pub fn conflicts_with(self, other: Self) -> bool {
        (self.writes() || other.writes()) && !(self.is_atomic() && other.is_atomic())
    }
}
