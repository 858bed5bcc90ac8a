//! Notes: named points and blocks, which make no edge.

use std::panic::Location;

use racegate_eventlog::NameId;
use racegate_eventlog::record::{NoteVerb, Record};

use super::lane;
use super::weight::Weight;

/// Appends a note of a named point or block.
fn note(name: &str, site: &'static Location<'static>, verb: fn(NameId) -> NoteVerb) {
    lane::with(Weight::Access, |lane| {
        let stack = lane.capture(site);
        let id = lane.log().name(name);
        let (stream, sink) = lane.stream();
        stream.define_name(sink, id, name);
        lane.append(&Record::Note {
            verb: verb(id),
            stack,
        });
    });
}

/// Records a named point.
#[track_caller]
pub(crate) fn mark(name: &str) {
    note(name, Location::caller(), NoteVerb::Mark);
}

/// Records the begin of a declared atomic block.
#[track_caller]
pub(crate) fn block_begin(name: &str) {
    note(name, Location::caller(), NoteVerb::BlockBegin);
}

/// Records the end of a declared atomic block that began at `site`.
pub(crate) fn block_end(name: &str, site: &'static Location<'static>) {
    note(name, site, NoteVerb::BlockEnd);
}
