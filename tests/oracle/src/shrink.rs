//! Delta debugging (Zeller and Hildebrandt, TSE 2002) over the events of a trace.
//!
//! **Invariant:** what comes out is a possible history, and fails as the trace did.

use racegate_eventlog::validate::validate;
use racegate_eventlog::{Event, EventKind, Extent, Integrity, Tables, Trace};

/// Histories of at most this many events are tried without any two of their events, and
/// without what lies between them: an acquire goes only with its release.
const FEW: usize = 48;

/// A trace in which nothing more can be left out, as long as `fails` is true of it.
///
/// ```
/// use oracle::definition::{Order, races};
/// use racegate_eventlog::text::{TextForm, parse, write};
///
/// let trace = parse(b"T1|w(x)|3\nT1|w(y)|4\nT2|r(x)|7\nT2|r(z)|8\n", TextForm::Std).unwrap();
/// let races = |trace: &_| !races(trace, Order::HappensBefore).is_empty();
/// let small = oracle::shrink::shrink(&trace, races);
/// assert_eq!(write(&small, TextForm::Std).unwrap(), "T1|w(x)|3\nT2|r(x)|7\n");
/// ```
#[must_use]
pub fn shrink(trace: &Trace, fails: impl Fn(&Trace) -> bool) -> Trace {
    let mut shrinking = Shrinking {
        events: trace.events().to_vec(),
        tables: trace.tables(),
        fails,
    };
    while shrinking.without_a_whole()
        || shrinking.without_a_stretch()
        || shrinking.without_any_two()
        || shrinking.in_one_part()
    {}
    // Nothing may have been left out, or changed.
    let smallest = shrinking.possible(shrinking.events.clone());
    smallest.unwrap_or_else(|| trace.clone())
}

struct Shrinking<'a, F> {
    events: Vec<Event>,
    tables: &'a Tables,
    fails: F,
}

impl<F: Fn(&Trace) -> bool> Shrinking<'_, F> {
    /// Without a thread, an object or a cell.
    fn without_a_whole(&mut self) -> bool {
        let tables = self.tables;
        let threads = 0..tables.threads.len();
        let objects = 0..tables.objects.len();
        let cells = 0..tables.cells.len();
        let mut shrunk = false;
        for thread in threads {
            shrunk |= self.keep(|_, event| {
                event.thread.index() != thread && other_thread(event) != Some(thread)
            });
        }
        for object in objects {
            let partner = tables.objects[object].partner.map(|it| it.index());
            shrunk |= self.keep(|_, event| {
                let named = event.kind.object().map(|it| it.index());
                named.is_none_or(|named| named != object && Some(named) != partner)
            });
        }
        for cell in cells {
            shrunk |= self.keep(|_, event| {
                extent(event).is_none_or(|it| tables.cell_of(it.first()).0.index() != cell)
            });
        }
        shrunk
    }

    /// Without half of the events, a quarter, and so on to single ones.
    fn without_a_stretch(&mut self) -> bool {
        let mut shrunk = false;
        let mut length = self.events.len().div_ceil(2);
        while length > 0 {
            let mut start = self.events.len().saturating_sub(length);
            loop {
                shrunk |= self.keep(|index, _| !(start..start + length).contains(&index));
                if start == 0 {
                    break;
                }
                start = start.saturating_sub(length);
            }
            length /= 2;
        }
        shrunk
    }

    fn without_any_two(&mut self) -> bool {
        if self.events.len() > FEW {
            return false;
        }
        for one in (0..self.events.len()).rev() {
            for other in (0..one).rev() {
                if self.keep(|index, _| index != one && index != other)
                    || self.without_a_section(other, one)
                {
                    return true;
                }
            }
        }
        false
    }

    /// Without what a thread does to one object, or to the two halves of a lock, from
    /// one event to another.
    fn without_a_section(&mut self, first: usize, last: usize) -> bool {
        let tables = self.tables;
        let lock = |event: &Event| {
            let object = event.kind.object()?;
            let partner = tables.object(object).partner;
            Some((event.thread, partner.map_or(object, |it| it.min(object))))
        };
        let section = lock(&self.events[first]);
        section.is_some()
            && section == lock(&self.events[last])
            && self.keep(|index, event| !(first..=last).contains(&index) || lock(event) != section)
    }

    /// Accesses of one part instead of several.
    fn in_one_part(&mut self) -> bool {
        (0..self.events.len()).any(|index| {
            let smaller = |extent: Extent| {
                let parts = extent.locations().filter(|_| extent.parts() > 1);
                parts.map(Extent::one).collect::<Vec<_>>()
            };
            let kind = self.events[index].kind;
            let kinds: Vec<EventKind> = match kind {
                EventKind::Read(of) => smaller(of).into_iter().map(EventKind::Read).collect(),
                EventKind::Write(of) => smaller(of).into_iter().map(EventKind::Write).collect(),
                EventKind::Forget(of) => smaller(of).into_iter().map(EventKind::Forget).collect(),
                EventKind::Acquire(_)
                | EventKind::Release(_)
                | EventKind::ReleaseMerge(_)
                | EventKind::Exchange(_)
                | EventKind::Load(..)
                | EventKind::Store(..)
                | EventKind::Rmw(..)
                | EventKind::Fence(_)
                | EventKind::Fork(_)
                | EventKind::Begin
                | EventKind::End
                | EventKind::Join(_)
                | EventKind::Request(..)
                | EventKind::BlockBegin(_)
                | EventKind::BlockEnd(_)
                | EventKind::Mark(_) => Vec::new(),
            };
            kinds.into_iter().any(|kind| {
                let mut events = self.events.clone();
                events[index].kind = kind;
                self.take(events)
            })
        })
    }

    /// Whether something could be left out.
    fn keep(&mut self, keep: impl Fn(usize, &Event) -> bool) -> bool {
        let kept = self.events.iter().enumerate();
        let kept = kept.filter(|(index, event)| keep(*index, event));
        let kept: Vec<Event> = kept.map(|(_, event)| *event).collect();
        kept.len() < self.events.len() && self.take(kept)
    }

    /// Goes on with these events, if they fail.
    fn take(&mut self, events: Vec<Event>) -> bool {
        let Some(trace) = self.possible(events) else {
            return false;
        };
        let fails = (self.fails)(&trace);
        if fails {
            self.events = trace.events().to_vec();
        }
        fails
    }

    fn possible(&self, events: Vec<Event>) -> Option<Trace> {
        validate(events, self.tables.clone(), Integrity::default()).ok()
    }
}

/// The thread that an event names, beside its own.
fn other_thread(event: &Event) -> Option<usize> {
    if let EventKind::Fork(other) | EventKind::Join(other) = event.kind {
        Some(other.index())
    } else {
        None
    }
}

fn extent(event: &Event) -> Option<Extent> {
    if let EventKind::Read(extent) | EventKind::Write(extent) | EventKind::Forget(extent) =
        event.kind
    {
        Some(extent)
    } else {
        None
    }
}
