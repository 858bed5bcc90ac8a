//! What was found: pass two, which tells. These types are the JSON report's own
//! (version 1), field by field; renderers decide nothing.

mod drawing;
mod evidence;
mod explanation;
pub mod fingerprint;
mod fold;
mod group;
mod help;
mod history;
mod lanes;
pub mod last_drop;
mod locks;
mod names;
pub mod pairs;
mod reason;
mod scene;
mod stacks;
mod tell;
mod what_if;
mod words;

use serde::Serialize;

pub use crate::analysis::AccessKind;
pub use crate::symbols::Frame;
pub use fold::fold;
pub use tell::tell;

/// One finding: one pair of (site, access kind) that raced on one cell or part of a
/// cell, with every racing pair of events that looks the same folded into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable across runs and edits: sixteen or more hexadecimal digits.
    pub fingerprint: String,
    /// The rule: `RG0001` for a data race, `RG0002` for conflicting uses of an object.
    pub rule: &'static str,
    /// The kind, `data-race` or `conflicting-use`.
    pub kind: &'static str,
    /// How certain it is.
    pub tier: Tier,
    /// Whether a baseline knows it.
    pub state: State,
    /// The cell (or part of a cell) on which it raced.
    pub cell: Cell,
    /// The access that came first in the merged order.
    pub first: Access,
    /// The one that came second.
    pub second: Access,
    /// Why nothing orders the two.
    pub unordered: Unordered,
    /// Fixes, each verified; none where none is certain.
    pub help: Vec<String>,
    /// How many racing pairs of events are folded into this finding.
    pub pairs: u64,
    /// The test in which it raced, where the recorded session is one.
    #[serde(skip)]
    pub test: Option<String>,
    /// What a reader should know, such as a thread spawned by code that is not instrumented.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// How certain a data race is: the more certain is the lesser
/// (docs/decisions/0011-which-races-are-certain.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Schedulable, and the first race on its location.
    First,
    /// Unordered even if each read is taken to follow the write that it reads from
    /// (SHB): no earlier race explains it.
    Schedulable,
    /// Unordered by happens-before, but only after an earlier race, perhaps on another
    /// location, that may be what lets it happen; or where std's `Arc` may order it, whose
    /// count no log has.
    Unconfirmed,
}

/// What a baseline says of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing knows it.
    New,
}

/// A cell in a report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cell {
    /// Its name, or what stands for one: the type and where it was made.
    pub name: String,
    /// Whether the program gave it that name.
    #[serde(skip)]
    pub named: bool,
    /// Its Rust type.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// Where it was made.
    pub created_at: Option<Site>,
}

/// A place in source text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Site {
    /// The file as recorded, or the text of a text trace's site.
    pub file: String,
    /// Counted from one; zero where the site is no `file:line`.
    pub line: u32,
    /// Counted from one; zero where unknown.
    pub column: u32,
    /// The function around it, demangled; none where it is not known.
    pub function: Option<String>,
}

/// One side of a race.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// Whether it reads or writes.
    pub access: AccessKind,
    /// What a person reads for that.
    #[serde(skip)]
    pub verb: &'static str,
    /// Who did it.
    pub thread: Thread,
    /// Where.
    pub site: Site,
    /// Its index in the merged order.
    pub event: usize,
    /// The active calls, innermost first.
    pub stack: Vec<Frame>,
    /// The locks held.
    pub locks: Vec<HeldLock>,
}

/// A thread in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thread {
    /// Its number in the log.
    pub id: u32,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where it was forked.
    pub spawned_at: Option<Site>,
    /// Who forked it.
    #[serde(skip)]
    pub spawned_by: Option<String>,
}

/// A lock that was held at an access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldLock {
    /// Its name, or what stands for one.
    pub name: String,
    /// `read` or `write`.
    pub mode: &'static str,
    /// Where it was acquired.
    pub acquired_at: Site,
}

/// Why nothing orders two accesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unordered {
    /// The last edge through which the second thread had learnt of the first.
    pub last_edge: Option<String>,
    /// The first release after the first access that could have ordered them.
    pub nearest_release: Option<String>,
    /// The reason in sentences, a line each.
    pub text: String,
    /// The drawing of both threads' steps, a line each.
    #[serde(skip)]
    pub drawing: Vec<String>,
}
