//! More synchronisation than there was.

use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    Event, EventKind, FenceOrdering, Integrity, LoadOrdering, ObjectClass, ObjectInfo, RmwOrdering,
    StackId, StoreOrdering, Tables, Trace,
};

use super::verdict::Verdict;
use super::{Checked, Outcome};
use crate::panel::Panel;
use crate::random::Random;

/// A fence, an edge from one event to a later one, or a stronger ordering: none of it
/// takes away an edge, so no race may be new.
pub(super) fn synchronisation(panel: &Panel, trace: &Trace, random: &mut Random) -> Outcome {
    let mut events = trace.events().to_vec();
    let mut tables = trace.tables().clone();
    match random.below(3) {
        0 => edge(&mut events, &mut tables, random),
        1 => fence(&mut events, random),
        _ => stronger(&mut events, random),
    }
    if events == trace.events() {
        return Ok(Checked::NothingToChange);
    }
    let more = validate(events, tables, Integrity::default());
    let more = more.map_err(|error| format!("more synchronisation is refused: {error}"))?;
    let (before, after) = (Verdict::of(panel, trace), Verdict::of(panel, &more));
    let opinions = panel
        .opinions
        .iter()
        .zip(before.events.iter().zip(&after.events));
    for (opinion, (before, after)) in opinions {
        if let Some(new) = after.difference(before).next() {
            return Err(format!("{}: {new:?} is new", opinion.name));
        }
    }
    for (before, after) in before.pairs.iter().zip(&after.pairs) {
        if let Some(new) = after.difference(before).next() {
            return Err(format!("the pair {new:?} is new"));
        }
    }
    Ok(Checked::Holds)
}

/// A new object, released after one event and acquired after a later one, or merged
/// into by two.
fn edge(events: &mut Vec<Event>, tables: &mut Tables, random: &mut Random) {
    let object = tables.add_object(ObjectInfo {
        class: ObjectClass::Tag,
        name: None,
        type_name: None,
        created_at: StackId::EMPTY,
        partner: None,
    });
    let mut places = [0; 3].map(|_| random.below(events.len()));
    places.sort_unstable();
    insert(events, places[2], EventKind::Acquire(object));
    insert(events, places[1], EventKind::ReleaseMerge(object));
    insert(events, places[0], EventKind::Release(object));
}

fn fence(events: &mut Vec<Event>, random: &mut Random) {
    let orderings = [
        FenceOrdering::Acquire,
        FenceOrdering::Release,
        FenceOrdering::AcqRel,
        FenceOrdering::SeqCst,
    ];
    let place = random.below(events.len());
    insert(events, place, EventKind::Fence(random.one_of(&orderings)));
}

/// Puts an event of the same thread before this one, or behind it where it is the first
/// of its thread. It has no label: it is no access.
fn insert(events: &mut Vec<Event>, place: usize, kind: EventKind) {
    let beside = events[place];
    let place = if beside.kind == EventKind::Begin {
        place + 1
    } else {
        place
    };
    let stack = StackId::EMPTY;
    events.insert(
        place,
        Event {
            stack,
            kind,
            ..beside
        },
    );
}

/// Makes some orderings stronger.
fn stronger(events: &mut [Event], random: &mut Random) {
    for event in events {
        if random.once_in(2) {
            event.kind = strongest(event.kind);
        }
    }
}

fn strongest(kind: EventKind) -> EventKind {
    match kind {
        EventKind::Load(object, _) => EventKind::Load(object, LoadOrdering::SeqCst),
        EventKind::Store(object, _) => EventKind::Store(object, StoreOrdering::SeqCst),
        EventKind::Rmw(object, _) => EventKind::Rmw(object, RmwOrdering::SeqCst),
        EventKind::Fence(_) => EventKind::Fence(FenceOrdering::SeqCst),
        other @ (EventKind::Read(_)
        | EventKind::Write(_)
        | EventKind::Forget(_)
        | EventKind::Acquire(_)
        | EventKind::Release(_)
        | EventKind::ReleaseMerge(_)
        | EventKind::Exchange(_)
        | EventKind::Fork(_)
        | EventKind::Begin
        | EventKind::End
        | EventKind::Join(_)
        | EventKind::Request(..)
        | EventKind::BlockBegin(_)
        | EventKind::BlockEnd(_)
        | EventKind::Mark(_)) => other,
    }
}
