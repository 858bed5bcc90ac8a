//! What a build's model comes to, held against what it must come to.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::model::Builder;

use crate::structure::Place;

/// How many executions a build that races is given, each of which must be reported.
const RACY_RUNS: usize = 20;

/// Asserts that no execution races.
pub(crate) fn assert_clean(name: &str, program: fn()) {
    if let Err(report) = told(|| loom::model(program)) {
        panic!("{name}: it is no race\n{report}");
    }
}

/// Asserts that every execution is reported as a race of the accesses at two places, and
/// that the report says which operation is too weak, if one is, and blames none if not.
pub(crate) fn assert_racy(
    name: &str,
    program: fn(),
    accesses: [Place; 2],
    too_weak: Option<Place>,
) {
    let mut seeds = BTreeSet::new();
    for run in 0..RACY_RUNS {
        let Err(report) = told(|| only(run, program)) else {
            panic!("{name}: run {run} is clean");
        };
        assert!(report.contains("data race"), "{name}: run {run}\n{report}");
        for place in accesses {
            assert!(
                is_told(&report, place),
                "{name}: run {run} does not tell {place:?}\n{report}"
            );
        }
        match too_weak {
            Some(place) => assert!(
                advice(&report).any(|help| is_named(help, place)),
                "{name}: run {run} does not blame {place:?}\n{report}"
            ),
            None => assert_eq!(advice(&report).next(), None, "{name}: run {run}\n{report}"),
        }
        seeds.insert(seed(&report));
    }
    assert_eq!(seeds.len(), RACY_RUNS, "{name}: runs with one seed");
}

/// Asserts that what is wrong is not reported, so that the day on which it is will be told.
pub(crate) fn assert_unseen(name: &str, program: fn()) {
    if let Err(report) = told(|| loom::model(program)) {
        panic!("{name}: it is seen now\n{report}");
    }
}

/// Makes one run of a model, under the noise of its seed: those before it do nothing.
fn only(run: usize, program: fn()) {
    let runs = AtomicUsize::new(0);
    let mut builder = Builder::new();
    builder.max_permutations = Some(run + 1);
    builder.check(move || {
        // ORDERING: relaxed; one run is over before the next begins.
        if runs.fetch_add(1, Ordering::Relaxed) == run {
            program();
        }
    });
}

/// What a model fails with, if it fails.
fn told(model: impl FnOnce()) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(model)).map_err(|payload| match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => match payload.downcast::<&str>() {
            Ok(text) => (*text).to_owned(),
            Err(_) => "it panicked without words".to_owned(),
        },
    })
}

/// Whether a report tells an access at a place: it shows the line, by its number, and has
/// one of the two accesses below it.
fn is_told(report: &str, place: Place) -> bool {
    let number = format!("{} |", place.line);
    let lines: Vec<&str> = report.lines().map(str::trim).collect();
    let is_access = |line: &str| line.contains("(1) ") || line.contains("(2) ");
    let is_shown = lines
        .windows(2)
        .any(|pair| pair[0].starts_with(&number) && is_access(pair[1]));
    is_shown && report.contains(place.file)
}

/// The seed that a report says its run had.
fn seed(report: &str) -> u64 {
    let told = report.split("RACEGATE_LOOM_SEED=").nth(1);
    let digits = told.and_then(|told| told.split(' ').next());
    let seed = digits.and_then(|digits| digits.parse().ok());
    seed.expect("the report tells its seed")
}

/// The lines of a report that advise stronger orderings.
fn advice(report: &str) -> impl Iterator<Item = &str> {
    let advises = |line: &&str| {
        ["help: Acquire ", "help: Release "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    report.lines().filter(advises)
}

/// Whether a text names a place, and not one whose line only begins like it.
fn is_named(text: &str, place: Place) -> bool {
    let named = format!("{}:{}", place.file, place.line);
    let mut after = text.split(named.as_str()).skip(1);
    after.any(|rest| !rest.starts_with(|sign: char| sign.is_ascii_digit()))
}
