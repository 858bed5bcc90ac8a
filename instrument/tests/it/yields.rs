//! Random yields: other schedules of one program, and the same verdict on each.

use std::collections::BTreeSet;

use racegate::cell::RaceCell;
use racegate::sync::Mutex;
use racegate::{Verdict, check_with_yields, thread};

/// Enough to show the rarer of two orders almost certainly, also where the machine has
/// nothing else to do and without yields hardly ever would.
const SEEDS: u64 = 20_000;

/// Runs `program` with one seed after another until it came out in both ways.
fn outcomes(mut program: impl FnMut(u64) -> i64) -> BTreeSet<i64> {
    let mut seen = BTreeSet::new();
    for seed in 0..SEEDS {
        seen.insert(program(seed));
        if seen.len() == 2 {
            break;
        }
    }
    seen
}

#[test]
fn both_orders_of_two_racing_writes_are_seen_and_each_is_the_race() {
    let outcomes = outcomes(|seed| {
        let balance = RaceCell::named("balance", 0);
        let report = check_with_yields(seed, || {
            thread::scope(|scope| {
                scope.spawn(|| balance.set(1));
                scope.spawn(|| balance.set(2));
            });
        });
        assert_eq!(report.verdict(), Verdict::Racy, "seed {seed}\n{report}");
        assert_eq!(report.findings().len(), 1, "seed {seed}\n{report}");
        balance.into_inner()
    });
    assert_eq!(outcomes, BTreeSet::from([1, 2]));
}

#[test]
fn both_orders_of_two_locked_writes_are_seen_and_neither_races() {
    let outcomes = outcomes(|seed| {
        let balance = Mutex::new(RaceCell::named("balance", 0));
        let set = |amount| balance.lock().unwrap().set(amount);
        let report = check_with_yields(seed, || {
            thread::scope(|scope| {
                scope.spawn(|| set(1));
                scope.spawn(|| set(2));
            });
        });
        assert_eq!(report.verdict(), Verdict::Clean, "seed {seed}\n{report}");
        balance.into_inner().unwrap().into_inner()
    });
    assert_eq!(outcomes, BTreeSet::from([1, 2]));
}
