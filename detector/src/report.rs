//! A whole report: the logs that were scanned, the summary, the findings.
//!
//! **Invariant:** a report is a function of its logs' bytes alone: the same log
//! gives the same report, byte for byte.

mod examined;
mod notes;

use racegate_eventlog::reader;
use serde::Serialize;

use self::examined::Counted;
#[cfg(feature = "cli")]
pub(crate) use self::examined::examine_raced;
pub use self::examined::{Examined, examine};
pub use self::notes::losses;
use crate::analysis::pass_one::{Error, Options};
use crate::analysis::{ANALYSES, Analysis};
use crate::finding::{self, Finding, Tier};
use crate::symbols::Symbols;

/// The report of a scan: the JSON object of version 1.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this form.
    pub schema: u32,
    /// Who made it.
    pub tool: Tool,
    /// What was read.
    pub logs: Vec<Log>,
    /// The counts.
    pub summary: Summary,
    /// What was found, in a fixed order.
    pub findings: Vec<Finding>,
}

/// The tool that made a report.
#[derive(Clone, Debug, Serialize)]
pub struct Tool {
    /// `racegate`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// A log that was scanned.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// Where it is.
    pub path: String,
    /// Whether nothing is missing that could hide or invent a race.
    pub complete: bool,
    /// How many events it holds.
    pub events: u64,
    /// How many threads.
    pub threads: u64,
    /// How many cells.
    pub cells: u64,
    /// How many synchronisation objects.
    pub sync_objects: u64,
    /// Accesses that were dropped.
    pub dropped_accesses: u64,
    /// Synchronisation events that were dropped.
    pub dropped_sync: u64,
    /// What is missing and what follows from it, in sentences.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// The counts of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// How many findings.
    pub findings: u64,
    /// Those that no baseline knows.
    pub new: u64,
    /// Those that a baseline knows.
    pub known: u64,
    /// Those that are suppressed.
    pub suppressed: u64,
    /// Those that an earlier race may explain.
    pub unconfirmed: u64,
    /// Whether every log is complete.
    pub complete: bool,
    /// What each analysis counted.
    pub analyses: Vec<AnalysisSummary>,
}

/// What one analysis counted.
#[derive(Clone, Debug, Serialize)]
pub struct AnalysisSummary {
    /// The analysis.
    pub name: &'static str,
    /// Later events that race with an earlier one.
    pub racy_events: u64,
    /// Cells, or parts of cells, that raced.
    pub racy_cells: u64,
    /// Distinct unordered pairs of (site, access kind).
    pub pairs: u64,
}

/// A log that is open and ready to be judged.
#[derive(Debug)]
pub struct LoadedLog<'l> {
    /// Where it came from, as the report will say it.
    pub path: String,
    /// The log.
    pub log: reader::Log<'l>,
    /// The frames behind the return addresses of its stacks.
    pub symbols: Symbols,
}

/// Analyses logs and tells what was found, by the default analysis.
///
/// ```
/// use racegate_detector::report::{LoadedLog, scan};
/// use racegate_detector::symbols::Symbols;
/// use racegate_eventlog::reader::Log;
/// use racegate_eventlog::text::{TextForm, parse};
///
/// let history = b"main|fork(t)|bank.rs:3\nmain|w(x)|bank.rs:5\nt|r(x)|bank.rs:9\n";
/// let trace = parse(history, TextForm::Std)?;
/// let (path, log, symbols) = ("bank.std".into(), Log::of_trace(&trace), Symbols::default());
/// let report = scan(&[LoadedLog { path, log, symbols }])?;
/// assert_eq!(report.findings[0].second.site.line, 9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When one of the logs cannot be read to its end.
pub fn scan(logs: &[LoadedLog<'_>]) -> Result<Report, Error> {
    scan_by(logs, &[&ANALYSES[0]])
}

/// Analyses logs by each of these analyses, and tells what the first of them found.
/// What the others found is counted beside it.
///
/// # Errors
///
/// When one of the logs cannot be read to its end.
pub fn scan_by(logs: &[LoadedLog<'_>], analyses: &[&Analysis]) -> Result<Report, Error> {
    let options = Options::default();
    let examined = logs.iter().map(|log| examine(log, analyses, &options));
    Ok(Report::of(examined.collect::<Result<_, _>>()?, analyses))
}

impl Report {
    /// The report of logs that were examined by these analyses.
    #[must_use]
    pub fn of(examined: Vec<Examined>, analyses: &[&Analysis]) -> Self {
        let counts = analyses.iter().enumerate();
        let counts = counts.map(|(place, analysis)| {
            let counted = examined.iter().filter_map(|log| log.counts.get(place));
            Counted::summary(analysis.name, counted)
        });
        let counts: Vec<AnalysisSummary> = counts.collect();
        let (logs, told): (Vec<Log>, Vec<Vec<Finding>>) =
            examined.into_iter().map(|log| (log.log, log.told)).unzip();
        let findings = finding::fold(told.concat());
        let unconfirmed = findings
            .iter()
            .filter(|finding| finding.tier == Tier::Unconfirmed);
        Self {
            schema: 1,
            tool: Tool {
                name: "racegate",
                version: env!("CARGO_PKG_VERSION"),
            },
            summary: Summary {
                findings: findings.len() as u64,
                new: findings.len() as u64,
                known: 0,
                suppressed: 0,
                unconfirmed: unconfirmed.count() as u64,
                complete: logs.iter().all(|log| log.complete),
                analyses: counts,
            },
            logs,
            findings,
        }
    }
}
