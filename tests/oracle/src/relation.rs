//! Metamorphic relations: a trace is changed in a way whose effect on its races is
//! known, and the opinions have to change just so (Chen, Cheung and Yiu, 1998).
//!
//! They need no definition: two engines that are wrong in the same way, and a
//! definition that is, still have to answer for the same history told otherwise.
//!
//! **Invariant:** no relation asks who is right about the trace that it is given.

mod added;
mod chunks;
mod prefix;
mod renamed;
mod reordered;
mod verdict;

use racegate_eventlog::Trace;

use crate::panel::Panel;
use crate::random::Random;

pub use verdict::labelled;

/// What has to hold of opinions on a trace and on a changed one.
#[derive(Clone, Copy, Debug)]
pub struct Relation {
    /// Its name on the command line.
    pub name: &'static str,
    /// What has to hold, in a sentence.
    pub about: &'static str,
    check: fn(&Panel, &Trace, &mut Random) -> Outcome,
}

/// Whether there was something to change, or what does not hold.
type Outcome = Result<Checked, String>;

/// What a relation had to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It holds.
    Holds,
    /// The trace has nothing that it could change.
    NothingToChange,
}

/// Every relation.
pub const RELATIONS: &[Relation] = &[
    Relation {
        name: "swap",
        about: "neighbours that are independent, swapped, leave the pairs as they were",
        check: reordered::swapped,
    },
    Relation {
        name: "extension",
        about: "any order of the events that keeps what depends on what leaves the pairs as they were",
        check: reordered::extended,
    },
    Relation {
        name: "sync",
        about: "synchronisation that is added adds no race",
        check: added::synchronisation,
    },
    Relation {
        name: "rename",
        about: "numbers of threads, objects and cells mean nothing",
        check: renamed::renamed,
    },
    Relation {
        name: "chunks",
        about: "a log cut into other chunks and streams is read back as the same",
        check: chunks::cut_otherwise,
    },
    Relation {
        name: "prefix",
        about: "the races of a prefix are those of the whole that lie in it",
        check: prefix::prefix,
    },
];

impl Relation {
    /// Changes a trace, which has to be [labelled], as these dice fall.
    ///
    /// # Errors
    ///
    /// Where the relation does not hold of the opinions.
    pub fn check(&self, panel: &Panel, trace: &Trace, random: &mut Random) -> Outcome {
        (self.check)(panel, trace, random).map_err(|what| format!("{}: {what}", self.name))
    }
}
