//! From streams to one order: by program order, by every object's own sequence,
//! by fork and join, and (where it can be known) by every cell's version.
//!
//! A thread runs until its next record waits for another thread's, and is woken
//! by that. Sequences, forks and joins bind: what waits for something that never
//! comes is cut off there, with all that follows. Versions only guide: when
//! nothing else can go on, the lowest thread that waits for one goes on.
//!
//! **Invariant:** the events that come out are causally closed, and their order
//! depends on the records alone, not on the order of files or chunks.

pub(super) mod begun;
mod cursor;
mod cut;
pub(super) mod event;
mod plan;
mod run;
mod versions;
mod waiters;

use super::definitions::Definitions;
use super::streams::{Source, Streams};
use crate::event::Event;
use crate::integrity::Integrity;
use crate::record::Stamp;
use crate::tables::Tables;
use crate::validate::ValidateError;

/// The events of all streams in one order.
pub(crate) struct Merged {
    pub(crate) events: Vec<Event>,
    /// Places in `events`, ascending, before which something happened to the same
    /// object that is in another log or in none.
    pub(crate) gaps: Vec<usize>,
    /// The first access that leaves its cell.
    pub(crate) beyond: Option<ValidateError>,
    /// What the ids stand for.
    pub(crate) tables: Tables,
    /// What is missing.
    pub(crate) integrity: Integrity,
}

/// Ends the collecting of definitions: what the ids of these streams stand for.
pub(crate) fn resolve(streams: &Streams, definitions: &mut Definitions) {
    definitions.resolve(streams.threads);
    let program = cursor::Program::of(streams);
    let records = plan::records(&program).map(|(_, record)| record);
    definitions.resolve_memory(records, streams.are_whole());
}

/// Merges all streams.
pub(crate) fn merge(streams: &Streams, mut definitions: Definitions, source: Source) -> Merged {
    let mut integrity = streams.integrity.clone();
    let whole = streams.are_whole();
    let program = cursor::Program::of(streams);
    let plan = plan::Plan::of(&program, &mut definitions, whole);
    let mut merger = run::Merger::new(&program, plan, definitions);
    merger.run();
    if source == Source::Ended || !whole {
        integrity.cuts = merger.cuts();
        integrity.dropped_accesses += merger.dropped_accesses();
    }
    merger.finish(integrity)
}

/// The stamp of a step, which streams tell of each.
fn told(stamp: Option<Stamp>) -> Stamp {
    stamp.expect("streams tell every stamp")
}
