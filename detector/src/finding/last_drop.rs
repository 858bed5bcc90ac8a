//! Cells that end with the last of std's own `Arc`s.
//!
//! An `Arc` that gives up its share releases, and the last one acquires before it
//! destroys what they shared: so the end of a cell in there comes after all that others
//! did while they had theirs. Of racegate's `Arc` the log has these edges. Of std's it has
//! the call alone, in the stacks.
//!
//! **Invariant:** what is said of a cell follows from stacks, and without their names
//! nothing is.

use std::collections::{BTreeMap, BTreeSet};

use racegate_eventlog::{EventKind, Location, StackId, StackNode, Trace};

use super::Frame;
use super::pairs::Place;
use super::stacks::{Stacks, is_standard};
use crate::symbols::Symbols;

/// The function in which std's `Arc` destroys what it holds. It is never inlined.
const LAST_DROP: (&str, &str) = ("alloc::sync::Arc<", ">::drop_slow");

/// The function by which racegate's `Arc` has std's destroy what it holds, once that is
/// recorded. It is never inlined either. Other functions of racegate may have a closure of
/// the program's in them that drops an `Arc` of std's.
const RECORDED: &str = "racegate::sync::arc::count::end";

/// Which locations end with the last of std's `Arc`s, and in which calls.
#[derive(Debug, Default)]
pub struct LastDrops(BTreeMap<Location, Ended>);

/// What is said of one location.
#[derive(Debug, Default)]
struct Ended {
    /// The calls in which it ends.
    calls: BTreeSet<StackId>,
    /// The stacks of accesses within these calls.
    stacks: BTreeSet<StackId>,
}

impl LastDrops {
    /// Those among these locations.
    pub(crate) fn among(locations: &BTreeSet<Location>, trace: &Trace, symbols: &Symbols) -> Self {
        let stacks = Stacks {
            tables: trace.tables(),
            symbols,
        };
        let mut calls = Calls {
            stacks,
            known: BTreeMap::new(),
        };
        let mut drops = Self::default();
        for event in trace.events() {
            let EventKind::Write(extent) = event.kind else {
                continue;
            };
            for location in extent.locations() {
                if locations.contains(&location)
                    && is_end(trace, location, event.stack)
                    && let Some(call) = calls.around(event.stack)
                {
                    drops.0.entry(location).or_default().calls.insert(call);
                }
            }
        }
        drops.find_accesses(trace, &mut calls);
        drops
    }

    /// What else the value does to the location as it ends, such as in its own `drop`.
    fn find_accesses(&mut self, trace: &Trace, calls: &mut Calls<'_>) {
        if self.0.is_empty() {
            return;
        }
        for event in trace.events() {
            let (EventKind::Read(extent) | EventKind::Write(extent)) = event.kind else {
                continue;
            };
            for location in extent.locations() {
                if let Some(ended) = self.0.get_mut(&location)
                    && let Some(call) = calls.around(event.stack)
                    && ended.calls.contains(&call)
                {
                    ended.stacks.insert(event.stack);
                }
            }
        }
    }

    /// Whether an access of the location with this stack is made while the last of std's
    /// `Arc`s destroys it.
    pub(super) fn include(&self, location: Location, stack: StackId) -> bool {
        self.0
            .get(&location)
            .is_some_and(|ended| ended.stacks.contains(&stack))
    }
}

/// The end of a cell is recorded where the cell was made.
fn is_end(trace: &Trace, location: Location, stack: StackId) -> bool {
    let tables = trace.tables();
    let (cell, _) = tables.cell_of(location);
    Place::of(tables, stack) == Place::of(tables, tables.cell(cell).created_at)
}

/// The innermost last drop around each stack.
struct Calls<'l> {
    stacks: Stacks<'l>,
    known: BTreeMap<StackId, Option<StackId>>,
}

impl Calls<'_> {
    /// The call, by the part of the stack that it and its callers are.
    fn around(&mut self, stack: StackId) -> Option<StackId> {
        let stacks = self.stacks;
        let known = self.known.entry(stack);
        *known.or_insert_with(|| find(&functions(stacks, stack)))
    }
}

/// The functions of a stack, innermost first.
fn functions(stacks: Stacks<'_>, stack: StackId) -> Vec<(StackId, &str)> {
    let nodes = stacks.tables.stacks.walk(stack);
    let functions = nodes.flat_map(|(id, node)| {
        let (text, frames): (_, &[Frame]) = match node {
            StackNode::Address { address, .. } => (None, stacks.symbols.frames(*address)),
            StackNode::Text { text, .. } => (Some(text.as_str()), &[]),
            StackNode::Root | StackNode::Cut | StackNode::Site { .. } => (None, &[]),
        };
        let frames = frames.iter().filter_map(|frame| frame.function.as_deref());
        text.into_iter()
            .chain(frames)
            .map(move |function| (id, function))
    });
    functions.collect()
}

/// The innermost last drop that std's `Arc` calls for, and not racegate's, whose drops are
/// recorded.
fn find(functions: &[(StackId, &str)]) -> Option<StackId> {
    let is_stds = |at: usize| {
        let caller = functions[at..].iter().find(|(_, it)| !is_standard(it));
        !caller.is_some_and(|(_, caller)| caller.starts_with(RECORDED))
    };
    let mut calls = functions.iter().enumerate();
    let call = calls.find(|(at, (_, function))| is_last_drop(function) && is_stds(*at));
    call.map(|(_, &(id, _))| id)
}

fn is_last_drop(function: &str) -> bool {
    let (start, end) = LAST_DROP;
    let path = function.trim_start_matches('<');
    path.starts_with(start) && path.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DROP_SLOW: &str = "alloc::sync::Arc<T,A>::drop_slow";
    const DROP: &str = "<alloc::sync::Arc<T,A> as core::ops::drop::Drop>::drop";

    /// Which of these functions, innermost first, is found to be the last drop.
    fn found(functions: &[&str]) -> Option<usize> {
        let numbered = (0..).map(StackId::new).zip(functions.iter().copied());
        find(&numbered.collect::<Vec<_>>()).map(StackId::index)
    }

    #[test]
    fn the_last_drop_of_stds_arc_is_known_by_its_function() {
        let glue = "core::ptr::drop_in_place<x::A>";
        assert_eq!(found(&["cell", glue, DROP_SLOW, DROP, "x::main"]), Some(2));
        assert_eq!(found(&["cell", DROP, "x::main"]), None);
        let v0 = "<alloc::sync::Arc<x::A>>::drop_slow";
        assert_eq!(found(&["cell", v0, "x::main"]), Some(1));
    }

    #[test]
    fn the_last_drop_of_ours_is_recorded_and_one_around_it_may_not_be() {
        for ours in [RECORDED, "racegate::sync::arc::count::end::<x::A>"] {
            assert_eq!(found(&["cell", DROP_SLOW, DROP, ours, "x::main"]), None);
            let around = ["cell", DROP_SLOW, DROP, ours, DROP_SLOW, "x::main"];
            assert_eq!(found(&around), Some(4));
        }
        let inlined = "racegate::thread::scoped::spawn::{closure#0}";
        assert_eq!(found(&["cell", DROP_SLOW, DROP, inlined]), Some(1));
    }

    #[test]
    fn of_two_last_drops_the_inner_one_counts() {
        assert_eq!(found(&["cell", DROP_SLOW, "x::A", DROP_SLOW]), Some(1));
    }
}
