//! Each race-free program is ordered by the edge that it names: without that edge,
//! the same run races.

use fixtures::{CATALOG, Edge, Fixture};
use racegate::check;
use racegate_eventlog::validate::validate;
use racegate_eventlog::{Event, EventKind, ObjectClass, Tables, Trace};

use crate::recorded::{Cells, racy_cells};

#[test]
fn every_named_edge_is_what_orders_its_program() {
    let mut cut_edges = 0;
    for fixture in CATALOG {
        if let Some(edge) = fixture.edge {
            races_without(fixture, edge);
            cut_edges += 1;
        }
    }
    assert!(cut_edges >= 20, "only {cut_edges} edges were cut");
}

fn races_without(fixture: &Fixture, edge: Edge) {
    let report = check(fixture.sample.unwrap_or(fixture.program));
    assert_eq!(racy_cells(report.trace()), Cells::new(), "{report}");
    let cut = without(report.trace(), edge);
    assert!(
        cut.events().len() < report.trace().events().len(),
        "{} has no {edge:?}",
        fixture.name
    );
    assert_ne!(
        racy_cells(&cut),
        Cells::new(),
        "{} is ordered without {edge:?}",
        fixture.name
    );
}

/// The same history, in which nobody ever heard of this edge.
fn without(trace: &Trace, edge: Edge) -> Trace {
    let kept: Vec<Event> = trace
        .events()
        .iter()
        .filter(|event| !makes(event, edge, trace.tables()))
        .copied()
        .collect();
    validate(kept, trace.tables().clone(), trace.integrity().clone())
        .expect("a history without an edge is a history")
}

fn makes(event: &Event, edge: Edge, tables: &Tables) -> bool {
    let of = |classes: &[ObjectClass]| {
        event
            .kind
            .object()
            .is_some_and(|object| classes.contains(&tables.object(object).class))
    };
    match edge {
        Edge::Fork => matches!(event.kind, EventKind::Fork(_)),
        // The end of a scope joins all its threads.
        Edge::Join => matches!(event.kind, EventKind::Join(_)) || of(&[ObjectClass::Scope]),
        Edge::Mutex => of(&[ObjectClass::Mutex]),
        Edge::RwLock => of(&[ObjectClass::RwLock, ObjectClass::RwLockReaders]),
        Edge::ChannelSlot => of(&[ObjectClass::ChannelSlot]),
        Edge::ChannelClose => of(&[ObjectClass::ChannelClose]),
        Edge::Once => of(&[ObjectClass::Once]),
    }
}
