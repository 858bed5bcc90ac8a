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
use oracle::random::Random;
use oracle::relation::{Checked, Relation, labelled};
use oracle::shrink::shrink;
use oracle::small::{Beginning, Small};
use racegate_eventlog::Trace;
use racegate_eventlog::text::{TextForm, write};

/// How often a change is tried on a history that is made smaller.
const THROWS: u64 = 24;

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

/// Counts the history of a seed, and has this relation hold of it.
///
/// # Errors
///
/// Where it does not, with the history made as small as it can be.
pub fn relate(
    relation: &Relation,
    panel: &Panel,
    seed: u64,
    tally: &mut Tally,
) -> Result<(), String> {
    let trace = labelled(&generator::trace(seed));
    let changed = relation.check(panel, &trace, &mut Random::new(!seed));
    tally.count_changed(&trace, changed == Ok(Checked::Holds));
    let Err(told) = changed else {
        return Ok(());
    };
    // What the dice change depends on the history, so they are thrown more than once.
    let fails = |trace: &Trace| {
        let trace = labelled(trace);
        (0..THROWS).any(|dice| {
            relation
                .check(panel, &trace, &mut Random::new(dice))
                .is_err()
        })
    };
    let small = shrink(&trace, fails);
    Err(format!("{told}\n{}", told_as_text(&small)))
}

/// Counts every history of a group of small ones, and holds every opinion against the
/// definition.
///
/// # Errors
///
/// Where they part.
pub fn agree_on_all(
    panel: &Panel,
    small: Small,
    beginning: &Beginning,
    tally: &mut Tally,
) -> Result<(), String> {
    small.each(beginning, &mut |trace| {
        let defined = Defined::of(trace);
        tally.count(trace, &defined);
        match panel.difference(trace, &defined) {
            None => Ok(()),
            Some(difference) => Err(format!("{difference}\n{}", told_as_text(trace))),
        }
    })
}

/// A trace as `.rgt`.
#[must_use]
pub fn told_as_text(trace: &Trace) -> String {
    write(trace, TextForm::Rgt).unwrap_or_else(|error| error.to_string())
}
