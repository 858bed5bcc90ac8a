//! Every history of a few events over three threads, two mutexes, two cells and one
//! atomic, which may lie in one of the cells.
//!
//! Threads, mutexes and cells are numbered in the order of their first use: other
//! numbers make the same history. What makes no edge and no access (begin, request,
//! mark, block) is left out.
//!
//! **Invariant:** no history comes twice, and `validate` accepts each.

mod step;

use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    Event, Integrity, ObjectClass, ObjectId, ObjectInfo, Site, StackId, StackNode, Tables,
    ThreadId, ThreadInfo, ThreadOrigin, Trace,
};

use crate::definition::Access;
use step::State;

const THREADS: u32 = 3;
const MUTEXES: u32 = 2;
const CELLS: u32 = 2;
/// The object that stands behind the mutexes.
const ATOMIC: ObjectId = ObjectId::new(MUTEXES);

/// Which histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Small {
    /// The most events of a history.
    pub events: usize,
    /// Of those with the most events, which.
    pub of_the_longest: Longest,
    /// Where the atomic lies.
    pub atomic: AtomicPlace,
}

/// Where the atomic lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtomicPlace {
    /// In neither cell.
    Apart,
    /// In the second cell, which is so accessed atomically and plainly.
    InACell,
}

/// Which of the longest histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Longest {
    /// Each one.
    All,
    /// Those that end in an access. The others race where they raced one event before.
    EndInAccess,
    /// Those that end in an access of a cell that another thread accessed before, one
    /// of both writing. The others have no race that was not there one event before.
    EndInConflict,
}

/// The histories that begin with the same steps.
#[derive(Clone, Debug)]
pub struct Beginning {
    events: Vec<Event>,
    state: State,
}

impl Small {
    /// All histories, in groups.
    #[must_use]
    pub fn beginnings(self) -> Vec<Beginning> {
        let mut beginnings = vec![Beginning {
            events: Vec::new(),
            state: match self.atomic {
                AtomicPlace::Apart => State::default(),
                AtomicPlace::InACell => State::of_different_cells(),
            },
        }];
        for _ in 0..self.events.min(2) {
            let longer = beginnings.iter().flat_map(|beginning| {
                let next = beginning.state.next();
                next.into_iter().map(|(thread, kind, state)| {
                    let mut events = beginning.events.clone();
                    events.push(event(thread, kind, events.len()));
                    Beginning { events, state }
                })
            });
            beginnings = longer.collect();
        }
        beginnings
    }

    /// Every history of a group. Those of one event alone are in none: there is nothing
    /// to race with.
    ///
    /// # Errors
    ///
    /// With the first error of `each`.
    pub fn each<E>(
        self,
        beginning: &Beginning,
        each: &mut impl FnMut(&Trace) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut events = beginning.events.clone();
        self.visit(&mut events, &beginning.state, &tables(self), each)
    }

    fn visit<E>(
        self,
        events: &mut Vec<Event>,
        state: &State,
        tables: &Tables,
        each: &mut impl FnMut(&Trace) -> Result<(), E>,
    ) -> Result<(), E> {
        let full = events.len() == self.events;
        if !full || self.takes(events, tables) {
            let trace = validate(events.clone(), tables.clone(), Integrity::default());
            each(&trace.expect("the next step is always possible"))?;
        }
        if full {
            return Ok(());
        }
        for (thread, kind, state) in state.next() {
            events.push(event(thread, kind, events.len()));
            self.visit(events, &state, tables, each)?;
            events.pop();
        }
        Ok(())
    }

    fn takes(self, events: &[Event], tables: &Tables) -> bool {
        let Some((last, before)) = events.split_last() else {
            return false;
        };
        let Some(access) = Access::of(last.kind, tables) else {
            return self.of_the_longest == Longest::All;
        };
        let conflicts = |event: &Event| {
            event.thread != last.thread
                && Access::of(event.kind, tables).is_some_and(|other| {
                    other.extent == access.extent && other.kind.conflicts_with(access.kind)
                })
        };
        match self.of_the_longest {
            Longest::All | Longest::EndInAccess => true,
            Longest::EndInConflict => before.iter().any(conflicts),
        }
    }
}

/// Each event has a line of its own.
fn event(thread: ThreadId, kind: racegate_eventlog::EventKind, place: usize) -> Event {
    let stack = StackId::new(u32::try_from(place + 1).expect("histories are small"));
    Event {
        thread,
        stack,
        kind,
    }
}

fn tables(small: Small) -> Tables {
    let mut tables = Tables::default();
    for line in (1..).take(small.events) {
        let parent = StackId::EMPTY;
        let file = String::new();
        let site = Site {
            file,
            line,
            column: 1,
        };
        tables.stacks.push(StackNode::Site { parent, site });
    }
    for _ in 0..THREADS {
        tables.threads.push(ThreadInfo {
            name: None,
            origin: ThreadOrigin::Spawned,
        });
    }
    for object in 0..=MUTEXES {
        tables.add_object(ObjectInfo {
            class: if object < MUTEXES {
                ObjectClass::Mutex
            } else {
                ObjectClass::Atomic
            },
            name: None,
            type_name: None,
            created_at: StackId::EMPTY,
            partner: None,
        });
    }
    tables.add_cell(None, None, StackId::EMPTY, 1);
    match small.atomic {
        AtomicPlace::Apart => {
            tables.add_cell(None, None, StackId::EMPTY, 1);
        }
        AtomicPlace::InACell => {
            tables.add_memory(ATOMIC);
        }
    }
    tables
}
