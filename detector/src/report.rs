//! A whole report: the logs that were scanned, the summary, the findings.
//!
//! **Invariant:** a report is a function of its logs' bytes alone: the same log
//! gives the same report, byte for byte.

mod notes;

use std::collections::BTreeSet;

use racegate_eventlog::Trace;
use serde::Serialize;

use crate::analysis::{ANALYSES, Analysis};
use crate::finding::{self, Finding, Tier, pairs};
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

impl LoadedLog {
    /// What is missing from it and what follows from that, in sentences.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        notes::of(self)
    }
}

/// Analyses logs and tells what was found, by the default analysis.
///
/// ```
/// use racegate_detector::report::{LoadedLog, scan};
/// use racegate_detector::symbols::Symbols;
/// use racegate_eventlog::text::{TextForm, parse};
///
/// let history = b"main|fork(t)|bank.rs:3\nmain|w(x)|bank.rs:5\nt|r(x)|bank.rs:9\n";
/// let trace = parse(history, TextForm::Std)?;
/// let symbols = Symbols::default();
/// let report = scan(&[LoadedLog { path: "bank.std".into(), trace, symbols }]);
/// assert_eq!(report.findings[0].second.site.line, 9);
/// # Ok::<(), racegate_eventlog::text::TextError>(())
/// ```
#[must_use]
pub fn scan(logs: &[LoadedLog]) -> Report {
    scan_by(logs, &[&ANALYSES[0]])
}

/// Analyses logs by each of these analyses, and tells what the first of them found.
/// What the others found is counted beside it.
#[must_use]
pub fn scan_by(logs: &[LoadedLog], analyses: &[&Analysis]) -> Report {
    let mut told = Vec::new();
    let mut counts = Vec::with_capacity(analyses.len());
    for (place, analysis) in analyses.iter().enumerate() {
        let mut count = AnalysisSummary::none(analysis.name);
        let mut distinct = BTreeSet::new();
        for log in logs {
            let racy = (analysis.run)(&log.trace);
            let found = pairs::collect(&log.trace, &racy.locations(), analysis.order);
            count.racy_events += racy.distinct_events() as u64;
            count.racy_cells += racy.locations().len() as u64;
            distinct.extend(found.distinct);
            if place == 0 {
                told.extend(finding::tell(&log.trace, &log.symbols, &found.pairs));
            }
        }
        count.pairs = distinct.len() as u64;
        counts.push(count);
    }
    let findings = finding::fold(told);
    let unconfirmed = findings
        .iter()
        .filter(|finding| finding.tier == Tier::Unconfirmed);
    let logs: Vec<Log> = logs.iter().map(Log::of).collect();
    Report {
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

impl AnalysisSummary {
    fn none(name: &'static str) -> Self {
        Self {
            name,
            racy_events: 0,
            racy_cells: 0,
            pairs: 0,
        }
    }
}

impl Log {
    fn of(log: &LoadedLog) -> Self {
        let (tables, events) = (log.trace.tables(), log.trace.events());
        let integrity = log.trace.integrity();
        Self {
            path: log.path.clone(),
            complete: integrity.is_complete(),
            events: events.len() as u64,
            threads: tables.threads.len() as u64,
            cells: tables.cells.len() as u64,
            sync_objects: tables.objects.len() as u64,
            dropped_accesses: integrity.dropped_accesses,
            dropped_sync: integrity.dropped_sync,
            notes: log.notes(),
        }
    }
}
