//! A whole report: the logs that were scanned, the summary, the findings.
//!
//! **Invariant:** a report is a function of its logs' bytes alone: the same log
//! gives the same report, byte for byte.

use racegate_eventlog::Trace;
use serde::Serialize;

use crate::finding::Finding;
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

/// A log that was read and is ready to be judged.
#[derive(Debug)]
pub struct LoadedLog {
    /// Where it came from, as the report will say it.
    pub path: String,
    /// Its events.
    pub trace: Trace,
    /// The frames behind the return addresses of its stacks.
    pub symbols: Symbols,
}

/// Analyses logs and tells what was found.
#[must_use]
pub fn scan(logs: &[LoadedLog]) -> Report {
    let _ = logs;
    unimplemented!("the engine's author writes this")
}
