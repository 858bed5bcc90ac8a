//! The analyses: one file each, one trait, one table [`ANALYSES`].

use std::collections::BTreeSet;

use racegate_eventlog::{Location, Trace};

/// An analysis of a trace.
#[derive(Clone, Copy, Debug)]
pub struct Analysis {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it finds, in a sentence.
    pub about: &'static str,
    /// The analysis itself.
    pub run: fn(&Trace) -> Racy,
}

/// Every analysis.
pub const ANALYSES: &[Analysis] = &[];

/// What an analysis finds: pass one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Racy {
    /// Every event (an index into the merged order) that races, on the location,
    /// with an earlier event.
    pub events: BTreeSet<(usize, Location)>,
}
