//! The synchronisation of a log: what a changed history is a change of.
//!
//! **Invariant:** what is known before and after a stretch of it is what a walk over the
//! whole of it finds there.

use std::ops::Range;

use racegate_eventlog::{Event, EventKind, LockMode, ThreadId, Trace};

use super::locks::Locks;

/// After so many steps the locks that are held are noted. Tests have short histories.
const STRIDE: usize = if cfg!(test) { 4 } else { 4096 };

/// The steps of a log: its events that are more than accesses.
#[derive(Debug)]
pub(super) struct History<'t> {
    pub(super) trace: &'t Trace,
    /// Which events they are.
    steps: Vec<usize>,
    /// Those steps that cannot be: where records are lost.
    impossible: Vec<usize>,
    /// By thread: the event that ended it.
    ends: Vec<Option<usize>>,
    /// What is held before every [`STRIDE`]-th step.
    held: Vec<Locks<'t>>,
}

impl<'t> History<'t> {
    pub(super) fn new(trace: &'t Trace) -> Self {
        let events = trace.events();
        let steps = (0..events.len()).filter(|&event| !is_plain_access(events[event].kind));
        let mut history = Self {
            trace,
            steps: steps.collect(),
            impossible: Vec::new(),
            ends: vec![None; trace.tables().threads.len()],
            held: Vec::new(),
        };
        history.walk();
        history
    }

    fn walk(&mut self) {
        let mut locks = Locks::new(self.trace.tables());
        for (step, &index) in self.steps.iter().enumerate() {
            if step % STRIDE == 0 {
                self.held.push(locks.clone());
            }
            let event = self.trace.events()[index];
            locks.step(index, &event);
            if event.kind == EventKind::End {
                self.ends[event.thread.index()] = Some(index);
            }
            if !is_possible(&event, &locks, |child| self.ends[child.index()].is_some()) {
                self.impossible.push(step);
            }
        }
    }

    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The events that these steps are.
    pub(super) fn events(&self, steps: Range<usize>) -> &[usize] {
        &self.steps[steps]
    }

    /// The steps before an event.
    pub(super) fn before(&self, event: usize) -> usize {
        self.steps.partition_point(|&step| step < event)
    }

    /// The thread's last step before one of its events, and its next one.
    pub(super) fn neighbours(&self, event: usize) -> (Option<usize>, Option<usize>) {
        let events = self.trace.events();
        let thread = events[event].thread;
        let (before, after) = self.steps.split_at(self.before(event));
        let is_own = |&step: &usize| events[step].thread == thread && step != event;
        let last = before.iter().rposition(is_own);
        let next = after.iter().position(is_own);
        (last, next.map(|next| before.len() + next))
    }

    /// Whether a thread has ended before an event.
    pub(super) fn has_ended(&self, thread: ThreadId, event: usize) -> bool {
        self.ends[thread.index()].is_some_and(|end| end < event)
    }

    /// The locks that are held before a step.
    pub(super) fn held_before(&self, step: usize) -> Locks<'t> {
        // Noted before the first step of all, too, if there is one.
        let noted = step.min(self.len().saturating_sub(1)) / STRIDE;
        let locks = self.held.get(noted).cloned();
        let mut locks = locks.unwrap_or_else(|| Locks::new(self.trace.tables()));
        for &index in &self.steps[noted * STRIDE..step] {
            locks.step(index, &self.trace.events()[index]);
        }
        locks
    }

    /// Whether the steps outside of a stretch can be, where `held` is held at its end.
    pub(super) fn is_possible_around(&self, stretch: &Range<usize>, held: &Locks<'t>) -> bool {
        if self.impossible.iter().any(|&step| step < stretch.start) {
            return false;
        }
        if held.are_held_as_in(&self.held_before(stretch.end)) {
            return self.impossible.iter().all(|&step| step < stretch.end);
        }
        let mut locks = held.clone();
        self.steps[stretch.end..].iter().all(|&index| {
            let event = &self.trace.events()[index];
            locks.step(index, event);
            is_possible(event, &locks, |child| self.has_ended(child, index))
        })
    }
}

/// Whether an event can be, where these locks are held after it.
pub(super) fn is_possible(
    event: &Event,
    locks: &Locks<'_>,
    ended: impl FnOnce(ThreadId) -> bool,
) -> bool {
    if let EventKind::Join(child) = event.kind {
        ended(child)
    } else if let EventKind::Acquire(_) = event.kind {
        may_hold(locks, event.thread)
    } else {
        true
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
