//! How certain a finding is, and what it fails.

use racegate_detector::analysis::by_name;
use racegate_detector::finding::{Finding, Tier};
use racegate_detector::report::{LoadedLog, Report, scan_by};
use racegate_detector::symbols::Symbols;
use racegate_detector::verdict::Verdict;
use racegate_eventlog::{EventKind, Extent, Location};

use crate::history::{History, MAIN};

fn scanned(history: &History, analyses: &[&str]) -> Report {
    let log = LoadedLog {
        path: "test".to_owned(),
        trace: history.trace(),
        symbols: Symbols::default(),
    };
    let analyses: Vec<_> = analyses.iter().filter_map(|name| by_name(name)).collect();
    scan_by(&[log], &analyses)
}

fn tiers(report: &Report) -> Vec<(&str, Tier)> {
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
