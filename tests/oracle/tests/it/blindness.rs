//! The generator is not blind: no rule can be bent without its histories telling.

use oracle::definition::{Order, races};
use oracle::generator::trace;
use oracle::shrink::shrink;
use racegate_eventlog::Trace;

use crate::bent::{BENT, Bend, bent_races};

/// Of the 5,000 that a mutant may take.
const TRACES: u64 = 1_000;

fn tells(trace: &Trace, bend: Bend) -> bool {
    bent_races(trace, bend) != races(trace, Order::HappensBefore)
}

#[test]
fn every_rule_that_is_bent_is_told_within_a_thousand_histories() {
    let mut told: Vec<_> = BENT
        .iter()
        .map(|(name, bend)| {
            (
                name,
                (0..TRACES)
                    .filter(|seed| tells(&trace(*seed), *bend))
                    .count(),
            )
        })
        .collect();
    told.sort_by_key(|(_, count)| *count);
    let blind: Vec<_> = told.iter().filter(|(_, count)| *count < 3).collect();
    assert!(blind.is_empty(), "{blind:?}");
}

#[test]
fn a_difference_shrinks_to_a_handful_of_events() {
    let mut all = 0;
    for (name, bend) in BENT {
        let found = (0..).map(trace).find(|trace| tells(trace, bend));
        let small = shrink(&found.expect("it goes on for ever"), |trace| {
            tells(trace, bend)
        });
        assert!(tells(&small, bend), "{name}");
        // A reader and a writer of one lock cannot be told in fewer.
        assert!(small.events().len() <= 8, "{name}: {:#?}", small.events());
        all += small.events().len();
    }
    assert!(all <= 6 * BENT.len(), "{all} events for {}", BENT.len());
}
