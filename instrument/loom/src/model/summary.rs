//! What a model came to: a line for whoever gates, and a word on what was not checked.

use std::env;
use std::fs::File;
use std::io::{self, Write};
use std::panic::Location;
use std::time::Instant;

use racegate::__private::Glance;
use serde::Serialize;

use super::run::{Failed, Failure, Passed};

/// Where the line goes, if anywhere.
const FILE: &str = "RACEGATE_LOOM_SUMMARY";

/// What a model came to.
pub(super) struct Summary {
    line: Line,
    since: Instant,
}

/// A line of the file.
#[derive(Serialize)]
struct Line {
    /// The thread that the test runs on, which is called as the test.
    test: String,
    /// Where the model is.
    model_at: String,
    runs: u64,
    /// The most that a run touched.
    cells: usize,
    atomics: usize,
    others: usize,
    findings: u64,
    /// How many runs had findings, and none that is certain.
    doubtful: u64,
    /// The report of the first such run.
    doubt: Option<String>,
    /// Operations by threads that belong to no model.
    outside: u64,
    seconds: f64,
    failed: bool,
}

impl Summary {
    /// Of the test that runs on this thread.
    #[track_caller]
    pub(super) fn of_test() -> Self {
        let thread = std::thread::current();
        let line = Line {
            test: thread.name().unwrap_or("model").to_owned(),
            model_at: Location::caller().to_string(),
            runs: 0,
            cells: 0,
            atomics: 0,
            others: 0,
            findings: 0,
            doubtful: 0,
            doubt: None,
            outside: 0,
            seconds: 0.0,
            failed: false,
        };
        let since = Instant::now();
        Self { line, since }
    }

    /// A run went well.
    pub(super) fn add(&mut self, passed: Passed) {
        self.line.runs += 1;
        self.see(&passed.seen);
        if let Some(report) = passed.doubt {
            self.line.doubtful += 1;
            self.line.doubt.get_or_insert(report);
        }
    }

    fn see(&mut self, glance: &Glance) {
        let line = &mut self.line;
        line.cells = line.cells.max(glance.cells);
        line.atomics = line.atomics.max(glance.atomics);
        line.others = line.others.max(glance.others);
        line.outside = line.outside.max(glance.outside);
    }

    /// A run failed, and no other follows.
    pub(super) fn fail(&mut self, failed: &Failed) {
        self.line.runs += 1;
        self.line.failed = true;
        self.line.findings = u64::from(matches!(failed.why, Failure::Verdict(..)));
        if let Some(seen) = &failed.seen {
            self.see(seen);
        }
        self.write();
    }

    /// All runs went well.
    pub(super) fn end(mut self) {
        let line = &self.line;
        if line.cells == 0 {
            println!(
                "racegate: {} runs, {} atomics, 0 cells seen: nothing could race",
                line.runs, line.atomics
            );
        }
        if let Some(report) = &line.doubt {
            println!(
                "{report}\nracegate: this was found in {} of {} runs, and is not certain",
                line.doubtful, line.runs
            );
        }
        if line.outside > 0 {
            println!(
                "racegate: {} operations by threads that no model spawned were not checked",
                line.outside
            );
        }
        self.write();
    }

    fn write(&mut self) {
        self.line.seconds = self.since.elapsed().as_secs_f64();
        if let Some(path) = env::var_os(FILE) {
            let written = self.append_to(&path);
            if let Err(error) = written {
                eprintln!("racegate: {} cannot be written: {error}", path.display());
            }
        }
    }

    /// One write, so that lines of tests that run side by side stay whole.
    fn append_to(&self, path: &std::ffi::OsStr) -> io::Result<()> {
        let mut text = serde_json::to_string(&self.line)?;
        text.push('\n');
        let mut file = File::options().append(true).create(true).open(path)?;
        file.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_that_failed_has_seen_counts_as_that_of_one_that_went_well() {
        let mut summary = Summary::of_test();
        let mut first = Passed::default();
        (first.seen.cells, first.seen.atomics) = (2, 5);
        summary.add(first);
        let mut seen = Glance::default();
        (seen.cells, seen.atomics) = (3, 4);
        let raced = Failed {
            why: Failure::Verdict("it races".to_owned(), None),
            seen: Some(seen),
        };
        summary.fail(&raced);
        let Line {
            runs,
            cells,
            atomics,
            findings,
            ..
        } = summary.line;
        assert_eq!((runs, cells, atomics, findings), (2, 3, 5, 1));
    }

    #[test]
    fn what_is_not_certain_is_counted_and_told_once() {
        let mut summary = Summary::of_test();
        for report in [None, Some("first"), Some("second")] {
            summary.add(Passed {
                doubt: report.map(str::to_owned),
                ..Passed::default()
            });
        }
        let Line {
            runs,
            findings,
            doubtful,
            doubt,
            ..
        } = summary.line;
        assert_eq!((runs, findings, doubtful), (3, 0, 2));
        assert_eq!(doubt.as_deref(), Some("first"));
    }
}
