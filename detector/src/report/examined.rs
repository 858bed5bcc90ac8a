//! One log: pass one over all of it, pass two over what concerns the locations it names.
//!
//! **Invariant:** of a log on which nothing races, no event is collected and no address
//! is looked up.

use std::collections::BTreeSet;

use racegate_eventlog::reader::{Excerpt, ReadError};
use racegate_eventlog::{Location, reader};

use super::{AnalysisSummary, LoadedLog, Log, notes};
use crate::analysis::pass_one::{Error, Options, Raced, raced_locations};
use crate::analysis::{Analysis, Sight};
use crate::finding::last_drop::LastDrops;
use crate::finding::pairs::{self, OwnedSides};
use crate::finding::{self, Finding};

/// What was found in one log.
#[derive(Clone, Debug)]
pub struct Examined {
    pub(super) log: Log,
    /// What the first analysis found, not yet folded with its like from other logs.
    pub(super) told: Vec<Finding>,
    /// By analysis.
    pub(super) counts: Vec<Counted>,
}

/// What one analysis counted in one log.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    racy_events: u64,
    racy_cells: u64,
    pairs: BTreeSet<OwnedSides>,
}

/// Analyses one log by each of these analyses, and tells what the first of them found.
///
/// # Errors
///
/// When the log cannot be read to its end, or the memory does not suffice.
pub fn examine(
    log: &LoadedLog<'_>,
    analyses: &[&Analysis],
    options: &Options,
) -> Result<Examined, Error> {
    let raced = raced_locations(&log.log, options)?;
    Ok(examine_raced(log, &raced, analyses)?)
}

/// The same where pass one was done already.
pub(crate) fn examine_raced(
    log: &LoadedLog<'_>,
    raced: &Raced,
    analyses: &[&Analysis],
) -> Result<Examined, ReadError> {
    let excerpt = excerpt(&log.log, &raced.locations)?;
    let mut examined = Examined {
        log: Log::of(log, raced),
        told: Vec::new(),
        counts: Vec::with_capacity(analyses.len()),
    };
    for (place, analysis) in analyses.iter().enumerate() {
        let found = match analysis.sight {
            Sight::Raced => examine_by(log, analysis, excerpt.as_ref(), place == 0),
            Sight::Everything => {
                let all = (analysis.run)(&log.log.trace()?).locations();
                let excerpt = self::excerpt(&log.log, &all)?;
                examine_by(log, analysis, excerpt.as_ref(), place == 0)
            }
        };
        examined.told.extend(found.told);
        examined.counts.push(found.counted);
    }
    // What could not be looked up is known once it was asked for.
    examined.log.notes.extend(log.symbols.notes());
    log.symbols.keep();
    Ok(examined)
}

/// What one analysis found in one log.
#[derive(Default)]
struct Found {
    counted: Counted,
    told: Vec<Finding>,
}

fn examine_by(
    log: &LoadedLog<'_>,
    analysis: &Analysis,
    excerpt: Option<&Excerpt>,
    tell: bool,
) -> Found {
    let Some(trace) = excerpt.map(Excerpt::trace) else {
        return Found::default();
    };
    let racy = (analysis.run)(trace);
    let locations = racy.locations();
    // Only what is told says how certain it is.
    let last_drops = if tell {
        LastDrops::among(&locations, trace, &log.symbols)
    } else {
        LastDrops::default()
    };
    let found = pairs::collect(trace, &locations, analysis.order, &last_drops);
    let told = if tell {
        finding::tell(trace, &log.symbols, &found.pairs)
    } else {
        Vec::new()
    };
    Found {
        told,
        counted: Counted {
            racy_events: racy.distinct_events() as u64,
            racy_cells: racy.locations().len() as u64,
            pairs: found.distinct.into_iter().map(pairs::owned).collect(),
        },
    }
}

/// What concerns these locations, in the order in which it really happened; nothing
/// where there are none.
fn excerpt(
    log: &reader::Log<'_>,
    locations: &BTreeSet<Location>,
) -> Result<Option<Excerpt>, ReadError> {
    if locations.is_empty() {
        return Ok(None);
    }
    let mut kept = vec![false; log.tables().locations.len()];
    for location in locations {
        kept[location.index()] = true;
    }
    let excerpt = log.excerpt(|location| kept[location.index()])?;
    Ok(Some(excerpt))
}

impl Counted {
    /// The sum over several logs; what raced alike in two of them counts once.
    pub(super) fn summary<'c>(
        name: &'static str,
        logs: impl Iterator<Item = &'c Self>,
    ) -> AnalysisSummary {
        let mut summary = AnalysisSummary {
            name,
            racy_events: 0,
            racy_cells: 0,
            pairs: 0,
        };
        let mut pairs = BTreeSet::new();
        for log in logs {
            summary.racy_events += log.racy_events;
            summary.racy_cells += log.racy_cells;
            pairs.extend(&log.pairs);
        }
        summary.pairs = pairs.len() as u64;
        summary
    }
}

impl Log {
    fn of(log: &LoadedLog<'_>, raced: &Raced) -> Self {
        let tables = log.log.tables();
        Self {
            path: log.path.clone(),
            complete: raced.integrity.is_complete(),
            events: raced.events,
            threads: tables.threads.len() as u64,
            cells: tables.cells.len() as u64,
            sync_objects: tables.objects.len() as u64,
            dropped_accesses: raced.integrity.dropped_accesses,
            dropped_sync: raced.integrity.dropped_sync,
            notes: notes::losses(&raced.integrity),
        }
    }
}
