//! Which parts race, where a case is about the parts of one cell.

use racegate::Report;
use racegate_detector::analysis::hb;

/// The numbers of the parts that race, each in its cell, in order.
pub(super) fn racing_parts(report: &Report) -> Vec<usize> {
    let trace = report.trace();
    let locations = hb::run(trace).locations().into_iter();
    locations
        .map(|location| trace.tables().cell_of(location).1 as usize)
        .collect()
}
