//! What other race detectors lose or get wrong, racegate gets right.

use std::process::Command;

use racegate::{Report, Verdict, check};
use racegate_detector::analysis::hb;
use racegate_detector::finding::AccessKind;
use racegate_detector::report::{self, LoadedLog};
use racegate_detector::symbols::Symbols;
use racegate_eventlog::{EventKind, reader};
use tests::peers;

use crate::recorded::only_log;

/// The one finding, and that its stacks are both there.
#[track_caller]
fn assert_one_race(report: &Report, cell: &str, accesses: [AccessKind; 2]) {
    let [finding] = report.findings() else {
        panic!("one race is expected\n{report}");
    };
    assert_eq!(finding.cell.name, cell);
    assert_eq!([finding.first.access, finding.second.access], accesses);
    for access in [&finding.first, &finding.second] {
        let known = |frame: &racegate_detector::finding::Frame| {
            let function = frame.function.as_deref().unwrap_or_default();
            function.contains("tests::peers::")
        };
        assert!(access.stack.iter().any(known), "{report}");
    }
}

#[test]
fn a_racy_write_is_not_forgotten_after_two_hundred_thousand_accesses() {
    let report = check(|| peers::long_history(200_000));
    assert_one_race(&report, "distant", [AccessKind::Write, AccessKind::Read]);
}

#[test]
fn a_racy_write_is_not_forgotten_after_ten_million_accesses() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let status = Command::new(env!("CARGO_BIN_EXE_long-history"))
        .env("RACEGATE", "1")
        .env("RACEGATE_STACK", "site")
        .env("RACEGATE_LOG", folder.path())
        .status()
        .expect("the program runs");
    assert!(status.success());
    let trace = reader::read(&only_log(folder.path())).expect("a whole log");
    let reads = |kind| matches!(kind, EventKind::Read(_));
    let read = trace
        .events()
        .iter()
        .filter(|event| reads(event.kind))
        .count();
    assert_eq!(read, 10_000_001, "every access is in the log");
    let log = LoadedLog {
        path: "ten million accesses".to_owned(),
        log: reader::Log::of_trace(&trace),
        symbols: Symbols::default(),
    };
    let report = report::scan(&[log]).expect("a trace can be read");
    let [finding] = &report.findings[..] else {
        panic!("one race, not {}", report.findings.len());
    };
    assert_eq!(finding.cell.name, "distant");
    assert_eq!(finding.first.access, AccessKind::Write);
    assert_eq!(finding.second.access, AccessKind::Read);
    for access in [&finding.first, &finding.second] {
        assert!(access.site.file.ends_with("peers.rs"), "{:?}", access.site);
    }
}

#[test]
fn one_unordered_reader_is_not_forgotten_after_64_ordered_ones() {
    let report = check(|| peers::one_unordered_reader(64));
    assert_one_race(&report, "cell", [AccessKind::Read, AccessKind::Write]);
    assert_eq!(report.findings()[0].pairs, 1, "no ordered reader races");
}

#[test]
fn a_race_with_an_ended_thread_is_found_after_70_others_ended() {
    let report = check(|| peers::ended_thread(70));
    assert_one_race(&report, "cell", [AccessKind::Write, AccessKind::Read]);
}

#[test]
fn the_last_owner_may_free_after_an_acquire_fence() {
    let report = check(|| peers::last_owner_frees(4));
    assert_eq!(report.verdict(), Verdict::Clean, "{report}");
}

#[test]
fn a_release_store_of_another_thread_ends_a_release_sequence() {
    let report = check(peers::foreign_release_store);
    assert_one_race(&report, "data", [AccessKind::Write, AccessKind::Read]);
}

#[test]
fn all_of_2032_identical_races_are_found() {
    let report = check(|| peers::identical_races(2032));
    let racy = hb::run(report.trace()).cells(report.trace());
    assert_eq!(racy.len(), 2032);
}
