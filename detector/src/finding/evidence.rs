//! Everything the stories of one log are told from, gathered in a single replay.
//!
//! **Invariant:** what a thread "had learnt" is read off the engine's own clocks, so
//! a story never contradicts the verdict.

use std::collections::{BTreeMap, BTreeSet};

use racegate_eventlog::{Event, EventKind, ObjectClass, ObjectId, ThreadId, Trace};

use super::history::is_plain_access;
use super::locks::{Holding, Locks};
use super::pairs::RacyPair;
use super::words;
use crate::analysis::happens_before::HappensBefore;
use crate::clock::{Epoch, Time};

/// What was seen of the threads that raced.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The event that forked each thread.
    pub(super) forks: BTreeMap<ThreadId, usize>,
    /// The events that joined each thread.
    pub(super) joins: BTreeMap<ThreadId, Vec<usize>>,
    /// The scope that each racing thread returned to, where it was spawned in one.
    scopes: BTreeMap<ThreadId, ObjectId>,
    /// The events that ended scopes.
    scope_ends: BTreeMap<ObjectId, usize>,
    /// What was held at each racy access that is told of.
    pub(super) held: BTreeMap<usize, Vec<Holding>>,
    /// The events of racing threads that are no accesses.
    steps: BTreeMap<ThreadId, Vec<usize>>,
    /// For racing threads, the events after which what came before could be known.
    ticks: BTreeMap<ThreadId, Vec<(Time, usize)>>,
    /// What the second thread of a pair had learnt of the first, by the pair's events.
    learnt: BTreeMap<(usize, usize), Learnt>,
}

/// The last edge from one thread to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Learnt {
    /// The event by which it was learnt: one of the learner, or the fork that made it.
    pub(super) by: usize,
    /// The last time of the other thread that is known.
    time: Time,
}

impl Evidence {
    pub(super) fn gather(trace: &Trace, pairs: &[RacyPair]) -> Self {
        let mut replay = Replay::new(trace, pairs);
        for (index, event) in trace.events().iter().enumerate() {
            replay.step(index, event);
        }
        replay.evidence
    }

    /// The events of a racing thread that are no accesses, before one of its events:
    /// the nearest first.
    pub(super) fn steps_before(
        &self,
        thread: ThreadId,
        event: usize,
    ) -> impl DoubleEndedIterator<Item = usize> {
        let steps = self.steps.get(&thread).map_or(&[][..], Vec::as_slice);
        let here = steps.partition_point(|&step| step < event);
        steps[..here].iter().rev().copied()
    }

    /// Those after one of its events: the nearest first.
    pub(super) fn steps_after(
        &self,
        thread: ThreadId,
        event: usize,
    ) -> impl DoubleEndedIterator<Item = usize> {
        let steps = self.steps.get(&thread).map_or(&[][..], Vec::as_slice);
        let here = steps.partition_point(|&step| step <= event);
        steps[here..].iter().copied()
    }

    /// The events that waited for the end of a thread: joins, and the end of its scope.
    pub(super) fn waits_for(&self, thread: ThreadId) -> impl Iterator<Item = usize> {
        let joins = self.joins.get(&thread).into_iter().flatten();
        let scope = self.scopes.get(&thread);
        let end = scope.and_then(|scope| self.scope_ends.get(scope));
        joins.chain(end).copied()
    }

    /// The last edge from the first thread of a pair to the second, before the
    /// second access: by which event it was learnt, and up to which of the first
    /// thread's events.
    pub(super) fn last_edge(&self, trace: &Trace, pair: &RacyPair) -> Option<(usize, usize)> {
        let learnt = self.learnt.get(&(pair.first, pair.second))?;
        let thread = trace.events()[pair.first].thread;
        let ticks = self.ticks.get(&thread)?;
        let after = ticks.partition_point(|tick| tick.0 <= learnt.time);
        let (_, known) = ticks[..after].last()?;
        Some((learnt.by, *known))
    }
}

struct Replay<'t> {
    trace: &'t Trace,
    order: HappensBefore,
    locks: Locks<'t>,
    racing: BTreeSet<ThreadId>,
    /// By learner: whom it is watched for.
    watched: BTreeMap<ThreadId, BTreeSet<ThreadId>>,
    /// The pairs by their second event.
    pairs: BTreeMap<usize, Vec<usize>>,
    accesses: BTreeSet<usize>,
    /// By thread: its first epoch.
    begun: Vec<Option<Epoch>>,
    /// By learner, then by whom it learnt of.
    learnt: BTreeMap<(ThreadId, ThreadId), Learnt>,
    evidence: Evidence,
}

impl<'t> Replay<'t> {
    fn new(trace: &'t Trace, pairs: &[RacyPair]) -> Self {
        let thread = |event: usize| trace.events()[event].thread;
        let mut watched: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut by_second: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut accesses = BTreeSet::new();
        for pair in pairs {
            let (teacher, learner) = (thread(pair.first), thread(pair.second));
            watched.entry(learner).or_default().insert(teacher);
            by_second.entry(pair.second).or_default().push(pair.first);
            accesses.extend([pair.first, pair.second]);
        }
        Self {
            trace,
            order: HappensBefore::new(trace),
            locks: Locks::new(trace.tables()),
            racing: accesses.iter().map(|&event| thread(event)).collect(),
            watched,
            pairs: by_second,
            accesses,
            begun: vec![None; trace.tables().threads.len()],
            learnt: BTreeMap::new(),
            evidence: Evidence::default(),
        }
    }

    fn step(&mut self, index: usize, event: &Event) {
        let thread = event.thread;
        if is_plain_access(event.kind) {
            self.access(index, thread);
            self.order.step(event);
            return;
        }
        self.locks.step(index, event);
        self.begin(thread);
        let races = self.accesses.contains(&index);
        if self.racing.contains(&thread) && !races {
            self.evidence.steps.entry(thread).or_default().push(index);
            let epoch = self.order.now(thread).0;
            if words::releases(event.kind) {
                let ticks = self.evidence.ticks.entry(thread).or_default();
                ticks.push((epoch.time, index));
            }
        }
        self.scope(index, event);
        self.order.step(event);
        if let EventKind::Fork(child) = event.kind {
            self.evidence.forks.insert(child, index);
            self.learn(child, index);
        } else if let EventKind::Join(child) = event.kind {
            self.evidence.joins.entry(child).or_default().push(index);
        }
        self.learn(thread, index);
        if races {
            self.access(index, thread);
        }
    }

    fn scope(&mut self, index: usize, event: &Event) {
        let is_scope =
            |object: &ObjectId| self.trace.tables().object(*object).class == ObjectClass::Scope;
        let Some(scope) = words::object_of(event.kind).filter(is_scope) else {
            return;
        };
        if !words::releases(event.kind) {
            self.evidence.scope_ends.insert(scope, index);
        } else if self.racing.contains(&event.thread) {
            self.evidence.scopes.insert(event.thread, scope);
        }
    }

    fn access(&mut self, index: usize, thread: ThreadId) {
        self.begin(thread);
        if !self.accesses.contains(&index) {
            return;
        }
        let held = self.locks.held(thread).to_vec();
        self.evidence.held.insert(index, held);
        for &first in self.pairs.get(&index).into_iter().flatten() {
            let teacher = self.trace.events()[first].thread;
            if let Some(&learnt) = self.learnt.get(&(thread, teacher)) {
                self.evidence.learnt.insert((first, index), learnt);
            }
        }
    }

    fn begin(&mut self, thread: ThreadId) {
        if self.begun[thread.index()].is_none() {
            self.begun[thread.index()] = Some(self.order.now(thread).0);
        }
    }

    /// Notes by which event a thread learnt more of those it is watched for.
    fn learn(&mut self, learner: ThreadId, by: usize) {
        for &teacher in self.watched.get(&learner).into_iter().flatten() {
            let Some(begun) = self.begun[teacher.index()] else {
                continue;
            };
            let known = self.order.time_known(learner, begun.slot);
            // An earlier time of the slot is of a thread that had it before.
            let Some(time) = known.filter(|&time| time >= begun.time) else {
                continue;
            };
            let last = self.learnt.entry((learner, teacher));
            let last = last.or_insert(Learnt { by, time });
            if last.time < time {
                *last = Learnt { by, time };
            }
        }
    }
}
