//! Pass two's second half: from racy pairs to findings that can be read.
//!
//! **Invariant:** every pair is told, in a finding of its own or counted in that of
//! a pair that looks the same.

use racegate_eventlog::event::TEST_MARK;
use racegate_eventlog::{CellPlace, Event, EventKind, LockMode, ThreadId, Trace};

use super::evidence::Evidence;
use super::explanation::explain;
use super::group::{Group, group};
use super::help::{Fix, asked, fixes};
use super::history::History;
use super::pairs::RacyPair;
use super::scene::Scene;
use super::stacks::Stacks;
use super::{
    Access, Cell, Finding, HeldLock, State, Thread, Tier, Unordered, drawing, names, reason,
};
use crate::symbols::Symbols;

/// How many steps around pairs are gone through, in all, to try fixes: a bound on what
/// a long log with many findings costs.
const STEPS_TRIED: usize = 20_000_000;

/// The findings of one log, not yet folded with their like from others.
#[must_use]
pub fn tell(trace: &Trace, symbols: &Symbols, pairs: &[RacyPair]) -> Vec<Finding> {
    let groups = group(trace, pairs);
    let witnesses: Vec<RacyPair> = groups.iter().map(|group| group.witness).collect();
    let evidence = Evidence::gather(trace, &witnesses);
    let raced = pairs.iter().map(|pair| pair.location).collect();
    let explanations = explain(trace, &witnesses, &raced);
    let stacks = Stacks {
        tables: trace.tables(),
        symbols,
    };
    let history = History::new(trace);
    let mut left = STEPS_TRIED;
    let told = groups.iter().map(|group| {
        let scene = Scene {
            trace,
            stacks,
            evidence: &evidence,
            pair: &group.witness,
            explanations: &explanations,
        };
        let fixes = match asked(&scene, &history) {
            None => Some(Vec::new()),
            Some(asked) if asked.steps.len() > left => None,
            Some(asked) => {
                left -= asked.steps.len();
                Some(fixes(&scene, &asked))
            }
        };
        scene.tell(group, fixes)
    });
    told.collect()
}

impl Scene<'_> {
    /// The finding, with these fixes; `None` where none was tried.
    fn tell(&self, group: &Group, tried: Option<Vec<Fix>>) -> Finding {
        let try_fixes = tried.is_some();
        let fixes = tried.unwrap_or_default();
        // Where there is room for one note only, it is what is not certain.
        let mut notes: Vec<String> = self.unconfirmed().into_iter().collect();
        notes.extend(reason::notes(self));
        notes.extend(self.other_way_round());
        notes.extend(spread(self, group));
        if !try_fixes {
            notes.push("no fix was tried: the log is long and its races are many".to_owned());
        }
        Finding {
            fingerprint: String::new(),
            rule: self.rule().0,
            kind: self.rule().1,
            tier: self.pair.tier,
            state: State::New,
            cell: self.cell(group),
            first: self.access(self.pair.first),
            second: self.access(self.pair.second),
            unordered: self.unordered(&fixes),
            help: fixes.into_iter().map(|fix| fix.help).collect(),
            pairs: group.count,
            notes,
            test: self.test(),
        }
    }

    /// The rule and the kind: two uses of an object that exclude one another are no race
    /// of data.
    fn rule(&self) -> (&'static str, &'static str) {
        match self.misused() {
            Some(_) => ("RG0002", "conflicting-use"),
            None => ("RG0001", "data-race"),
        }
    }

    /// The test that was under way at the second access.
    fn test(&self) -> Option<String> {
        let names = &self.trace.tables().names;
        if !names.iter().any(|name| name.starts_with(TEST_MARK)) {
            return None;
        }
        let mut before = self.trace.events()[..self.pair.second].iter().rev();
        let test = |event: &Event| {
            let EventKind::Mark(name) = event.kind else {
                return None;
            };
            names[name.index()].strip_prefix(TEST_MARK)
        };
        before.find_map(test).map(str::to_owned)
    }

    /// What is not certain, and why.
    fn unconfirmed(&self) -> Option<String> {
        match self.pair.tier {
            Tier::First | Tier::Schedulable => return None,
            Tier::Unconfirmed => {}
        }
        if self.pair.in_last_drop {
            return Some(
                "unconfirmed: (2) is where the last of std's own `Arc`s is dropped, after all that \
                 others did while they had theirs; its count was not recorded: take racegate's \
                 (loom's) `Arc` there"
                    .to_owned(),
            );
        }
        let pair = (self.pair.first, self.pair.second);
        let Some(earlier) = self.explanations.get(&pair) else {
            return Some(
                "unconfirmed: an earlier race may be what lets these two happen so".to_owned(),
            );
        };
        let by = |event| names::thread(self.trace.tables(), self.thread(event));
        Some(format!(
            "unconfirmed: {} saw at {} what {} wrote to `{}` at {}, in a race that may be what \
             lets these two happen so: mend that one first",
            by(earlier.read),
            self.place(earlier.read),
            by(earlier.write),
            self.stacks.cell(earlier.location).name,
            self.place(earlier.write),
        ))
    }

    /// The same two places, in the other order.
    fn other_way_round(&self) -> Option<String> {
        let (first, second) = self.pair.reversed?;
        let [first, second] = [first, second].map(|event| {
            let verb = self.verb(event);
            let thread = names::thread(self.trace.tables(), self.thread(event));
            format!("{verb} by {thread} at {}", self.place(event))
        });
        Some(format!("also the other way round: {first}, then {second}"))
    }

    fn cell(&self, group: &Group) -> Cell {
        let location = self.pair.location;
        if group.parts.is_empty() {
            return self.stacks.cell(location);
        }
        let (id, _) = self.trace.tables().cell_of(location);
        match &self.trace.tables().cell(id).place {
            CellPlace::Memory(bounds) => self.stacks.bytes(id, bounds, &group.parts),
            CellPlace::Cell | CellPlace::Object(_) => self.stacks.whole_cell(id),
        }
    }

    fn unordered(&self, fixes: &[Fix]) -> Unordered {
        let mut reason = reason::reason(self);
        let near_misses = fixes.iter().filter_map(|fix| fix.near_miss.clone());
        reason.lines.extend(near_misses);
        Unordered {
            last_edge: reason.last_edge,
            nearest_release: reason.nearest_release,
            text: reason.lines.join("\n"),
            drawing: drawing::drawing(self),
        }
    }

    fn access(&self, event: usize) -> Access {
        let locks = self.held(event).iter().map(|holding| HeldLock {
            name: self.stacks.object(holding.lock),
            mode: match holding.mode {
                LockMode::Read => "read",
                LockMode::Write => "write",
            },
            acquired_at: self.site(holding.since),
        });
        Access {
            access: self.kind(event),
            verb: self.verb(event),
            thread: self.told_thread(self.thread(event)),
            site: self.site(event),
            event,
            stack: self.stacks.frames(self.trace.events()[event].stack),
            locks: locks.collect(),
        }
    }

    fn told_thread(&self, id: ThreadId) -> Thread {
        let tables = self.trace.tables();
        let fork = self.evidence.forks.get(&id);
        Thread {
            id: id.number(),
            name: tables.thread(id).name.clone(),
            spawned_at: fork.map(|&fork| self.site(fork)),
            spawned_by: fork.map(|&fork| names::thread(tables, self.thread(fork))),
        }
    }
}

/// Where else the same race was.
fn spread(scene: &Scene<'_>, group: &Group) -> Vec<String> {
    let mut notes = Vec::new();
    // Of bytes the cell's name says it.
    if let (Some(first), Some(last), false) =
        (group.parts.first(), group.parts.last(), scene.is_of_bytes())
    {
        let count = group.parts.len();
        notes.push(format!(
            "{count} parts of it raced like this, from [{first}] to [{last}]"
        ));
    }
    if group.cells.len() > 1 {
        let count = group.cells.len();
        notes.push(format!("{count} cells made at that place raced like this"));
    }
    notes
}
