//! What if? A log with a step added or strengthened, run through the engine again.
//!
//! **Invariant:** a fix is proposed only if the changed history is a possible one
//! (no lock is held twice, no thread is joined before its end) and the engine orders
//! the two accesses in it.

use std::ops::{Range, RangeInclusive};

use racegate_eventlog::{Event, EventKind, ThreadId};

use super::history::{History, is_possible};
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

/// A pair of accesses and the synchronisation around them, open to change.
///
/// It is the part of the history in which they may be moved about. Of what orders the
/// two nothing comes before it, since it begins before both.
#[derive(Clone, Debug)]
pub(super) struct WhatIf<'h, 't> {
    history: &'h History<'t>,
    pair: (usize, usize),
    /// Which steps of the history are here.
    stretch: Range<usize>,
    /// The locks that are held where they begin.
    held: Locks<'t>,
    pub(super) steps: Vec<Step>,
}

impl<'h, 't> WhatIf<'h, 't> {
    /// What is around a pair, unchanged. It reaches to the neighbouring steps of both
    /// threads, and to these other `events`.
    pub(super) fn new(
        history: &'h History<'t>,
        pair: &RacyPair,
        events: impl IntoIterator<Item = usize>,
    ) -> Self {
        let (mut from, mut to) = (history.len(), 0);
        for access in [pair.first, pair.second] {
            let (last, next) = history.neighbours(access);
            from = from.min(last.unwrap_or(0));
            to = to.max(next.map_or(history.len(), |next| next + 1));
        }
        for event in events {
            from = from.min(history.before(event));
            to = to.max(history.before(event) + 1);
        }
        Self::within(history, pair, from..to.min(history.len()))
    }

    /// A pair between or beside these steps, unchanged.
    fn within(history: &'h History<'t>, pair: &RacyPair, stretch: Range<usize>) -> Self {
        let pair = (pair.first, pair.second);
        let mut events = history.events(stretch.clone()).to_vec();
        events.extend([pair.0, pair.1]);
        events.sort_unstable();
        let steps = events.into_iter().map(|index| Step {
            origin: Some(index),
            event: history.trace.events()[index],
        });
        Self {
            history,
            pair,
            held: history.held_before(stretch.start),
            stretch,
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
        let begins = self.history.events(self.stretch.clone()).first();
        let begins = begins.copied().unwrap_or(0);
        let mut locks = self.held.clone();
        let mut ended: Vec<ThreadId> = Vec::new();
        let here = self.steps.iter().enumerate().all(|(index, step)| {
            locks.step(index, &step.event);
            if step.event.kind == EventKind::End {
                ended.push(step.event.thread);
            }
            is_possible(&step.event, &locks, |child| {
                self.history.has_ended(child, begins) || ended.contains(&child)
            })
        });
        here && self.history.is_possible_around(&self.stretch, &locks)
    }

    fn is_ordered(&self) -> bool {
        let events: Vec<Event> = self.steps.iter().map(|step| step.event).collect();
        let tables = self.history.trace.tables();
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

#[cfg(test)]
mod tests {
    use oracle::generator;
    use racegate_eventlog::Trace;

    use super::*;
    use crate::analysis::ANALYSES;
    use crate::finding::last_drop::LastDrops;
    use crate::finding::pairs;

    fn racy_pairs(trace: &Trace) -> Vec<RacyPair> {
        let racy = (ANALYSES[0].run)(trace);
        pairs::collect(
            trace,
            &racy.locations(),
            ANALYSES[0].order,
            &LastDrops::default(),
        )
        .pairs
    }

    /// What surrounds an access when it is tried: nothing, a lock, a join.
    fn surroundings(trace: &Trace) -> Vec<(Vec<EventKind>, Vec<EventKind>)> {
        let mut surroundings = vec![(Vec::new(), Vec::new())];
        for event in trace.events() {
            if let EventKind::Acquire(lock) = event.kind {
                let (acquire, release) = (EventKind::Acquire(lock), EventKind::Release(lock));
                surroundings.push((vec![acquire], vec![release]));
                // One that is never given back.
                surroundings.push((vec![acquire], Vec::new()));
                surroundings.push((Vec::new(), vec![release]));
            }
            if let EventKind::Fork(child) = event.kind {
                surroundings.push((vec![EventKind::Join(child)], Vec::new()));
            }
        }
        surroundings
    }

    #[test]
    fn what_is_around_a_pair_tells_as_much_as_the_whole_history() {
        let (mut answers, mut shorter) = ([[0; 2]; 2], 0);
        for seed in 0..150 {
            let trace = generator::trace(seed);
            let history = History::new(&trace);
            let surroundings = surroundings(&trace);
            for pair in racy_pairs(&trace).iter().take(4) {
                let part = WhatIf::new(&history, pair, []);
                let whole = WhatIf::within(&history, pair, 0..history.len());
                shorter += usize::from(2 * part.steps.len() < whole.steps.len());
                for access in [pair.first, pair.second] {
                    let (places, here) = part.window(access).expect("it is there");
                    let (same, there) = whole.window(access).expect("it is there");
                    assert_eq!(places.clone().count(), same.count(), "seed {seed}");
                    for (place, (before, after)) in places
                        .flat_map(|place| surroundings.iter().map(move |around| (place, around)))
                    {
                        let (mut one, mut other) = (part.clone(), whole.clone());
                        one.surround(access, place, before, after);
                        other.surround(access, there + place - here, before, after);
                        let one = [one.is_possible(), one.is_ordered()];
                        let other = [other.is_possible(), other.is_ordered()];
                        assert_eq!(one, other, "seed {seed}, {pair:?}: {before:?} {after:?}");
                        answers[usize::from(one[0])][usize::from(one[1])] += 1;
                    }
                }
            }
        }
        let each = answers.concat();
        assert!(each.iter().all(|times| *times > 50), "{answers:?}");
        assert!(shorter > 50, "only {shorter} parts are short");
    }
}
