//! As much of `cargo run --release -p tests --bin exactness` as every run of the tests
//! has time for.

use std::hash::{BuildHasher, RandomState};

use oracle::relation::RELATIONS;
use oracle::small::{AtomicPlace, Longest, Small};
use tests::exactness::{Failure, Tally, agree, agree_on_all, on_all_cores, panel, relate};

/// Other histories in each run; a seed that fails is told.
fn seed() -> u64 {
    RandomState::new().hash_one("exactness") >> 16
}

#[track_caller]
fn assert_exact((tally, failure): (Tally, Option<Failure>)) {
    if let Some(Failure { seed, what }) = failure {
        panic!("--traces 1 --metamorphic 1 --seed {seed}\n{what}");
    }
    assert!(tally.traces > 0);
}

#[test]
fn every_opinion_is_the_definition_of_any_history() {
    let (panel, first) = (panel(), seed());
    println!("seed {first}");
    assert_exact(on_all_cores(first..first + 2_000, |seed, tally| {
        agree(&panel, seed, tally)
    }));
}

#[test]
fn every_relation_holds_of_every_opinion() {
    let (panel, first) = (panel(), seed());
    println!("seed {first}");
    for relation in RELATIONS {
        let seeds = first..first + 250;
        let relate = |seed, tally: &mut Tally| relate(relation, &panel, seed, tally);
        assert_exact(on_all_cores(seeds, relate));
    }
}

#[test]
fn every_opinion_is_the_definition_of_every_small_history() {
    let panel = panel();
    let longest = [(3, Longest::EndInAccess), (4, Longest::EndInConflict)];
    for atomic in [AtomicPlace::Apart, AtomicPlace::InACell] {
        for (events, of_the_longest) in longest {
            let small = Small {
                events,
                of_the_longest,
                atomic,
            };
            let beginnings = small.beginnings();
            assert_exact(on_all_cores(0..beginnings.len() as u64, |index, tally| {
                let index = usize::try_from(index).expect("it is one of a table");
                agree_on_all(&panel, small, &beginnings[index], tally)
            }));
        }
    }
}
