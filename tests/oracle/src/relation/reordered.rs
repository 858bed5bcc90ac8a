//! The same history in another order, of those in which it may as well be merged.

use std::collections::BTreeSet;

use racegate_eventlog::validate::validate;
use racegate_eventlog::{CellPlace, Event, EventKind, Extent, Integrity, Tables, Trace};

use super::verdict::{Verdict, label};
use super::{Checked, Outcome};
use crate::definition::{Access, Order};
use crate::panel::Panel;
use crate::random::Random;

/// What keeps its order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// What decides about happens-before.
    Synchronisation,
    /// That, and accesses that conflict, so that every read reads from the same write.
    Accesses,
}

impl Keep {
    /// What a log tells the order of: the versions of cells say which write each read
    /// reads from. Bytes, and atomics that are accessed plainly, have none.
    pub(super) fn of_a_log(trace: &Trace) -> Self {
        let mut cells = trace.tables().cells.iter();
        if cells.all(|cell| cell.place == CellPlace::Cell) {
            Self::Accesses
        } else {
            Self::Synchronisation
        }
    }
}

/// Two neighbours that are independent are swapped.
pub(super) fn swapped(panel: &Panel, trace: &Trace, random: &mut Random) -> Outcome {
    let keep = any_keep(random);
    let events = trace.events();
    let places = events.windows(2).enumerate();
    let places = places.filter(|(_, pair)| independent(&pair[0], &pair[1], trace.tables(), keep));
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    if places.is_empty() {
        return Ok(Checked::NothingToChange);
    }
    let place = random.one_of(&places);
    let mut events = events.to_vec();
    events.swap(place, place + 1);
    compare_order(panel, trace, events, keep)
}

/// All events are put into any order that keeps the order of those that depend on one
/// another.
pub(super) fn extended(panel: &Panel, trace: &Trace, random: &mut Random) -> Outcome {
    let keep = any_keep(random);
    let events = trace.events();
    let mut left: Vec<usize> = (0..events.len()).collect();
    let mut extension = Vec::with_capacity(events.len());
    // Among the next few, one that depends on nothing before it.
    while !left.is_empty() {
        let reach = 1 + random.below(left.len().min(12));
        let free = |at: &usize| {
            let event = &events[left[*at]];
            let before = left[..*at].iter().map(|before| &events[*before]);
            before
                .into_iter()
                .all(|before| independent(before, event, trace.tables(), keep))
        };
        let next = (0..reach).rev().find(free).unwrap_or(0);
        extension.push(events[left.remove(next)]);
    }
    if extension == events {
        return Ok(Checked::NothingToChange);
    }
    compare_order(panel, trace, extension, keep)
}

fn any_keep(random: &mut Random) -> Keep {
    random.one_of(&[Keep::Synchronisation, Keep::Accesses])
}

/// Whether the order of two events that stand next to each other means nothing.
fn independent(one: &Event, other: &Event, tables: &Tables, keep: Keep) -> bool {
    let names = |event: &Event, thread| matches!(event.kind, EventKind::Fork(named) | EventKind::Join(named) if named == thread);
    if one.thread == other.thread || names(one, other.thread) || names(other, one.thread) {
        return false;
    }
    if let (Some(first), Some(second)) = (one.kind.object(), other.kind.object())
        && (first == second || tables.object(first).partner == Some(second))
        && !commute(one.kind, other.kind)
    {
        return false;
    }
    !forgets(one, other, tables)
        && !forgets(other, one, tables)
        && (keep != Keep::Accesses || !conflict(one, other, tables))
}

/// Whether the order of two operations on one object means nothing.
fn commute(one: EventKind, other: EventKind) -> bool {
    match (one, other) {
        (EventKind::Load(..), EventKind::Load(..)) => true,
        (EventKind::Request(..), _) | (_, EventKind::Request(..)) => true,
        (one, other) => {
            std::mem::discriminant(&one) == std::mem::discriminant(&other)
                && matches!(one, EventKind::ReleaseMerge(_))
        }
    }
}

/// Whether one forgets what the other one touches.
fn forgets(one: &Event, other: &Event, tables: &Tables) -> bool {
    let (EventKind::Forget(forgotten), kind) = (one.kind, other.kind) else {
        return false;
    };
    let touched = if let EventKind::Forget(extent) = kind {
        Some(extent)
    } else {
        Access::of(kind, tables).map(|access| access.extent)
    };
    touched.is_some_and(|touched| overlap(touched, forgotten))
}

fn conflict(one: &Event, other: &Event, tables: &Tables) -> bool {
    let access = |event: &Event| Access::of(event.kind, tables);
    let (Some(one), Some(other)) = (access(one), access(other)) else {
        return false;
    };
    one.kind.conflicts_with(other.kind) && overlap(one.extent, other.extent)
}

fn overlap(one: Extent, other: Extent) -> bool {
    one.locations()
        .any(|location| other.locations().any(|other| other == location))
}

fn compare_order(panel: &Panel, trace: &Trace, events: Vec<Event>, keep: Keep) -> Outcome {
    let reordered = validate(events, trace.tables().clone(), Integrity::default());
    let reordered = reordered.map_err(|error| format!("the new order is refused: {error}"))?;
    compare(panel, trace, &reordered, keep)
}

/// The pairs have to be the same; of each, the event that is now the later one is racy.
pub(super) fn compare(panel: &Panel, trace: &Trace, reordered: &Trace, keep: Keep) -> Outcome {
    let (mut before, mut after) = (Verdict::of(panel, trace), Verdict::of(panel, reordered));
    if trace.tables().cells != reordered.tables().cells {
        before.forget_locations();
        after.forget_locations();
    }
    let mut places = vec![0; trace.events().len() + 1];
    for place in 0..reordered.events().len() {
        places[label(reordered, place) as usize] = place;
    }
    let [unordered, schedulable] = before.pairs.map(|pairs| {
        let pairs = pairs.into_iter().map(|(location, [one, other])| {
            if places[one as usize] < places[other as usize] {
                (location, [one, other])
            } else {
                (location, [other, one])
            }
        });
        pairs.collect::<BTreeSet<_>>()
    });
    let orders = match keep {
        Keep::Synchronisation => {
            vec![(Order::HappensBefore, &unordered, &after.pairs[0])]
        }
        Keep::Accesses => vec![
            (Order::HappensBefore, &unordered, &after.pairs[0]),
            (Order::Schedulable, &schedulable, &after.pairs[1]),
        ],
    };
    for (order, expected, found) in orders {
        if expected != found {
            return Err(format!(
                "pairs, {order:?}: expected {expected:?}, found {found:?}"
            ));
        }
        let racy: BTreeSet<_> = expected.iter().map(|(at, pair)| (pair[1], *at)).collect();
        let opinions = panel.opinions.iter().zip(&after.events);
        for (opinion, found) in opinions.filter(|(opinion, _)| opinion.order == order) {
            if *found != racy {
                let name = &opinion.name;
                return Err(format!("{name}: expected {racy:?}, found {found:?}"));
            }
        }
    }
    Ok(Checked::Holds)
}
