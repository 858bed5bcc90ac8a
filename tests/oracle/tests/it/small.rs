//! The small histories are all there, each once.

use std::collections::BTreeSet;
use std::convert::Infallible;

use oracle::definition::{Order, races};
use oracle::small::{Longest, Small};
use racegate_eventlog::Trace;

fn all(events: usize, of_the_longest: Longest) -> Vec<Trace> {
    let small = Small {
        events,
        of_the_longest,
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
    let traces = all(3, Longest::All);
    let different: BTreeSet<_> = traces
        .iter()
        .map(|it| format!("{:?}", it.events()))
        .collect();
    assert_eq!(different.len(), traces.len());
    assert_eq!(traces.len(), 41_627);
}

#[test]
fn the_longest_that_are_left_out_race_where_they_raced_before() {
    let whole = all(3, Longest::All);
    let shorter = racy(&all(2, Longest::All));
    for left in [Longest::EndInAccess, Longest::EndInConflict] {
        let taken: BTreeSet<_> = racy(&all(3, left));
        for trace in whole
            .iter()
            .filter(|it| !races(it, Order::HappensBefore).is_empty())
        {
            let events = format!("{:?}", trace.events());
            let before = format!("{:?}", &trace.events()[..trace.events().len() - 1]);
            assert!(
                taken.contains(&events) || shorter.contains(&before),
                "{events}"
            );
        }
    }
}
