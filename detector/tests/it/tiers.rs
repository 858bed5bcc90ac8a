//! How certain a finding is, and what it fails.

use oracle::generator;
use racegate_detector::analysis::{ANALYSES, Analysis, by_name};
use racegate_detector::finding::{Finding, Tier};
use racegate_detector::report::{LoadedLog, Report, scan_by};
use racegate_detector::symbols::Symbols;
use racegate_detector::verdict::Verdict;
use racegate_eventlog::reader::Log;
use racegate_eventlog::{EventKind, Extent, Location, Trace};

use crate::history::{History, MAIN};

pub(crate) fn scanned(history: &History, analyses: &[&str]) -> Report {
    let analyses: Vec<_> = analyses.iter().filter_map(|name| by_name(name)).collect();
    scanned_by(&history.trace(), &analyses)
}

fn scanned_by(trace: &Trace, analyses: &[&Analysis]) -> Report {
    let log = LoadedLog {
        path: "test".to_owned(),
        log: Log::of_trace(trace),
        symbols: Symbols::default(),
    };
    scan_by(&[log], analyses).expect("a trace can be read")
}

pub(crate) fn tiers(report: &Report) -> Vec<(&str, Tier)> {
    let findings = report.findings.iter();
    findings
        .map(|it| (it.cell.name.as_str(), it.tier))
        .collect()
}

/// The second thread writes `y` because, perhaps, it saw what the first wrote to `x`
/// afterwards.
fn explained() -> (History, Location) {
    let (mut history, x, one, two) = History::with_two_threads();
    let y = history.cell("y");
    let write = EventKind::Write(Extent::one(y));
    history.push_at(one, write, 100);
    history.write(one, x);
    history.read(two, x);
    history.push_at(two, write, 200);
    (history, y)
}

#[test]
fn the_first_race_of_a_cell_is_unconfirmed_where_one_of_another_cell_explains_it() {
    let (history, _) = explained();
    let report = scanned(&history, &["hb"]);
    assert_eq!(
        tiers(&report),
        [("x", Tier::First), ("y", Tier::Unconfirmed)]
    );
    assert_eq!(report.summary.unconfirmed, 1);
    let [certain, unconfirmed] = &report.findings[..] else {
        panic!("two findings");
    };
    assert!(certain.notes.is_empty(), "{:?}", certain.notes);
    assert_eq!(
        unconfirmed.notes,
        [
            "unconfirmed: T2 `worker-2` saw at src/main.rs:7 what T1 `worker-1` wrote to `x` at \
          src/main.rs:6, in a race that may be what lets these two happen so: mend that one first"
        ]
    );
}

#[test]
fn a_later_race_of_a_cell_that_no_earlier_one_explains_is_schedulable() {
    let (mut history, x, one, two) = History::with_two_threads();
    let three = history.fork(MAIN);
    history.write(one, x);
    history.read(two, x);
    history.write(three, x);
    let report = scanned(&history, &["hb"]);
    let expected = [Tier::First, Tier::Schedulable, Tier::Schedulable];
    assert_eq!(
        report.findings.iter().map(|it| it.tier).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn of_many_pairs_that_look_the_same_the_most_certain_is_shown() {
    let (mut history, y) = explained();
    let three = history.fork(MAIN);
    history.push_at(three, EventKind::Write(Extent::one(y)), 200);
    let report = scanned(&history, &["hb"]);
    let looks_the_same = |it: &&Finding| [it.first.site.line, it.second.site.line] == [100, 200];
    let finding = report
        .findings
        .iter()
        .find(looks_the_same)
        .expect("it is told");
    assert_eq!((finding.tier, finding.pairs), (Tier::Schedulable, 2));
    assert_eq!(finding.second.thread.id, three.number());
}

#[test]
fn a_gate_counts_the_tiers_it_is_told_to() {
    let (history, _) = explained();
    let report = scanned(&history, &["hb"]);
    let gates = [Tier::First, Tier::Schedulable, Tier::Unconfirmed];
    let counted = gates.map(|tier| Verdict::gated(&report, tier));
    assert_eq!(counted, [1, 1, 2].map(Verdict::Findings));
    assert_eq!(Verdict::of(&report), Verdict::Findings(1));
}

#[test]
fn what_is_told_by_shb_is_certain_and_counted_beside_hb() {
    let (history, _) = explained();
    let report = scanned(&history, &["shb", "hb"]);
    assert_eq!(tiers(&report), [("x", Tier::First)]);
    let counts = report.summary.analyses.iter();
    let counts: Vec<_> = counts
        .map(|it| (it.name, it.racy_events, it.racy_cells, it.pairs))
        .collect();
    assert_eq!(counts, [("shb", 1, 1, 1), ("hb", 2, 2, 2)]);
}

#[test]
fn a_racy_write_sees_nothing_and_so_explains_nothing() {
    let (mut history, x, one, two) = History::with_two_threads();
    let (y, flag) = (history.cell("y"), history.cell("flag"));
    history.write(one, y);
    history.write(one, x);
    history.write(two, x);
    history.write(one, flag);
    history.read(two, flag);
    history.write(two, y);
    let report = scanned(&history, &["hb"]);
    let unconfirmed = report
        .findings
        .iter()
        .find(|it| it.tier == Tier::Unconfirmed)
        .expect("the race of `y`");
    assert_eq!(unconfirmed.cell.name, "y");
    let said = &unconfirmed.notes[0];
    assert!(said.contains("wrote to `flag`"), "{said}");
}

#[test]
fn what_explains_a_race_may_be_of_threads_that_are_no_part_of_it() {
    let (mut history, x, one, two) = History::with_two_threads();
    let y = history.cell("y");
    let lock = history.mutex("lock");
    let [three, four] = [one, two].map(|parent| history.fork(parent));
    history.write(one, y);
    history.acquire(one, lock);
    history.release(one, lock);
    history.acquire(three, lock);
    history.release(three, lock);
    history.write(three, x);
    history.read(four, x);
    history.end(four);
    history.join(two, four);
    history.write(two, y);
    let report = scanned(&history, &["hb"]);
    assert_eq!(
        tiers(&report),
        [("x", Tier::First), ("y", Tier::Unconfirmed)]
    );
    let said = &report.findings[1].notes[0];
    assert!(said.contains("T4 `worker-4` saw"), "{said}");
    assert!(said.contains("T3 `worker-3` wrote to `x`"), "{said}");
}

#[test]
fn whatever_is_unconfirmed_is_explained_by_a_race_that_is_told_too() {
    let mut explained = 0;
    for seed in 0..400 {
        let report = scanned_by(&generator::trace(seed), &[&ANALYSES[0]]);
        let certain = report
            .findings
            .iter()
            .filter(|it| it.tier != Tier::Unconfirmed);
        let certain: Vec<&Finding> = certain.collect();
        for finding in report
            .findings
            .iter()
            .filter(|it| it.tier == Tier::Unconfirmed)
        {
            let note = &finding.notes[0];
            // Of bytes that are no cell, the note says which.
            let names = |race: &&Finding| note.contains(&format!("`{}", race.cell.name));
            assert!(note.contains(" saw at "), "seed {seed}: {note}");
            assert!(certain.iter().any(names), "seed {seed}: {note}");
            explained += 1;
        }
    }
    assert!(explained > 100, "only {explained} races to explain");
}
