//! Every program of the manifest reaches its verdict in every run, free or steered,
//! and its findings can be read.

use std::fmt::Write as _;

use fixtures::{Fixture, HappensBefore, by_name};
use racegate::{Report, Verdict, check, check_with_yields};
use racegate_detector::finding::{Access, Finding};
use racegate_eventlog::reader;

use crate::recorded::{expected, only_log, racy_cells, run_recorded};

const RUNS: u64 = 20;

/// One test for each program, so that none can be left out unseen.
macro_rules! manifest {
    ($($test:ident: $name:literal)*) => {
        /// The name of every program that must exist.
        pub(crate) const MANIFEST: &[&str] = &[$($name),*];

        $(#[test]
        fn $test() {
            judge(by_name($name).expect("the catalogue lists it"));
        })*
    };
}

manifest! {
    bank_racy: "bank/racy"
    bank_monitor: "bank/monitor"
    bank_semaphore: "bank/semaphore"
    bank_semaphore2: "bank/semaphore2"
    bank_mutex: "bank/mutex"
    bank_withdraw_split: "bank/withdraw-split"
    bank_withdraw_reentrant: "bank/withdraw-reentrant"
    bank_withdraw: "bank/withdraw"
    bank_rwmutex: "bank/rwmutex"
    bank_rwmutex_hidden_write: "bank/rwmutex-hidden-write"
    bank_balance_unlocked: "bank/balance-unlocked"
    slice_torn: "slice/torn"
    litmus_xy: "litmus/xy"
    litmus_xy_relaxed: "litmus/xy-relaxed"
    litmus_xy_seqcst: "litmus/xy-seqcst"
    icons_eager: "icons/eager"
    icons_lazy: "icons/lazy"
    icons_lazy_reordered: "icons/lazy-reordered"
    icons_mutex: "icons/mutex"
    icons_rwlock: "icons/rwlock"
    icons_rwlock_no_recheck: "icons/rwlock-no-recheck"
    icons_once: "icons/once"
    cake_pipeline: "cake/pipeline"
    cake_touch_after_send: "cake/touch-after-send"
    memo_1: "memo/1"
    memo_2: "memo/2"
    memo_3: "memo/3"
    memo_4: "memo/4"
    memo_5: "memo/5"
    goroutines_many: "goroutines/many"
    goroutines_ping_pong: "goroutines/ping-pong"
    goroutines_print: "goroutines/print"
    goroutines_deep_stack: "goroutines/deep-stack"
    goroutines_identity: "goroutines/identity"
    goroutines_identity_explicit: "goroutines/identity-explicit"
    once_publish: "once/publish"
    once_publish_without_once: "once/publish-without-once"
    liveness_lock_order: "liveness/lock-order"
    liveness_livelock: "liveness/livelock"
    liveness_starvation: "liveness/starvation"
}

fn judge(fixture: &Fixture) {
    if fixture.sample.is_some() {
        judge_process(fixture);
    }
    for seed in 0..RUNS {
        judge_run(fixture, seed, fixture.sample.unwrap_or(fixture.program));
    }
    if let Some(outcome) = fixture.outcome {
        judge_run(fixture, RUNS, outcome.program);
    }
}

/// Every seed has schedules of its own.
fn judge_run(fixture: &Fixture, seed: u64, program: fn()) {
    let report = check_with_yields(seed, program);
    assert_eq!(
        racy_cells(report.trace()),
        expected(fixture),
        "{}\n{report}",
        fixture.name
    );
    let verdict = match fixture.verdict {
        HappensBefore::Clean => Verdict::Clean,
        HappensBefore::Races(_) => Verdict::Racy,
    };
    assert_eq!(report.verdict(), verdict, "{}\n{report}", fixture.name);
    findings_are_readable(fixture, &report);
}

/// Once, in a process of its own, with the log on disk.
fn judge_process(fixture: &Fixture) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = run_recorded(fixture.name, folder.path());
    assert!(output.status.success(), "{}: {output:?}", fixture.name);
    assert_memory_is_bounded(&output.stdout);
    let trace = reader::read(&only_log(folder.path())).expect("a whole log");
    assert_eq!(racy_cells(&trace), expected(fixture), "{}", fixture.name);
}

/// What is remembered of threads that ended must not add up.
fn assert_memory_is_bounded(said: &[u8]) {
    let said = String::from_utf8_lossy(said);
    // Only Linux tells.
    if let Some((_, peak)) = said.split_once("peak memory: ") {
        let kilobytes = peak.split(' ').next().unwrap_or_default();
        let kilobytes: u64 = kilobytes.parse().expect("a number of kilobytes");
        assert!(kilobytes < 64 << 10, "{said}");
    }
}

/// Each finding is of an expected cell, and both of its stacks lead to the program.
fn findings_are_readable(fixture: &Fixture, report: &Report) {
    let module = module(fixture);
    let cells = expected(fixture);
    for finding in report.findings() {
        assert!(cells.contains(&finding.cell.name), "{report}");
        for access in [&finding.first, &finding.second] {
            assert!(
                passes_through(access, &module),
                "{}: expected a frame in {module}: {}",
                fixture.name,
                stack(access)
            );
        }
    }
}

/// `bank/rwmutex-hidden-write` lives in `fixtures::bank::rwmutex_hidden_write`.
fn module(fixture: &Fixture) -> String {
    let path = fixture.name.replace('-', "_").replace('/', "::");
    format!("fixtures::{}", path.replace("memo::", "memo::memo"))
}

fn passes_through(access: &Access, module: &str) -> bool {
    access.stack.iter().any(|frame| {
        let function = frame.function.as_deref().unwrap_or_default();
        function.contains(module)
    })
}

fn stack(access: &Access) -> String {
    let mut text = String::new();
    for frame in &access.stack {
        let function = frame.function.as_deref().unwrap_or("unknown");
        writeln!(text, "  {function}").expect("a string takes what is written");
    }
    text
}

fn report_of(name: &str) -> Report {
    check(by_name(name).expect("the catalogue lists it").program)
}

/// Both sides of a finding, in the order of their texts: the function and the access.
fn sides(finding: &Finding) -> [String; 2] {
    let side = |access: &Access| {
        let function = access.site.function.as_deref().unwrap_or_default();
        let function = function.rsplit("::").next().unwrap_or_default();
        format!("{:?} in {function}", access.access)
    };
    let mut sides = [side(&finding.first), side(&finding.second)];
    sides.sort();
    sides
}

#[test]
fn bank_racy_reports_every_distinct_pair() {
    let report = report_of("bank/racy");
    let mut pairs: Vec<[String; 2]> = report.findings().iter().map(sides).collect();
    pairs.sort();
    let pair = |first: &str, second: &str| [first.to_owned(), second.to_owned()];
    assert_eq!(
        pairs,
        [
            pair("Read in balance", "Write in deposit"),
            pair("Read in deposit", "Write in deposit"),
            pair("Write in deposit", "Write in deposit"),
        ],
        "{report}"
    );
}

#[test]
fn slice_torn_names_each_word_of_the_header() {
    let report = report_of("slice/torn");
    let words: std::collections::BTreeSet<&str> = report
        .findings()
        .iter()
        .map(|finding| finding.cell.name.as_str())
        .collect();
    assert!(
        words.iter().eq(&["capacity", "length", "pointer"]),
        "{report}"
    );
}

#[test]
fn a_deep_stack_is_cut_and_says_so() {
    let report = report_of("goroutines/deep-stack");
    let [finding] = report.findings() else {
        panic!("one race is expected\n{report}");
    };
    let accesses = [&finding.first, &finding.second];
    let cut = |access: &&&Access| {
        let top = access
            .stack
            .last()
            .and_then(|frame| frame.function.as_deref());
        top.is_some_and(|function| function.contains("stack cut"))
    };
    let diver = accesses.iter().find(cut).expect("the diver's stack is cut");
    assert!(diver.stack.len() > 100, "what is kept tells where it is");
    assert!(passes_through(diver, "deep_stack::descend"));
}

#[test]
fn a_self_deadlock_names_both_locks() {
    let fixture = by_name("bank/withdraw-reentrant").expect("the catalogue lists it");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = run_recorded(fixture.name, folder.path());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "it ends: {output:?}");
    assert_eq!(
        said.matches("withdraw_reentrant.rs:").count(),
        3,
        "where it was made, locked, and locked again: {said}"
    );
}
