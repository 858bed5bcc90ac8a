//! What the generator makes, measured.

use std::collections::BTreeMap;

use oracle::definition::{Order, races};
use oracle::generator::{MOST_THREADS, trace};
use oracle::verb::Verb;

const TRACES: u64 = 8_192;

#[test]
fn every_verb_is_at_least_one_event_in_a_hundred() {
    let mut counts: BTreeMap<Verb, usize> = Verb::ALL.iter().map(|verb| (*verb, 0)).collect();
    let mut events = 0;
    for seed in 0..TRACES {
        for event in trace(seed).events() {
            *counts.entry(Verb::of(event.kind)).or_default() += 1;
            events += 1;
        }
    }
    let rare: Vec<_> = counts
        .iter()
        .filter(|(_, count)| *count * 100 < events)
        .collect();
    assert!(rare.is_empty(), "{rare:?} of {events}");
}

#[test]
fn a_fifth_of_the_histories_races_and_a_fifth_does_not() {
    let racy = (0..TRACES).filter(|seed| !races(&trace(*seed), Order::HappensBefore).is_empty());
    let racy = u64::try_from(racy.count()).expect("few");
    assert!((TRACES / 5..TRACES * 4 / 5).contains(&racy), "{racy} racy");
}

#[test]
fn programs_have_two_to_three_hundred_threads() {
    let threads = (0..TRACES).map(|seed| trace(seed).tables().threads.len());
    let (few, many) = threads.fold((usize::MAX, 0), |(few, many), threads| {
        (few.min(threads), many.max(threads))
    });
    assert_eq!(few, 2);
    let allowed = MOST_THREADS * 9 / 10..=MOST_THREADS;
    assert!(allowed.contains(&many), "at most {many}");
}
