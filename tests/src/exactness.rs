//! Every analysis held against the definition, over very many random histories.
//!
//! **Invariant:** what happens to history `i` of a seed depends on the two numbers
//! alone, however many cores there are.

mod cores;
mod opinions;
mod tally;

pub use cores::{Failure, on_all_cores};
pub use opinions::panel;
pub use tally::Tally;

use oracle::generator;
use oracle::panel::{Defined, Panel};
use oracle::shrink::shrink;
use racegate_eventlog::Trace;
use racegate_eventlog::text::{TextForm, write};

/// Counts the history of a seed, and holds every opinion against the definition.
///
/// # Errors
///
/// Where they part, with the history made as small as it can be.
pub fn agree(panel: &Panel, seed: u64, tally: &mut Tally) -> Result<(), String> {
    let trace = generator::trace(seed);
    let defined = Defined::of(&trace);
    tally.count(&trace, &defined);
    if panel.difference(&trace, &defined).is_none() {
        return Ok(());
    }
    let difference = |trace: &Trace| panel.difference(trace, &Defined::of(trace));
    let small = shrink(&trace, |trace| difference(trace).is_some());
    let told = difference(&small).map(|difference| difference.to_string());
    Err(format!(
        "{}\n{}",
        told.unwrap_or_default(),
        told_as_text(&small)
    ))
}

/// A trace as `.rgt`.
#[must_use]
pub fn told_as_text(trace: &Trace) -> String {
    write(trace, TextForm::Rgt).unwrap_or_else(|error| error.to_string())
}
