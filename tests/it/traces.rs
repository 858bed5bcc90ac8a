//! Public traces with known answers: what each analysis counts there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use racegate_detector::analysis::{Racy, by_name};
use racegate_eventlog::{Trace, reader};

use crate::recorded::workspace;

fn folder(collection: &str) -> PathBuf {
    workspace().join("tests/traces").join(collection)
}

/// The traces of a collection, by their names.
fn traces(collection: &str) -> BTreeMap<String, Trace> {
    let files = fs::read_dir(folder(collection)).expect("the collection is there");
    let paths = files.map(|file| file.expect("a file").path());
    let traces = paths.filter(|path| path.extension().is_some_and(|it| it == "std"));
    let read = traces.map(|path| {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let trace = reader::read(&path).expect("a whole trace");
        (name.into_owned(), trace)
    });
    read.collect()
}

fn run(analysis: &str, trace: &Trace) -> Racy {
    (by_name(analysis).expect("the table lists it").run)(trace)
}

fn count(analysis: &str, trace: &Trace) -> usize {
    run(analysis, trace).distinct_events()
}

/// Later events that race: in truth, by `hb`, by `shb`. Happens-before names more than
/// are true in `Test11`, `Test13`, `Test33` and `Test7`: the rest follow from the first.
const MICRO: &[(&str, [usize; 3])] = &[
    ("Test1", [0, 0, 0]),
    ("Test11", [1, 2, 1]),
    ("Test13", [4, 7, 4]),
    ("Test15", [1, 0, 0]),
    ("Test17", [1, 0, 0]),
    ("Test19", [4, 2, 1]),
    ("Test21", [1, 0, 0]),
    ("Test23", [3, 0, 0]),
    ("Test25", [1, 0, 0]),
    ("Test27", [4, 4, 4]),
    ("Test29", [0, 0, 0]),
    ("Test3", [0, 0, 0]),
    ("Test31", [0, 0, 0]),
    ("Test33", [1, 2, 1]),
    ("Test5", [1, 0, 0]),
    ("Test7", [2, 3, 2]),
    ("Test9", [1, 0, 0]),
];

#[test]
fn the_figures_of_the_papers_are_counted_and_what_is_schedulable_is_true() {
    let truths = truths();
    let mut counted = Vec::new();
    for (name, trace) in traces("micro") {
        let (hb, shb) = (count("hb", &trace), count("shb", &trace));
        let truth = truths[&name];
        assert!(shb <= truth, "{name}: {shb} of {truth}");
        counted.push((name, [truth, hb, shb]));
    }
    let pinned = MICRO
        .iter()
        .map(|&(name, counts)| (name.to_owned(), counts));
    assert_eq!(counted, pinned.collect::<Vec<_>>());
}

/// By trace: how many events race with an earlier one in some correct reordering.
fn truths() -> BTreeMap<String, usize> {
    let table = fs::read_to_string(folder("micro").join("expected.tsv")).expect("the truths");
    let rows = table.lines().skip(1).map(|line| {
        let (file, truth) = line.split_once('\t').expect("two columns");
        let name = file.strip_suffix(".std").expect("a trace");
        (name.to_owned(), truth.parse().expect("a count"))
    });
    rows.collect()
}

#[test]
fn the_collections_of_java_race_as_often_as_their_papers_say() {
    let traces = traces("raceinjector");
    for (base, hb, shb) in [("treeset_orig", 100, 36), ("arraylist_orig", 109, 40)] {
        let trace = &traces[base];
        assert_eq!(
            [count("hb", trace), count("shb", trace)],
            [hb, shb],
            "{base}"
        );
    }
}

/// An injected pair is ordered by the locks of the execution that was reordered to
/// hold it, so that only an analysis that reverses critical sections can see it.
#[test]
fn an_injected_race_is_hidden_by_locks_and_hides_no_other() {
    let traces = traces("raceinjector");
    let injected = traces.iter().filter(|(name, _)| name.contains("_missed_"));
    let mut seen = 0;
    for (name, trace) in injected {
        let (hb, shb) = (run("hb", trace), run("shb", trace));
        assert_eq!(
            (hb.distinct_events(), shb.distinct_events()),
            (100, 36),
            "{name}"
        );
        assert!(!races_on(trace, &hb, "BUGGY_ADDR"), "{name}");
        seen += 1;
    }
    assert_eq!(seen, traces.len() - 2, "all but the two bases");
}

fn races_on(trace: &Trace, racy: &Racy, cell: &str) -> bool {
    let cells = racy.cells(trace);
    let named = |id| trace.tables().cell(id).name.as_deref() == Some(cell);
    let all: BTreeSet<_> = trace.tables().locations.iter().copied().collect();
    assert!(all.into_iter().any(named), "there is such a cell");
    cells.into_iter().any(named)
}

#[test]
fn the_second_opinion_agrees_on_every_trace() {
    for (name, trace) in traces("micro").into_iter().chain(traces("raceinjector")) {
        assert_eq!(run("hb", &trace), run("djit", &trace), "{name}");
    }
}
