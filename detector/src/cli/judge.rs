//! From logs to a verdict that has been told.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::arguments::Reporting;
use super::exit::{Exit, Failure};
use super::load;
use super::output::Terminal;
use crate::analysis::{self, Analysis};
use crate::naming;
use crate::render::{self, Options};
use crate::report::{self, Examined, Report};
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
    let names = reporting.analyses.iter();
    let analyses: Vec<&Analysis> = names.filter_map(|name| analysis::by_name(name)).collect();
    let (mut examined, mut failures) = (Vec::new(), Vec::new());
    // One log after the other, so that only one at a time takes memory.
    for path in load::find(paths) {
        match path.and_then(|path| examine(&path, &root, &analyses, reporting)) {
            Ok(log) => examined.push(log),
            Err(failure) => failures.push(failure),
        }
    }
    failures.iter().for_each(Failure::tell);
    let failures = failures.iter().map(|failure| failure.exit);
    if examined.is_empty() {
        return Ok(worst(failures).unwrap_or(Exit::NothingRecorded));
    }
    let mut report = Report::of(examined, &analyses);
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
    Ok(worst(failures).unwrap_or(exit))
}

fn examine(
    path: &Path,
    root: &SourceRoot,
    analyses: &[&Analysis],
    reporting: &Reporting,
) -> Result<Examined, Failure> {
    let effort = reporting.effort;
    let options = effort.options();
    let (log, raced) = load::open(path, root, (effort.limits(), &options))?;
    let examined = match raced {
        Some(raced) => report::examine_raced(&log, &raced, analyses).map_err(Into::into),
        None => report::examine(&log, analyses, &options),
    };
    examined.map_err(|error| load::unjudged(&log.path, &error))
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
