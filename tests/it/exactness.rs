//! As much of `cargo run --release -p tests --bin exactness` as every run of the tests
//! has time for.

use std::hash::{BuildHasher, RandomState};
use std::process::Command;

use oracle::definition::Order;
use oracle::panel::{Defined, Opinion, Panel};
use oracle::relation::RELATIONS;
use oracle::small::{AtomicPlace, Longest, Small};
use racegate_detector::analysis::{AccessKind, hb};
use racegate_eventlog::Trace;
use racegate_eventlog::text::{TextForm, parse};
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
    for (atomic, events, of_the_longest) in [
        (AtomicPlace::Apart, 4, Longest::EndInConflict),
        (AtomicPlace::InACell, 3, Longest::EndInAccess),
    ] {
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

/// An engine that takes every write for a read.
fn blind_to_writes() -> Panel {
    let is_read = |trace: &Trace, event: usize| {
        let kind = trace.events()[event].kind;
        AccessKind::of(kind, trace.tables()).is_some_and(|(kind, _)| !kind.writes())
    };
    let blind = Opinion {
        name: "blind".to_owned(),
        order: Order::HappensBefore,
        racy: Box::new(move |trace| {
            let racy = hb::run(trace).events.into_iter();
            racy.filter(|(event, _)| is_read(trace, *event)).collect()
        }),
    };
    Panel {
        opinions: vec![blind],
        ..panel()
    }
}

#[test]
fn a_difference_is_told_as_a_small_trace_that_shows_it() {
    let panel = blind_to_writes();
    let agree = |seed, tally: &mut Tally| agree(&panel, seed, tally);
    let (_, failure) = on_all_cores(0..1_000, agree);
    let Failure { seed, what } = failure.expect("a write races");
    let (told, text) = what.split_once('\n').expect("a line, then the trace");
    assert!(told.starts_with("blind: "), "seed {seed}: {told}");
    let trace = parse(text.as_bytes(), TextForm::Rgt).expect("it can be read");
    assert!(
        panel.difference(&trace, &Defined::of(&trace)).is_some(),
        "{text}"
    );
    // Two accesses, and a begin that the text does not need for either.
    assert!(trace.events().len() <= 4, "{text}");
}

#[test]
fn the_failure_of_the_least_seed_is_told_be_it_a_panic() {
    let job = |seed: u64, tally: &mut Tally| {
        tally.traces += 1;
        match seed {
            299 => panic!("on purpose"),
            300.. => Err("later".to_owned()),
            0..299 => Ok(()),
        }
    };
    let (tally, failure) = on_all_cores(0..1_000, job);
    assert_eq!(failure.map(|failure| failure.seed), Some(299));
    assert!(tally.traces >= 299);
    let (tally, failure) = on_all_cores(7..299, job);
    assert_eq!((tally.traces, failure), (292, None));
}

#[test]
fn the_command_does_the_same_with_the_same_arguments() {
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exactness"));
        let output = command.args(["--traces", "100", "--seed", "9", "--metamorphic", "20"]);
        let output = output.output().expect("it runs");
        let told = String::from_utf8(output.stdout).expect("it is text");
        let lines = told.lines().filter(|line| !line.contains("differences in"));
        (
            output.status.code(),
            lines.map(str::to_owned).collect::<Vec<_>>(),
        )
    };
    let (code, told) = run();
    assert_eq!(code, Some(0), "{told:?}");
    assert_eq!(told[0], "seed 9");
    assert!(told[1].starts_with("random: 100 histories of "), "{told:?}");
    assert_eq!(run(), (code, told));
}
