//! What a run of a fixture must come to, and what it came to.

use std::collections::BTreeSet;

use fixtures::{Fixture, HappensBefore};
use racegate_detector::analysis::hb;
use racegate_eventlog::Trace;

/// Names of cells.
pub type Cells = BTreeSet<String>;

/// The cells on which the verdict of `hb` must name a race, and no others.
#[must_use]
pub fn expected(fixture: &Fixture) -> Cells {
    match fixture.verdict {
        HappensBefore::Clean => Cells::new(),
        HappensBefore::Races(cells) => cells.iter().map(|&cell| cell.to_owned()).collect(),
    }
}

/// The cells on which a trace races, by `hb`.
#[must_use]
pub fn racy_cells(trace: &Trace) -> Cells {
    let tables = trace.tables();
    let name = |cell| tables.cell(cell).name.clone();
    let racy = hb::run(trace).cells(trace);
    racy.into_iter()
        .map(|cell| name(cell).unwrap_or_else(|| "a cell without a name".to_owned()))
        .collect()
}
