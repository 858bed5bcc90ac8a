//! What the models say of themselves: a line of JSON each.
//!
//! **Invariant:** a line that cannot be read is counted, and no success is built on it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::cli::exit::Exit;
use crate::render::plain::plain;

/// All models of a run.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Summary {
    /// By test and place.
    models: BTreeMap<(String, String), Counts>,
    unreadable: usize,
}

/// What one place's models did.
#[derive(Clone, Debug, Default, PartialEq)]
struct Counts {
    runs: u64,
    cells: u64,
    findings: u64,
    doubtful: u64,
    /// The first report of what is not certain.
    doubt: Option<String>,
    outside: u64,
    seconds: f64,
    failed: bool,
}

/// One model, as the facade writes it.
#[derive(Debug, Deserialize)]
struct Model {
    test: String,
    model_at: String,
    runs: u64,
    cells: u64,
    findings: u64,
    seconds: f64,
    #[serde(default)]
    doubtful: u64,
    #[serde(default)]
    doubt: Option<String>,
    #[serde(default)]
    outside: u64,
    #[serde(default)]
    failed: bool,
}

impl Summary {
    /// Reads the file that the facade was told to write. Without a model there is none.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        match fs::read(path) {
            Ok(bytes) => Ok(Self::of(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    fn of(text: &str) -> Self {
        let mut summary = Self::default();
        for line in text.lines() {
            match serde_json::from_str::<Model>(line) {
                Ok(model) => summary.add(model),
                Err(_) => summary.unreadable += 1,
            }
        }
        summary
    }

    fn add(&mut self, model: Model) {
        let counts = self.models.entry((model.test, model.model_at)).or_default();
        counts.runs += model.runs;
        counts.cells = counts.cells.max(model.cells);
        counts.findings += model.findings;
        counts.doubtful += model.doubtful;
        counts.doubt = counts.doubt.take().or(model.doubt);
        counts.outside += model.outside;
        counts.seconds += model.seconds;
        counts.failed |= model.failed;
    }

    /// Whether no model told anything.
    pub(super) fn is_empty(&self) -> bool {
        self.models.is_empty()
    }

    fn total(&self, count: impl Fn(&Counts) -> u64) -> u64 {
        self.models.values().map(count).sum()
    }

    /// How the command ends, where the tests ended with a code or well.
    pub(super) fn exit(&self, failed: Option<u8>) -> Exit {
        match failed {
            _ if self.total(|counts| counts.findings) > 0 => Exit::Findings,
            Some(code) => Exit::Program(code),
            None if self.unreadable > 0 => Exit::Incomplete,
            None if self.total(|counts| counts.runs) == 0 => Exit::NothingRecorded,
            None => Exit::Clean,
        }
    }

    /// What is not certain: of each place the first report, and how many runs are like it.
    pub(super) fn doubts(&self) -> Vec<String> {
        let doubts = self.models.iter().filter_map(|((test, place), counts)| {
            let report = counts.doubt.as_ref()?;
            let (test, place) = (plain(test), plain(place));
            let (doubtful, runs) = (counts.doubtful, counts.runs);
            Some(format!(
                "{report}\nracegate: found in {doubtful} of {runs} runs of `{test}`, {place}: \
                 it is not certain, and fails nothing"
            ))
        });
        doubts.collect()
    }

    /// What was not checked, a sentence each.
    pub(super) fn unchecked(&self) -> Vec<String> {
        let mut said = Vec::new();
        // What the run that failed has seen is not told.
        let blind = |counts: &&Counts| counts.cells == 0 && !counts.failed;
        let blind = self.models.values().filter(blind).count();
        if blind == self.models.len() && blind > 0 {
            said.push(
                "0 cells seen: nothing could race; what the models assert was tried, and no more"
                    .to_owned(),
            );
        } else if blind > 0 {
            let all = self.models.len();
            said.push(format!(
                "in {blind} of {all} models no cell was seen: nothing could race there"
            ));
        }
        let outside = self.total(|counts| counts.outside);
        if outside > 0 {
            said.push(format!(
                "{outside} operations were outside of any model: they were not checked"
            ));
        }
        if self.unreadable > 0 {
            let lines = self.unreadable;
            said.push(format!(
                "what {lines} models say of themselves cannot be read"
            ));
        }
        said
    }

    /// The table: a line for each place of each test, and one for all.
    pub(super) fn table(&self) -> String {
        let mut rows =
            vec![["test", "model", "runs", "cells", "findings", "seconds"].map(str::to_owned)];
        for ((test, place), counts) in &self.models {
            rows.push(row(plain(test), plain(place), counts));
        }
        let all = self
            .models
            .values()
            .fold(Counts::default(), |mut all, counts| {
                all.runs += counts.runs;
                all.cells += counts.cells;
                all.findings += counts.findings;
                all.seconds += counts.seconds;
                all
            });
        rows.push(row("in all".to_owned(), String::new(), &all));
        aligned(&rows)
    }
}

fn row(test: String, place: String, counts: &Counts) -> [String; 6] {
    let numbers = [counts.runs, counts.cells, counts.findings].map(|number| number.to_string());
    let [runs, cells, findings] = numbers;
    [
        test,
        place,
        runs,
        cells,
        findings,
        format!("{:.2}", counts.seconds),
    ]
}

/// Names to the left, numbers to the right.
fn aligned(rows: &[[String; 6]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            // Writing to a string cannot fail.
            let _ = if column < 2 {
                write!(text, "{gap}{cell:<width$}")
            } else {
                write!(text, "{gap}{cell:>width$}")
            };
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(test: &str, cells: u64, findings: u64, outside: u64) -> String {
        format!(
            "{{\"test\":\"{test}\",\"model_at\":\"tests/loom.rs:7\",\"runs\":200,\"cells\":{cells},\
             \"atomics\":2,\"findings\":{findings},\"seconds\":0.125,\"failed\":false,\"outside\":{outside}}}\n"
        )
    }

    #[test]
    fn models_of_one_place_are_told_together() {
        let text = [
            line("push", 3, 0, 0),
            line("push", 2, 0, 0),
            line("pop\\u001b[31m", 0, 0, 0),
        ]
        .concat();
        let expected = "\
test           model            runs  cells  findings  seconds
pop\\u{1b}[31m  tests/loom.rs:7   200      0         0     0.12
push           tests/loom.rs:7   400      3         0     0.25
in all                           600      3         0     0.38
";
        assert_eq!(Summary::of(&text).table(), expected);
    }

    #[test]
    fn the_way_out_is_that_of_the_worst() {
        let clean = Summary::of(&line("a", 1, 0, 0));
        assert_eq!(clean.exit(None), Exit::Clean);
        assert_eq!(clean.exit(Some(101)), Exit::Program(101));
        let racy = Summary::of(&(line("a", 1, 1, 0) + "{"));
        assert_eq!(racy.exit(None), Exit::Findings);
        assert_eq!(racy.exit(Some(101)), Exit::Findings);
        let torn = Summary::of(&(line("a", 1, 0, 0) + "{\"test\":"));
        assert_eq!(torn.exit(None), Exit::Incomplete);
        assert_eq!(Summary::of("").exit(None), Exit::NothingRecorded);
        assert_eq!(Summary::of("").exit(Some(101)), Exit::Program(101));
    }

    #[test]
    fn what_is_not_certain_is_told_once_for_each_place_and_fails_nothing() {
        let doubtful = |report: &str| {
            let more = format!("\"doubtful\":5,\"doubt\":\"{report}\",\"cells\"");
            line("a", 1, 0, 0).replace("\"cells\"", &more)
        };
        let summary = Summary::of(&(line("a", 1, 0, 0) + &doubtful("one") + &doubtful("two")));
        let told = "one\nracegate: found in 10 of 600 runs of `a`, tests/loom.rs:7: it is not \
                    certain, and fails nothing";
        assert_eq!(summary.doubts(), [told]);
        assert_eq!(summary.exit(None), Exit::Clean);
        assert!(Summary::of(&line("a", 1, 0, 0)).doubts().is_empty());
    }

    #[test]
    fn what_was_not_checked_is_said() {
        let said = |text: &str| Summary::of(text).unchecked().join("\n");
        assert_eq!(said(&line("a", 1, 0, 0)), "");
        assert_eq!(said(""), "");
        assert!(said(&line("a", 0, 0, 0)).starts_with("0 cells seen"));
        assert!(said(&(line("a", 0, 0, 0) + &line("b", 1, 0, 0))).starts_with("in 1 of 2 models"));
        assert!(said(&line("a", 1, 0, 4)).starts_with("4 operations were outside"));
        assert!(said("?").contains("1 models"));
        let failed = line("a", 0, 1, 0).replace("\"failed\":false", "\"failed\":true");
        assert_eq!(said(&failed), "");
    }
}
