//! The relations hold of the definition, and each sees an opinion that breaks it.

use oracle::definition::{Order, racy_events};
use oracle::generator::trace;
use oracle::panel::{Defined, Opinion, Panel, RacyEvents, listed_pairs};
use oracle::random::Random;
use oracle::relation::{Checked, RELATIONS, Relation, labelled};
use racegate_eventlog::{Event, EventKind, Trace};

const TRACES: u64 = 500;

fn defined(trace: &Trace) -> RacyEvents {
    racy_events(&Defined::of(trace).unordered)
}

/// Some engine.
type Racy = fn(&Trace) -> RacyEvents;

fn panel(racy: Racy) -> Panel {
    Panel {
        locations: Vec::new(),
        opinions: vec![Opinion {
            name: "its own".to_owned(),
            order: Order::HappensBefore,
            racy: Box::new(racy),
        }],
        pairs: |trace, order| listed_pairs(trace, &Defined::of(trace), order),
    }
}

/// Every relation on many histories, until one does not hold.
fn check(relation: &Relation, panel: &Panel) -> Result<u64, String> {
    let mut changed = 0;
    for seed in 0..TRACES {
        let trace = labelled(&trace(seed));
        let checked = relation.check(panel, &trace, &mut Random::new(seed));
        changed +=
            u64::from(checked.map_err(|what| format!("seed {seed}: {what}"))? == Checked::Holds);
    }
    Ok(changed)
}

#[test]
fn every_relation_holds_of_the_definition() {
    for relation in RELATIONS {
        let changed = check(relation, &panel(defined)).expect("the definition is right");
        assert!(
            changed > TRACES * 4 / 5,
            "{}: {changed} changed",
            relation.name
        );
    }
}

/// Only what stands next to the other access is seen.
fn near(trace: &Trace) -> RacyEvents {
    let mut races = Defined::of(trace).unordered;
    races.retain(|race| race.later - race.earlier < 4);
    racy_events(&races)
}

/// The thread with the least number is trusted.
fn without_the_first_thread(trace: &Trace) -> RacyEvents {
    let mut racy = defined(trace);
    racy.retain(|(event, _)| trace.events()[*event].thread.index() > 0);
    racy
}

/// Nothing is said of a thread before it ends.
fn of_ended_threads(trace: &Trace) -> RacyEvents {
    let ends = |event: &Event| event.kind == EventKind::End;
    let ended = trace.events().iter().filter(|event| ends(event));
    let ended: Vec<_> = ended.map(|event| event.thread).collect();
    let mut racy = defined(trace);
    racy.retain(|(event, _)| ended.contains(&trace.events()[*event].thread));
    racy
}

/// Atomics are taken for races.
fn suspicious(trace: &Trace) -> RacyEvents {
    let weak = |event: &Event| matches!(event.kind, EventKind::Fence(_) | EventKind::Acquire(_));
    let weak = trace.events().iter().filter(|event| weak(event)).count();
    let mut racy = defined(trace);
    let every = racy.len().min(weak / 4);
    racy.truncate(every);
    racy
}

#[test]
fn every_relation_sees_an_opinion_that_breaks_it() {
    let breaks: [(&str, Racy); 6] = [
        ("swap", near),
        ("extension", near),
        ("sync", suspicious),
        ("rename", without_the_first_thread),
        ("chunks", near),
        ("prefix", of_ended_threads),
    ];
    assert_eq!(
        breaks.map(|it| it.0),
        *RELATIONS.iter().map(|it| it.name).collect::<Vec<_>>()
    );
    for (relation, (name, opinion)) in RELATIONS.iter().zip(breaks) {
        assert!(check(relation, &panel(opinion)).is_err(), "{name}");
    }
}
