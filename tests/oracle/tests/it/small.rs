//! The small histories are all there, each once.

use std::collections::BTreeSet;
use std::convert::Infallible;

use oracle::definition::{Order, races};
use oracle::small::{AtomicPlace, Longest, Small};
use racegate_eventlog::text::{TextForm, parse};
use racegate_eventlog::validate::validate;
use racegate_eventlog::{Event, EventKind, Integrity, Trace};

fn all(events: usize, of_the_longest: Longest, atomic: AtomicPlace) -> Vec<Trace> {
    let small = Small {
        events,
        of_the_longest,
        atomic,
    };
    let mut all = Vec::new();
    for beginning in small.beginnings() {
        let each = small.each(&beginning, &mut |trace| {
            all.push(trace.clone());
            Ok::<(), Infallible>(())
        });
        each.expect("nothing fails");
    }
    all
}

fn racy(traces: &[Trace]) -> BTreeSet<String> {
    let racy = traces
        .iter()
        .filter(|trace| !races(trace, Order::HappensBefore).is_empty());
    racy.map(|trace| format!("{:?}", trace.events())).collect()
}

#[test]
fn no_small_history_comes_twice() {
    for (atomic, count) in [(AtomicPlace::Apart, 49_614), (AtomicPlace::InACell, 69_723)] {
        let traces = all(3, Longest::All, atomic);
        let told = traces.iter().map(|it| format!("{:?}", it.events()));
        let different: BTreeSet<_> = told.collect();
        assert_eq!(
            (traces.len(), different.len()),
            (count, count),
            "{atomic:?}"
        );
    }
}

#[test]
fn the_longest_that_are_left_out_race_where_they_raced_before() {
    for atomic in [AtomicPlace::Apart, AtomicPlace::InACell] {
        let whole = all(3, Longest::All, atomic);
        let shorter = racy(&all(2, Longest::All, atomic));
        for left in [Longest::EndInAccess, Longest::EndInConflict] {
            let taken = racy(&all(3, left, atomic));
            let races = |it: &&Trace| !races(it, Order::HappensBefore).is_empty();
            for trace in whole.iter().filter(races) {
                let events = format!("{:?}", trace.events());
                let before = format!("{:?}", &trace.events()[..trace.events().len() - 1]);
                let is_there = taken.contains(&events) || shorter.contains(&before);
                assert!(is_there, "{atomic:?} {left:?}: {events}");
            }
        }
    }
}

#[test]
fn a_thread_that_begins_with_a_join_still_follows_its_fork() {
    // Every history of five events told it: the generator's threads begin with `begin`.
    let text =
        "|thread(T0,spawned)\nT0|r(x)|1\nT0|fork(T1)|2\nT2|end|3\nT1|join(T2)|4\nT1|w(x)|5\n";
    let trace = parse(text.as_bytes(), TextForm::Rgt).expect("it can be read");
    let begins = |event: &&Event| event.kind != EventKind::Begin;
    let events = trace.events().iter().filter(begins).copied().collect();
    let trace = validate(events, trace.tables().clone(), Integrity::default());
    let trace = trace.expect("a begin may be missing");
    assert_eq!(races(&trace, Order::HappensBefore), []);
}
