//! From logs to a verdict that has been told.

use std::path::PathBuf;
use std::time::Instant;

use super::arguments::Reporting;
use super::exit::{Exit, Failure};
use super::load;
use super::output::Terminal;
use crate::analysis::{self, Analysis};
use crate::naming;
use crate::render::{self, Options};
use crate::report;
use crate::source::SourceRoot;
use crate::verdict::Verdict;

/// The folder whose source may be shown.
pub(super) fn source_root(reporting: &Reporting) -> Result<SourceRoot, Failure> {
    let folder = reporting.source_root.clone().unwrap_or_else(|| ".".into());
    SourceRoot::new(&folder)
        .map_err(|error| Failure::usage(format!("source root {}: {error}", folder.display())))
}

/// Reads the logs, scans them, and writes the report in every form asked for.
pub(super) fn judge(
    paths: &[PathBuf],
    reporting: &Reporting,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let root = source_root(reporting)?;
    let loaded = load::load(paths, &root);
    loaded.failures.iter().for_each(Failure::tell);
    if loaded.logs.is_empty() {
        let exits = loaded.failures.iter().map(|failure| failure.exit);
        return Ok(worst(exits).unwrap_or(Exit::NothingRecorded));
    }
    let names = reporting.analyses.iter();
    let analyses: Vec<&Analysis> = names.filter_map(|name| analysis::by_name(name)).collect();
    let mut report = report::scan_by(&loaded.logs, &analyses);
    naming::name(&mut report, &root);
    let options = Options {
        sources: render::sources(&report, &root),
        elapsed: Some(begun.elapsed()),
        colour: false,
    };
    reporting.outputs.write(&report, &options, terminal)?;
    let exit = Exit::from(Verdict::gated(&report, reporting.gate.into()));
    if exit == Exit::Findings {
        return Ok(exit);
    }
    // What could not be read may have held what was not found.
    let failures = loaded.failures.iter().map(|failure| failure.exit);
    Ok(worst(failures).unwrap_or(exit))
}

/// A log that cannot be read weighs more than one that holds nothing.
fn worst(exits: impl Iterator<Item = Exit>) -> Option<Exit> {
    exits.reduce(|worst, exit| {
        if worst == Exit::Unreadable {
            worst
        } else {
            exit
        }
    })
}
