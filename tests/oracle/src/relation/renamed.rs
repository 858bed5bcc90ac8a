//! The same history under other numbers.

use std::collections::BTreeSet;

use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    CellId, CellPlace, Event, EventKind, Extent, Integrity, Location, ObjectId, Tables, ThreadId,
    Trace,
};

use super::verdict::{Verdict, same};
use super::{Checked, Outcome};
use crate::panel::Panel;
use crate::random::Random;

/// New numbers, by old ones.
struct Numbers {
    threads: Vec<ThreadId>,
    objects: Vec<ObjectId>,
    locations: Vec<Location>,
}

/// Threads, objects and cells get each other's numbers.
pub(super) fn renamed(panel: &Panel, trace: &Trace, random: &mut Random) -> Outcome {
    let (tables, numbers) = rename(trace.tables(), random);
    let events = trace.events().iter().map(|event| Event {
        thread: numbers.threads[event.thread.index()],
        kind: numbers.kind(event.kind),
        ..*event
    });
    let renamed = validate(events.collect(), tables, Integrity::default());
    let renamed = renamed.map_err(|error| format!("other numbers are refused: {error}"))?;
    let moved = |location: Location| numbers.locations[location.index()];
    let Verdict { events, pairs } = Verdict::of(panel, trace);
    let expected = Verdict {
        events: events
            .into_iter()
            .map(|events| {
                events
                    .into_iter()
                    .map(|(label, at)| (label, moved(at)))
                    .collect()
            })
            .collect(),
        pairs: pairs.map(|pairs| {
            let pairs = pairs.into_iter().map(|(at, pair)| (moved(at), pair));
            pairs.collect::<BTreeSet<_>>()
        }),
    };
    same(panel, &expected, &Verdict::of(panel, &renamed))?;
    Ok(Checked::Holds)
}

/// Tables in which everything stands elsewhere.
fn rename(old: &Tables, random: &mut Random) -> (Tables, Numbers) {
    let mut new = old.clone();
    let threads = permutation(old.threads.len(), random);
    let objects = permutation(old.objects.len(), random);
    for (from, to) in threads.iter().enumerate() {
        new.threads[*to] = old.threads[from].clone();
    }
    for (from, to) in objects.iter().enumerate() {
        let mut object = old.objects[from].clone();
        object.partner = object
            .partner
            .map(|it| ObjectId::new(number(objects[it.index()])));
        new.objects[*to] = object;
    }
    let cells = permutation(old.cells.len(), random);
    let mut locations = vec![Location::new(0); old.locations.len()];
    (new.cells, new.locations) = (Vec::new(), Vec::new());
    new.memories = vec![None; old.objects.len()];
    for (to, from) in cells.into_iter().enumerate() {
        let mut cell = old.cells[from].clone();
        if let CellPlace::Object(object) = &mut cell.place {
            *object = ObjectId::new(number(objects[object.index()]));
            new.memories[object.index()] = Some(CellId::new(number(to)));
        }
        let first = number(new.locations.len());
        for (part, location) in (first..).zip(cell.extent.locations()) {
            locations[location.index()] = Location::new(part);
            new.locations.push(CellId::new(number(to)));
        }
        cell.extent = Extent::new(Location::new(first), cell.extent.parts());
        new.cells.push(cell);
    }
    let numbers = Numbers {
        threads: threads
            .into_iter()
            .map(|it| ThreadId::new(number(it)))
            .collect(),
        objects: objects
            .into_iter()
            .map(|it| ObjectId::new(number(it)))
            .collect(),
        locations,
    };
    (new, numbers)
}

fn permutation(length: usize, random: &mut Random) -> Vec<usize> {
    let mut all: Vec<usize> = (0..length).collect();
    random.shuffle(&mut all);
    all
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("ids have 32 bits")
}

impl Numbers {
    fn kind(&self, kind: EventKind) -> EventKind {
        let thread = |old: ThreadId| self.threads[old.index()];
        let object = |old: ObjectId| self.objects[old.index()];
        match kind {
            EventKind::Read(extent) => EventKind::Read(self.extent(extent)),
            EventKind::Write(extent) => EventKind::Write(self.extent(extent)),
            EventKind::Forget(extent) => EventKind::Forget(self.extent(extent)),
            EventKind::Acquire(old) => EventKind::Acquire(object(old)),
            EventKind::Release(old) => EventKind::Release(object(old)),
            EventKind::ReleaseMerge(old) => EventKind::ReleaseMerge(object(old)),
            EventKind::Exchange(old) => EventKind::Exchange(object(old)),
            EventKind::Load(old, ordering) => EventKind::Load(object(old), ordering),
            EventKind::Store(old, ordering) => EventKind::Store(object(old), ordering),
            EventKind::Rmw(old, ordering) => EventKind::Rmw(object(old), ordering),
            EventKind::Fork(old) => EventKind::Fork(thread(old)),
            EventKind::Join(old) => EventKind::Join(thread(old)),
            EventKind::Request(old, mode) => EventKind::Request(object(old), mode),
            same @ (EventKind::Fence(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_)) => same,
        }
    }

    /// A cell's parts stay next to each other.
    fn extent(&self, old: Extent) -> Extent {
        Extent::new(self.locations[old.first().index()], old.parts())
    }
}
