//! A suite: a manifest of cases, each with the cells that must race, and a test for
//! each of them.
//!
//! A manifest is a table of seven columns: the case as its suite calls it, the test
//! here, its file there, its class, its verdict there, the cells that race here
//! (`-` is none), and why where that is not the same. `name*8` are exactly eight
//! cells of one name.

use std::collections::{BTreeMap, BTreeSet};

use racegate::{Report, Verdict, check};
use racegate_detector::analysis::{Racy, djit, hb};
use racegate_eventlog::Trace;

/// How often each case is run; its verdict may not depend on luck.
const RUNS: usize = 10;

/// The cases of one suite.
pub(crate) struct Suite {
    /// The manifest's text.
    pub(crate) manifest: &'static str,
    /// How many cases it has: none may leave both the manifest and the tests.
    pub(crate) cases: usize,
}

/// One row of a manifest.
struct Row {
    test: &'static str,
    racy: BTreeSet<&'static str>,
}

/// A test for each case, and `CASES`, their names. What the report must hold beside
/// its racy cells is asserted after the program: `told |report| { … }`.
macro_rules! cases {
    ($suite:ident; $(
        $(#[$meta:meta])*
        fn $test:ident() $body:block
        $(told |$report:ident| $told:block)?
    )*) => {
        /// The tests of this file.
        pub(crate) const CASES: &[&str] = &[$(stringify!($test)),*];

        $($(#[$meta])*
        #[test]
        fn $test() {
            $crate::suite::judge(
                &super::$suite,
                stringify!($test),
                || $body,
                &[$(|$report: &::racegate::Report| $told)?],
            );
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
        assert_eq!(written.len(), self.cases);
    }
}

impl Row {
    /// Cells of one name, as this row tells them.
    fn spell(&self, name: &str, cells: usize) -> String {
        let counted = |cell: &&str| cell.split_once('*').is_some_and(|(it, _)| it == name);
        match self.racy.iter().any(counted) {
            true => format!("{name}*{cells}"),
            false => name.to_owned(),
        }
    }
}

/// Runs a case, and fails unless exactly the cells of its row race in every run, and
/// the report tells what it must.
pub(crate) fn judge(suite: &Suite, test: &str, program: impl Fn(), told: &[fn(&Report)]) {
    let row = suite.rows().find(|row| row.test == test);
    let row = row.unwrap_or_else(|| panic!("{test} is not in the manifest"));
    for _ in 0..RUNS {
        let report = check(&program);
        judge_run(&row, &report);
        told.iter().for_each(|told| told(&report));
    }
}

fn judge_run(row: &Row, report: &Report) {
    let trace = report.trace();
    let racy = hb::run(trace);
    assert_eq!(racy, djit::run(trace), "two opinions on {}", row.test);
    let names = names(trace, &racy).into_iter();
    let spelt: BTreeSet<String> = names.map(|(name, cells)| row.spell(&name, cells)).collect();
    let spelt: BTreeSet<&str> = spelt.iter().map(String::as_str).collect();
    assert_eq!(spelt, row.racy, "{}\n{report}", row.test);
    let verdict = match row.racy.is_empty() {
        true => Verdict::Clean,
        false => Verdict::Racy,
    };
    assert_eq!(report.verdict(), verdict, "{}\n{report}", row.test);
}

/// The names of the cells that race, and how many cells have each.
fn names(trace: &Trace, racy: &Racy) -> BTreeMap<String, usize> {
    let tables = trace.tables();
    let mut names = BTreeMap::new();
    for cell in racy.cells(trace) {
        let name = tables.cell(cell).name.as_deref().unwrap_or("nameless");
        *names.entry(name.to_owned()).or_default() += 1;
    }
    names
}
