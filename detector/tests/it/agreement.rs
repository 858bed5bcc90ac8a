//! Every analysis, with and without slot reuse, finds exactly the races of the
//! definition, and pass two lists exactly their pairs.

use std::collections::BTreeSet;

use oracle::definition::racy_events;
use oracle::generator;
use oracle::panel::Defined;
use oracle::shrink::shrink;
use racegate_detector::analysis::happens_before::HappensBefore;
use racegate_detector::analysis::{self, hb};
use racegate_detector::finding::last_drop::LastDrops;
use racegate_detector::finding::pairs;
use racegate_eventlog::Trace;
use racegate_eventlog::text::{TextForm, write};

use crate::panel::panel;

/// As many as fit a few seconds; `exactness` in the package `tests` runs a million.
const TRACES: u64 = 4_000;

#[test]
fn every_opinion_is_the_definition() {
    let panel = panel();
    let difference = |trace: &Trace| panel.difference(trace, &Defined::of(trace));
    for seed in 0..TRACES {
        let trace = generator::trace(seed);
        if difference(&trace).is_some() {
            let small = shrink(&trace, |trace| difference(trace).is_some());
            let text = write(&small, TextForm::Rgt).unwrap_or_else(|error| error.to_string());
            let told = difference(&small).map(|it| it.to_string());
            panic!("seed {seed}: {}\n{text}", told.unwrap_or_default());
        }
    }
}

#[test]
fn the_first_race_of_a_history_is_certain() {
    // So nothing unconfirmed ever stands alone.
    let mut less = 0;
    for seed in 0..TRACES {
        let defined = Defined::of(&generator::trace(seed));
        let (unordered, schedulable) = (&defined.unordered, &defined.schedulable);
        assert_eq!(unordered.first(), schedulable.first(), "seed {seed}");
        less += u64::from(schedulable.len() < unordered.len());
    }
    assert!(less > TRACES / 20, "only {less} histories hold both kinds");
}

#[test]
fn no_pair_of_places_is_listed_twice() {
    for seed in 0..TRACES / 4 {
        let trace = generator::trace(seed);
        let locations = hb::run(&trace).locations();
        let found = pairs::collect(
            &trace,
            &locations,
            analysis::Order::HappensBefore,
            &LastDrops::default(),
        );
        let sides = |pair: &pairs::RacyPair| (pair.location, pair.sides(&trace));
        let listed: BTreeSet<_> = found.pairs.iter().map(sides).collect();
        assert_eq!(listed.len(), found.pairs.len(), "seed {seed}");
        let distinct: BTreeSet<_> = listed.into_iter().map(|(_, sides)| sides).collect();
        assert_eq!(found.distinct, distinct, "seed {seed}");
    }
}

#[test]
fn the_histories_race_and_do_not_and_reuse_slots() {
    let (mut racy, mut reused) = (0, 0);
    for seed in 0..TRACES / 4 {
        let trace = generator::trace(seed);
        let races = Defined::of(&trace).unordered;
        racy += u64::from(!racy_events(&races).is_empty());
        reused += u64::from(reuses_a_slot(&trace));
    }
    assert!((TRACES / 20..TRACES / 5).contains(&racy), "{racy} race");
    assert!(reused > TRACES / 40, "{reused} reuse a slot");
}

fn reuses_a_slot(trace: &Trace) -> bool {
    let mut order = HappensBefore::new(trace);
    trace.events().iter().for_each(|event| order.step(event));
    (order.slots() as usize) < trace.tables().threads.len()
}
