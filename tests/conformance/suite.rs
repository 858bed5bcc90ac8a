//! A suite: a manifest of cases, each with the cells that must race, and a test for
//! each of them.
//!
//! A manifest is a table of seven columns: the case as its suite calls it, the test
//! here, its file there, its class, its verdict there, the cells that race here
//! (`-` is none), and why where that is not the same.

use std::collections::BTreeSet;

use racegate::{Report, Verdict, check};
use racegate_detector::analysis::{Racy, djit, hb};
use racegate_eventlog::Trace;

/// How often each case is run; its verdict may not depend on luck.
const RUNS: usize = 10;

/// The cases of one suite.
pub(crate) struct Suite {
    /// The manifest's text.
    pub(crate) manifest: &'static str,
}

/// One row of a manifest.
struct Row {
    test: &'static str,
    racy: BTreeSet<&'static str>,
}

/// A test for each case, and `CASES`, their names.
macro_rules! cases {
    ($suite:ident; $($(#[$meta:meta])* fn $test:ident() $body:block)*) => {
        /// The tests of this file.
        pub(super) const CASES: &[&str] = &[$(stringify!($test)),*];

        $($(#[$meta])*
        #[test]
        fn $test() {
            $crate::suite::judge(&super::$suite, stringify!($test), || $body);
        })*
    };
}
pub(crate) use cases;

impl Suite {
    fn rows(&self) -> impl Iterator<Item = Row> {
        let row = |line: &'static str| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [_, test, _, _, _, racy, _] = columns[..] else {
                panic!("expected seven columns: {line:?}");
            };
            assert!(!racy.is_empty(), "{test} says nothing of its racy cells");
            let racy = racy.split(' ').filter(|&cell| cell != "-").collect();
            Row { test, racy }
        };
        self.manifest.lines().skip(1).map(row)
    }

    /// Fails unless these are the tests of the manifest, each once.
    pub(crate) fn assert_whole(&self, files: &[&[&str]]) {
        let mut written: Vec<&str> = files.concat();
        let mut listed: Vec<&str> = self.rows().map(|row| row.test).collect();
        written.sort_unstable();
        listed.sort_unstable();
        assert_eq!(written, listed);
    }
}

/// Runs a case, and fails unless exactly the cells of its row race in every run.
pub(crate) fn judge(suite: &Suite, test: &str, program: impl Fn()) {
    let row = suite.rows().find(|row| row.test == test);
    let row = row.unwrap_or_else(|| panic!("{test} is not in the manifest"));
    for _ in 0..RUNS {
        judge_run(&row, &check(&program));
    }
}

fn judge_run(row: &Row, report: &Report) {
    let trace = report.trace();
    let racy = hb::run(trace);
    assert_eq!(racy, djit::run(trace), "two opinions on {}", row.test);
    let names = names(trace, &racy);
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(names, row.racy, "{}\n{report}", row.test);
    let verdict = match row.racy.is_empty() {
        true => Verdict::Clean,
        false => Verdict::Racy,
    };
    assert_eq!(report.verdict(), verdict, "{}\n{report}", row.test);
}

fn names(trace: &Trace, racy: &Racy) -> BTreeSet<String> {
    let tables = trace.tables();
    let name = |cell| tables.cell(cell).name.clone();
    let cells = racy.cells(trace).into_iter();
    cells
        .map(|cell| name(cell).unwrap_or_else(|| "nameless".to_owned()))
        .collect()
}
