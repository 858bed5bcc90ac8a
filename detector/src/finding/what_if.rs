//! What if? A log with a step added or strengthened, run through the engine again.
//!
//! **Invariant:** a fix is proposed only if the changed history is a possible one
//! (no lock is held twice, no thread is joined before its end) and the engine orders
//! the two accesses in it.

use std::ops::RangeInclusive;

use racegate_eventlog::{Event, EventKind, LockMode, ThreadId, Trace};

use super::locks::Locks;
use super::pairs::RacyPair;
use crate::analysis::happens_before::HappensBefore;
use crate::clock::{Epoch, Reuse};

/// One step of a changed history.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Which event of the log this is; none for one that was added.
    pub(super) origin: Option<usize>,
    pub(super) event: Event,
}

/// The synchronisation of a log and one pair of its accesses, open to change.
#[derive(Clone, Debug)]
pub(super) struct WhatIf<'t> {
    trace: &'t Trace,
    pair: (usize, usize),
    pub(super) steps: Vec<Step>,
}

impl<'t> WhatIf<'t> {
    /// The history of a pair, unchanged.
    pub(super) fn new(trace: &'t Trace, pair: &RacyPair) -> Self {
        let pair = (pair.first, pair.second);
        let events = trace.events().iter().enumerate();
        let steps = events.filter_map(|(index, event)| {
            let matters = !is_plain_access(event.kind) || index == pair.0 || index == pair.1;
            matters.then_some(Step {
                origin: Some(index),
                event: *event,
            })
        });
        Self {
            trace,
            pair,
            steps: steps.collect(),
        }
    }

    /// Where an event of the log stands here.
    pub(super) fn position(&self, origin: usize) -> Option<usize> {
        self.steps
            .iter()
            .position(|step| step.origin == Some(origin))
    }

    /// Takes one access out, and puts it, with what surrounds it, before the step
    /// that now stands at `to`. That is legal between the two neighbouring steps of
    /// its thread, since an access alone tells nobody anything.
    pub(super) fn surround(
        &mut self,
        access: usize,
        to: usize,
        before: &[EventKind],
        after: &[EventKind],
    ) {
        let Some(from) = self.position(access) else {
            return;
        };
        let step = self.steps.remove(from);
        let to = if from < to { to - 1 } else { to };
        let added = |&kind: &EventKind| Step {
            origin: None,
            event: Event { kind, ..step.event },
        };
        let before = before.iter().map(added);
        let after = after.iter().map(added);
        let inserted: Vec<Step> = before.chain([step]).chain(after).collect();
        self.steps.splice(to..to, inserted);
    }

    /// The places that an access could have had without any other step of its thread
    /// noticing, as the steps before which it would stand, and its own among them.
    pub(super) fn window(&self, access: usize) -> Option<(RangeInclusive<usize>, usize)> {
        let here = self.position(access)?;
        let thread = self.steps[here].event.thread;
        let is_of_the_thread = |step: &Step| step.event.thread == thread;
        let earlier = self.steps[..here].iter().rposition(is_of_the_thread);
        let later = self.steps[here + 1..].iter().position(is_of_the_thread);
        let first = earlier.map_or(0, |step| step + 1);
        let last = later.map_or(self.steps.len(), |steps| here + 1 + steps);
        Some((first..=last, here))
    }

    /// Whether this is a possible history in which the pair is ordered.
    pub(super) fn is_possible_and_ordered(&self) -> bool {
        self.is_possible() && self.is_ordered()
    }

    fn is_possible(&self) -> bool {
        let mut locks = Locks::new(self.trace.tables());
        let mut ended: Vec<ThreadId> = Vec::new();
        self.steps.iter().enumerate().all(|(index, step)| {
            locks.step(index, &step.event);
            if step.event.kind == EventKind::End {
                ended.push(step.event.thread);
            }
            if let EventKind::Join(child) = step.event.kind {
                ended.contains(&child)
            } else if let EventKind::Acquire(_) = step.event.kind {
                may_hold(&locks, step.event.thread)
            } else {
                true
            }
        })
    }

    fn is_ordered(&self) -> bool {
        let events: Vec<Event> = self.steps.iter().map(|step| step.event).collect();
        let tables = self.trace.tables();
        let (threads, objects) = (tables.threads.len(), tables.objects.len());
        let mut order = HappensBefore::of_events(&events, threads, objects, Reuse::Exact);
        let mut earlier: Option<Epoch> = None;
        for step in &self.steps {
            let is_of_the_pair = [Some(self.pair.0), Some(self.pair.1)].contains(&step.origin);
            let mut ordered = None;
            order.step_with(&step.event, |epoch, clock| {
                if is_of_the_pair {
                    ordered = earlier.map(|earlier| clock.knows(earlier));
                    earlier = Some(epoch);
                }
            });
            if let Some(ordered) = ordered {
                return ordered;
            }
        }
        false
    }
}

/// Whether an event is an access and nothing else, so that nobody learns of it.
pub(super) fn is_plain_access(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Read(_) | EventKind::Write(_) | EventKind::Forget(_)
    )
}

/// Whether the lock that a thread took last may be held beside what others hold.
fn may_hold(locks: &Locks<'_>, thread: ThreadId) -> bool {
    let Some(holding) = locks.held(thread).last() else {
        return true;
    };
    let mut others = locks.modes_of_others(holding.lock, thread);
    match holding.mode {
        LockMode::Write => others.next().is_none(),
        LockMode::Read => others.all(|mode| mode == LockMode::Read),
    }
}
