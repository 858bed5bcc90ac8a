//! What `#[racegate::test]` and `expect_race!` expand to.

#[cfg(feature = "enabled")]
use crate::recorder::LogOptions;
#[cfg(feature = "enabled")]
use racegate_eventlog::event::TEST_MARK;

use super::Report;
#[cfg(feature = "enabled")]
use super::{
    Verdict,
    recorded::{judge, open, open_in_memory},
};

/// The body of a test: recorded, then judged. A finding fails the test even when
/// its own assertions hold; when `body` panics, its findings are printed first,
/// since they may be the reason.
///
/// # Panics
///
/// When `body` does, or when the verdict is not [`Verdict::Clean`].
#[cfg(feature = "enabled")]
#[doc(hidden)]
pub fn run<R>(name: &str, body: impl FnOnce() -> R) -> R {
    let (outcome, report) = record(name, body);
    match outcome {
        Err(panic) => {
            if report.verdict() == Verdict::Racy {
                eprintln!("{report}");
            }
            std::panic::resume_unwind(panic)
        }
        Ok(result) => {
            refuse_unless_clean(&report);
            result
        }
    }
}

/// The body of a test that should panic. A finding swallows the panic, so that
/// the test fails for want of it.
#[cfg(feature = "enabled")]
#[doc(hidden)]
pub fn run_should_panic(name: &str, body: impl FnOnce()) {
    let (outcome, report) = record(name, body);
    let clean = report.verdict() == Verdict::Clean;
    if !clean {
        eprintln!("{}", complaint(&report));
    }
    if let (Err(panic), true) = (outcome, clean) {
        std::panic::resume_unwind(panic)
    }
}

#[cfg(feature = "enabled")]
fn record<R>(name: &str, body: impl FnOnce() -> R) -> (std::thread::Result<R>, Report) {
    let log = open(LogOptions::default());
    let body = std::panic::AssertUnwindSafe(body);
    let outcome = std::panic::catch_unwind(|| {
        let body = body;
        crate::recorder::within(&log, "main", || {
            crate::recorder::mark(&format!("{TEST_MARK}{name}"));
            body.0()
        })
    });
    (outcome, judge(&log))
}

#[cfg(feature = "enabled")]
fn refuse_unless_clean(report: &Report) {
    if report.verdict() != Verdict::Clean {
        eprintln!("{}", complaint(report));
        panic!("{}", headline(report));
    }
    if !report.findings().is_empty() {
        // What is not certain fails nothing, and is told.
        eprintln!("{report}");
    }
}

#[cfg(feature = "enabled")]
fn complaint(report: &Report) -> String {
    format!("{report}\nracegate: {}", headline(report))
}

#[cfg(feature = "enabled")]
fn headline(report: &Report) -> String {
    match report.verdict() {
        Verdict::Clean => "no data race".to_owned(),
        Verdict::Racy => {
            let count = report.findings().len();
            format!(
                "{count} data race{}, told above",
                if count == 1 { "" } else { "s" }
            )
        }
        Verdict::Incomplete => "events were lost, so nothing is proven".to_owned(),
        Verdict::NothingRecorded => {
            "nothing was recorded: this test touches no cell or lock of racegate's".to_owned()
        }
    }
}

/// The body of a test, not recorded.
#[cfg(not(feature = "enabled"))]
#[doc(hidden)]
pub fn run<R>(_name: &str, body: impl FnOnce() -> R) -> R {
    body()
}

/// The body of a test that should panic, not recorded.
#[cfg(not(feature = "enabled"))]
#[doc(hidden)]
pub fn run_should_panic(_name: &str, body: impl FnOnce()) {
    body();
}

/// Records `body` in memory only: a race that is expected shall fail no gate.
#[cfg(feature = "enabled")]
#[doc(hidden)]
pub fn expect<R>(body: impl FnOnce() -> R) -> Report {
    let log = open_in_memory();
    crate::recorder::within(&log, "main", body);
    judge(&log)
}

/// Runs `body`, not recorded.
#[cfg(not(feature = "enabled"))]
#[doc(hidden)]
pub fn expect<R>(body: impl FnOnce() -> R) -> Report {
    crate::check(body)
}

/// Asserts that the report has a finding, on the named cell if one is named.
///
/// # Panics
///
/// When it has none.
#[cfg(feature = "enabled")]
#[doc(hidden)]
#[track_caller]
pub fn assert_racy(report: &Report, cell: Option<&str>) {
    let named = |wanted: &str| {
        report
            .findings()
            .iter()
            .any(|finding| finding.cell.name == wanted)
    };
    match cell {
        None => assert!(
            report.verdict() == Verdict::Racy,
            "expected a data race\n{report}"
        ),
        Some(cell) => assert!(named(cell), "expected a data race on `{cell}`\n{report}"),
    }
}

/// Asserts nothing: without the feature `enabled` no race can be seen.
#[cfg(not(feature = "enabled"))]
#[doc(hidden)]
pub fn assert_racy(_report: &Report, _cell: Option<&str>) {}
