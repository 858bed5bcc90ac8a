//! A session in this process: its log, and the verdict on it.

use std::fmt;
use std::sync::Arc;

use racegate_detector::finding::Finding;
use racegate_detector::naming;
use racegate_detector::render;
use racegate_detector::report::{self, LoadedLog};
use racegate_detector::source::SourceRoot;
use racegate_detector::symbols::Symbols;
use racegate_detector::verdict::{self, Nothing};
use racegate_eventlog::{Trace, reader};

use super::Verdict;
use crate::recorder::{self, Log, LogOptions};

/// What a session recorded, and the verdict on it. It displays as the report that
/// a person reads.
///
/// ```
/// use racegate::cell::RaceCell;
///
/// let balance = RaceCell::new(0);
/// let report = racegate::check(|| {
///     racegate::thread::scope(|scope| {
///         scope.spawn(|| balance.set(200));
///         scope.spawn(|| balance.set(100));
///     });
/// });
/// # #[cfg(feature = "enabled")]
/// assert_eq!(report.findings().len(), 1);
/// ```
pub struct Report {
    trace: Trace,
    report: report::Report,
}

/// Runs `body`, records what it does, and reports what raced.
///
/// The session is inherited by every thread that `body` spawns through racegate,
/// so any number of sessions may run side by side. A thread that is still running
/// when `body` returns is recorded up to there.
///
/// # Panics
///
/// When `body` does, and on a log that cannot be read, which is a bug of racegate.
pub fn check<R>(body: impl FnOnce() -> R) -> Report {
    let log = open(LogOptions::default());
    recorder::within(&log, "main", body);
    judge(&log)
}

/// Like [`check`], with threads that give way at random, as `RACEGATE_YIELDS=<seed>`
/// makes them: other seeds show other schedules.
///
/// The verdict does not depend on the schedule as long as the program does the same in
/// each of them. What the program itself makes of its races does.
///
/// ```
/// use racegate::cell::RaceCell;
/// use racegate::sync::Mutex;
///
/// for seed in 0..10 {
///     let balance = Mutex::new(RaceCell::new(0));
///     let deposit = || balance.lock().unwrap().update(|balance| balance + 100);
///     let report = racegate::check_with_yields(seed, || {
///         racegate::thread::scope(|scope| {
///             scope.spawn(deposit);
///             scope.spawn(deposit);
///         });
///     });
///     report.assert_clean();
/// }
/// ```
///
/// # Panics
///
/// As [`check`] does.
pub fn check_with_yields<R>(seed: u64, body: impl FnOnce() -> R) -> Report {
    let log = open(with_yields(seed));
    recorder::within(&log, "main", body);
    judge(&log)
}

/// What `body` does, with threads that give way at random, judged by nobody.
///
/// # Panics
///
/// As [`check`] does.
#[doc(hidden)]
pub fn trace_with_yields<R>(seed: u64, body: impl FnOnce() -> R) -> Trace {
    let log = recorder::suspended(|| Arc::new(Log::in_memory(with_yields(seed))));
    recorder::within(&log, "main", body);
    recorder::suspended(|| read(&log))
}

pub(super) fn with_yields(seed: u64) -> LogOptions {
    LogOptions {
        yields: Some(seed),
        ..LogOptions::default()
    }
}

/// A log for one session: where the environment wants logs, else in memory.
///
/// A folder that cannot be written does not fail the test: its verdict needs none,
/// and the gate that asked for the folder finds it empty.
pub(super) fn open(options: LogOptions) -> Arc<Log> {
    recorder::suspended(|| {
        let kept =
            recorder::process_folder().and_then(|parent| Log::in_folder(options, &parent).ok());
        Arc::new(kept.unwrap_or_else(|| Log::in_memory(options)))
    })
}

/// A log for a session that is expected to race, so no gate shall see it.
pub(super) fn open_in_memory() -> Arc<Log> {
    recorder::suspended(|| Arc::new(Log::in_memory(LogOptions::default())))
}

/// The verdict on a log that was closed.
pub(super) fn judge(log: &Arc<Log>) -> Report {
    recorder::suspended(|| {
        let trace = read(log);
        let symbols = Symbols::for_log(trace.tables(), log.folder());
        let path = log.folder().map_or_else(
            || format!("session {}", log.number()),
            |folder| folder.display().to_string(),
        );
        let log = LoadedLog {
            path,
            log: reader::Log::of_trace(&trace),
            symbols,
        };
        let report = report::scan(&[log]).unwrap_or_else(|error| refused(&error));
        Report { trace, report }
    })
}

/// What a log that was closed holds.
pub(super) fn read(log: &Log) -> Trace {
    let read = match log.folder() {
        Some(folder) => reader::read(folder),
        None => reader::read_image(&log.image()),
    };
    read.unwrap_or_else(|error| refused(&error))
}

pub(super) fn refused(error: &dyn fmt::Display) -> ! {
    panic!("racegate recorded a log that it cannot read, which is a bug: {error}")
}

impl Report {
    /// What can be said of the session.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match verdict::Verdict::of(&self.report) {
            verdict::Verdict::Findings(_) => Verdict::Racy,
            verdict::Verdict::Incomplete => Verdict::Incomplete,
            // One test may well have one thread only; of a whole run it says more.
            verdict::Verdict::Clean | verdict::Verdict::NothingRecorded(Nothing::Threads) => {
                Verdict::Clean
            }
            verdict::Verdict::NothingRecorded(
                Nothing::Logs | Nothing::Events | Nothing::Objects,
            ) => Verdict::NothingRecorded,
        }
    }

    /// What raced: one finding for each distinct pair of places.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.report.findings
    }

    /// The whole report, as the detector made it.
    #[must_use]
    pub fn detail(&self) -> &report::Report {
        &self.report
    }

    /// The events, in an order that agrees with what happened.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Asserts that nothing raced and that something was recorded.
    ///
    /// # Panics
    ///
    /// Unless the verdict is [`Verdict::Clean`], with the report.
    #[track_caller]
    pub fn assert_clean(&self) {
        assert!(self.verdict() == Verdict::Clean, "{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut report = self.report.clone();
        let mut options = render::Options::default();
        if let Some(root) = SourceRoot::enclosing() {
            naming::name(&mut report, &root);
            options.sources = render::sources(&report, &root);
        }
        let human = render::format("human").expect("the form for a person is in the table");
        f.write_str(&(human.render)(&report, &options))
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("verdict", &self.verdict())
            .field("findings", &self.report.findings.len())
            .finish_non_exhaustive()
    }
}
