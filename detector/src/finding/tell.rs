//! Pass two's second half: from a racy pair to a finding that can be read.

use std::collections::BTreeMap;

use racegate_eventlog::{EventKind, ThreadId, Trace};

use super::names;
use super::pairs::RacyPair;
use super::stacks::Stacks;
use super::{Access, AccessKind, Finding, Site, State, Thread, Unordered};
use crate::symbols::Symbols;

/// A finding of one log, not yet folded with its like.
#[derive(Clone, Debug)]
pub struct Told {
    /// The finding, without its fingerprint.
    pub finding: Finding,
}

/// The findings of one log.
#[must_use]
pub fn tell(trace: &Trace, symbols: &Symbols, pairs: &[RacyPair]) -> Vec<Told> {
    let teller = Teller::new(trace, symbols);
    pairs.iter().map(|pair| teller.tell(pair)).collect()
}

struct Teller<'l> {
    trace: &'l Trace,
    stacks: Stacks<'l>,
    /// The event that forked each thread.
    forks: BTreeMap<ThreadId, usize>,
}

impl<'l> Teller<'l> {
    fn new(trace: &'l Trace, symbols: &'l Symbols) -> Self {
        let mut forks = BTreeMap::new();
        for (index, event) in trace.events().iter().enumerate() {
            if let EventKind::Fork(child) = event.kind {
                forks.insert(child, index);
            }
        }
        let stacks = Stacks {
            tables: trace.tables(),
            symbols,
        };
        Self {
            trace,
            stacks,
            forks,
        }
    }

    fn tell(&self, pair: &RacyPair) -> Told {
        let first = self.access(pair.first);
        let second = self.access(pair.second);
        let finding = Finding {
            fingerprint: String::new(),
            rule: "RG0001",
            kind: "data-race",
            tier: pair.tier,
            state: State::New,
            cell: self.stacks.cell(pair.location),
            unordered: Unordered {
                last_edge: None,
                nearest_release: None,
                text: "nothing orders (1) before (2), or (2) before (1)".to_owned(),
                drawing: Vec::new(),
            },
            first,
            second,
            help: Vec::new(),
            pairs: pair.count,
            notes: Vec::new(),
        };
        Told { finding }
    }

    fn access(&self, index: usize) -> Access {
        let event = &self.trace.events()[index];
        let (access, _) = AccessKind::of(event.kind).expect("racy events are accesses");
        Access {
            access,
            thread: self.thread(event.thread),
            site: self.stacks.site(event.stack).unwrap_or_else(unknown),
            event: index,
            stack: self.stacks.frames(event.stack),
            locks: Vec::new(),
        }
    }

    fn thread(&self, id: ThreadId) -> Thread {
        let tables = self.trace.tables();
        let fork = self
            .forks
            .get(&id)
            .map(|&index| &self.trace.events()[index]);
        Thread {
            id: id.number(),
            name: tables.thread(id).name.clone(),
            spawned_at: fork.and_then(|fork| self.stacks.site(fork.stack)),
            spawned_by: fork.map(|fork| names::thread(tables, fork.thread)),
        }
    }
}

fn unknown() -> Site {
    Site {
        file: "unknown".to_owned(),
        line: 0,
        column: 0,
        function: None,
    }
}
