//! A validated trace: what an engine is fed.

use crate::event::Event;
use crate::integrity::Integrity;
use crate::tables::Tables;

/// A possible history of a program: every event has its predecessors before it.
///
/// **Invariant:** only [`validate`](crate::validate::validate) constructs one.
#[derive(Clone, Debug)]
pub struct Trace {
    pub(crate) events: Vec<Event>,
    pub(crate) tables: Tables,
    pub(crate) integrity: Integrity,
}

impl Trace {
    /// The events in merged order: program order of every thread, the sequence of
    /// every object, and fork and join all agree with it.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What the ids stand for.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// What the log lost.
    #[must_use]
    pub fn integrity(&self) -> &Integrity {
        &self.integrity
    }
}
