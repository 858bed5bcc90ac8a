//! What pass two lists.

use racegate_detector::analysis::hb;
use racegate_detector::finding::{AccessKind, Finding};
use racegate_detector::report::{LoadedLog, Report, scan};
use racegate_detector::symbols::Symbols;
use racegate_detector::verdict::{Nothing, Verdict};
use racegate_eventlog::reader::Log;
use racegate_eventlog::{EventKind, Trace};

use crate::history::{History, MAIN};

pub(crate) fn scanned(histories: &[&History]) -> Report {
    let traces: Vec<Trace> = histories.iter().map(|history| history.trace()).collect();
    let logs: Vec<LoadedLog<'_>> = traces
        .iter()
        .map(|trace| LoadedLog {
            path: "test".to_owned(),
            log: Log::of_trace(trace),
            symbols: Symbols::default(),
        })
        .collect();
    scan(&logs).expect("a trace can be read")
}

fn bank() -> History {
    let (mut history, balance, alice, bob) = History::with_two_threads();
    history.read(alice, balance);
    history.write(alice, balance);
    history.read(bob, balance);
    history.write(bob, balance);
    history.read(alice, balance);
    history
}

fn sides(finding: &Finding) -> [(u32, AccessKind); 2] {
    [&finding.first, &finding.second].map(|side| (side.site.line, side.access))
}

#[test]
fn every_pair_of_a_racy_bank_is_a_finding() {
    let report = scanned(&[&bank()]);
    let mut found: Vec<_> = report.findings.iter().map(sides).collect();
    found.sort();
    let (read, write) = (AccessKind::Read, AccessKind::Write);
    let first = found[0][0].0;
    let expected = [
        [(first, read), (first + 3, write)],
        [(first + 1, write), (first + 2, read)],
        [(first + 1, write), (first + 3, write)],
        [(first + 3, write), (first + 4, read)],
    ];
    assert_eq!(found, expected);
    assert_eq!(report.summary.analyses[0].pairs, 4);
    assert_eq!(report.summary.analyses[0].racy_events, 3);
}

#[test]
fn fingerprints_are_unique_in_a_report_and_the_same_in_the_next() {
    let report = scanned(&[&bank()]);
    let mut prints: Vec<_> = report.findings.iter().map(|it| &it.fingerprint).collect();
    let again = scanned(&[&bank()]);
    let same: Vec<_> = again.findings.iter().map(|it| &it.fingerprint).collect();
    assert_eq!(prints, same);
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), 4);
}

#[test]
fn the_same_races_in_two_logs_are_told_once() {
    let one = scanned(&[&bank()]);
    let two = scanned(&[&bank(), &bank()]);
    assert_eq!(two.findings.len(), one.findings.len());
    assert_eq!(two.findings[0].pairs, 2 * one.findings[0].pairs);
    assert_eq!(two.summary.analyses[0].pairs, one.summary.analyses[0].pairs);
}

#[test]
fn each_of_a_few_racy_parts_is_a_finding_with_its_number() {
    let mut history = History::new();
    let header = history.array("header", 3);
    let one = history.fork(MAIN);
    let two = history.fork(MAIN);
    for thread in [one, two] {
        history.push_at(thread, EventKind::Write(header), 7);
    }
    let report = scanned(&[&history]);
    let names: Vec<_> = report
        .findings
        .iter()
        .map(|it| it.cell.name.as_str())
        .collect();
    assert_eq!(names, ["header[0]", "header[1]", "header[2]"]);
    assert_eq!(report.summary.analyses[0].pairs, 1);
    assert_eq!(report.summary.analyses[0].racy_cells, 3);
    assert_eq!(report.summary.analyses[0].racy_events, 1);
}

#[test]
fn very_many_racy_parts_are_told_together_and_counted() {
    let mut history = History::new();
    let pixels = history.array("pixels", 1000);
    let one = history.fork(MAIN);
    let two = history.fork(MAIN);
    for thread in [one, two] {
        history.push_at(thread, EventKind::Write(pixels), 7);
    }
    let report = scanned(&[&history]);
    let [finding] = &report.findings[..] else {
        panic!("one finding, not {}", report.findings.len());
    };
    assert_eq!(
        (finding.cell.name.as_str(), finding.pairs),
        ("pixels", 1000)
    );
    let note = "1000 parts of it raced like this, from [0] to [999]";
    assert_eq!(finding.notes, [note]);
}

#[test]
fn a_log_without_objects_and_one_without_a_second_thread_say_nothing() {
    let mut history = History::new();
    let verdict = |history: &History| Verdict::of(&scanned(&[history]));
    assert_eq!(
        verdict(&history),
        Verdict::NothingRecorded(Nothing::Objects)
    );
    let x = history.cell("x");
    history.read(MAIN, x);
    assert_eq!(
        verdict(&history),
        Verdict::NothingRecorded(Nothing::Threads)
    );
}

#[test]
fn the_racy_cells_are_those_of_which_any_part_raced() {
    let (mut history, x, one, two) = History::with_two_threads();
    let header = history.array("header", 3);
    let clean = history.cell("clean");
    let last = header.locations().last().expect("it has three parts");
    for thread in [one, two] {
        history.write(thread, x);
        history.write(thread, last);
        history.read(thread, clean);
    }
    let trace = history.trace();
    let cells = hb::run(&trace).cells(&trace);
    let names: Vec<_> = cells
        .iter()
        .map(|&cell| trace.tables().cell(cell).name.as_deref())
        .collect();
    assert_eq!(names, [Some("x"), Some("header")]);
}
