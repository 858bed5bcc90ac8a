//! One racy pair as those who tell of it see it.

use racegate_eventlog::{CellPlace, ObjectClass, ThreadId, Trace};

use super::evidence::Evidence;
use super::explanation::Explanations;
use super::locks::Holding;
use super::pairs::RacyPair;
use super::stacks::Stacks;
use super::{AccessKind, Site, names, words};

/// One racy pair, with all that is known around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'l> {
    pub(super) trace: &'l Trace,
    pub(super) stacks: Stacks<'l>,
    pub(super) evidence: &'l Evidence,
    pub(super) pair: &'l RacyPair,
    pub(super) explanations: &'l Explanations,
}

impl Scene<'_> {
    /// Whose event it is.
    pub(super) fn thread(&self, event: usize) -> ThreadId {
        self.trace.events()[event].thread
    }

    /// How one of the pair's events accesses the cell.
    pub(super) fn kind(&self, event: usize) -> AccessKind {
        let kind = self.trace.events()[event].kind;
        AccessKind::of(kind, self.trace.tables())
            .expect("racy events are accesses")
            .0
    }

    /// What one of the pair's events is called.
    pub(super) fn verb(&self, event: usize) -> &'static str {
        words::access(self.misused(), self.kind(event))
    }

    /// The class of the object that is misused, where the race is none of data: an atomic
    /// is data itself.
    pub(super) fn misused(&self) -> Option<ObjectClass> {
        let CellPlace::Object(object) = self.place_of_cell() else {
            return None;
        };
        let class = self.trace.tables().object(*object).class;
        Some(class).filter(|&class| class != ObjectClass::Atomic)
    }

    /// Whether the race is of bytes that are no cell.
    pub(super) fn is_of_bytes(&self) -> bool {
        matches!(self.place_of_cell(), CellPlace::Memory(_))
    }

    fn place_of_cell(&self) -> &CellPlace {
        let tables = self.trace.tables();
        let (cell, _) = tables.cell_of(self.pair.location);
        &tables.cell(cell).place
    }

    /// The locks held at one of the pair's events.
    pub(super) fn held(&self, event: usize) -> &[Holding] {
        let held = self.evidence.held.get(&event);
        held.map_or(&[], Vec::as_slice)
    }

    /// `file:line` of an event.
    pub(super) fn place(&self, event: usize) -> String {
        names::place(&self.site(event))
    }

    /// `file:line (event #8)`.
    pub(super) fn at(&self, event: usize) -> String {
        // The place where a thread ends is nobody's line.
        if words::is_end(self.trace, event) {
            return format!("event #{event}");
        }
        format!("{} (event #{event})", self.place(event))
    }

    /// What an event did, and where.
    pub(super) fn told(&self, event: usize) -> String {
        let deed = self.stacks.deed(&self.trace.events()[event]);
        format!("{deed}, {}", self.at(event))
    }

    pub(super) fn site(&self, event: usize) -> Site {
        let stack = self.trace.events()[event].stack;
        self.stacks.site(stack).unwrap_or_else(|| Site {
            file: "unknown place".to_owned(),
            line: 0,
            column: 0,
            function: None,
        })
    }
}
