//! Where a stack ends, by which a reader tells accesses apart.
//!
//! **Invariant:** equal places have equal numbers, whatever stack led there.

use std::collections::BTreeMap;

use racegate_eventlog::{Site, StackId, StackNode, Tables};

/// Where a stack ends, as far as the log says it without a symboliser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place<'t> {
    /// It is empty.
    Unknown,
    /// At a line of source.
    Line(&'t Site),
    /// At a return address.
    Address(u64),
    /// At a frame of a text trace.
    Text(&'t str),
}

impl<'t> Place<'t> {
    /// Where this stack ends.
    #[must_use]
    pub fn of(tables: &'t Tables, stack: StackId) -> Self {
        match tables.stacks.node(stack) {
            StackNode::Root | StackNode::Cut => Self::Unknown,
            StackNode::Site { site, .. } => Self::Line(site),
            StackNode::Address { address, .. } => Self::Address(*address),
            StackNode::Text { text, .. } => Self::Text(text),
        }
    }
}

/// The same, of no log in particular.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnedPlace {
    /// The stack is empty.
    Unknown,
    /// At a line of source.
    Line(Site),
    /// At a return address.
    Address(u64),
    /// At a frame of a text trace.
    Text(String),
}

impl From<Place<'_>> for OwnedPlace {
    fn from(place: Place<'_>) -> Self {
        match place {
            Place::Unknown => Self::Unknown,
            Place::Line(site) => Self::Line(site.clone()),
            Place::Address(address) => Self::Address(address),
            Place::Text(text) => Self::Text(text.to_owned()),
        }
    }
}

/// Numbers for sites: equal places have equal numbers, whatever stack led there.
#[derive(Debug)]
pub(super) struct Sites<'t> {
    tables: &'t Tables,
    numbers: BTreeMap<Place<'t>, u32>,
    /// By stack.
    known: Vec<Option<u32>>,
}

impl<'t> Sites<'t> {
    pub(super) fn new(tables: &'t Tables) -> Self {
        Self {
            tables,
            numbers: BTreeMap::new(),
            known: vec![None; tables.stacks.len()],
        }
    }

    pub(super) fn number(&mut self, stack: StackId) -> u32 {
        if let Some(number) = self.known[stack.index()] {
            return number;
        }
        let next = u32::try_from(self.numbers.len()).expect("fewer sites than stacks");
        let place = Place::of(self.tables, stack);
        let number = *self.numbers.entry(place).or_insert(next);
        self.known[stack.index()] = Some(number);
        number
    }
}
