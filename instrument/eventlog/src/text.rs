//! The forms that people write by hand and exchange: `.rgt` and `.std`.
//!
//! One event a line: `thread|verb(operands)|site`. The lines' order is the order
//! of the events. `docs/event-log-format.md` holds the grammar.
//!
//! **Invariant:** what [`write()`] gives, [`parse`] reads as the same events.

use std::fmt;

use crate::trace::Trace;

mod cells;
mod channels;
mod escape;
mod line;
mod memory;
mod names;
mod objects;
mod orderings;
mod parser;
mod stacks;
mod writer;

/// A form of text traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextForm {
    /// racegate's own: every verb.
    Rgt,
    /// RAPID's STD: reads, writes, locks, fork and join.
    Std,
}

/// Why a text is no trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The line, counted from one.
    pub line: usize,
    /// What was expected there.
    pub what: String,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for TextError {}

/// Why a trace cannot be told in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// The first event that the form does not hold.
    pub event: usize,
    /// What the form lacks.
    pub what: String,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}: {}", self.event, self.what)
    }
}

impl std::error::Error for WriteError {}

/// The trace that a text tells.
///
/// ```
/// use racegate_eventlog::text::{TextForm, parse, write};
///
/// let trace = parse(b"T1|w(x)|bank.rs:3\nT2|r(x)|bank.rs:7\n", TextForm::Rgt).unwrap();
/// assert_eq!(trace.events().len(), 4);
/// assert_eq!(
///     write(&trace, TextForm::Rgt).unwrap(),
///     "T1|begin\nT1|w(x)|bank.rs:3\nT2|begin\nT2|r(x)|bank.rs:7\n"
/// );
///
/// let error = parse(b"T1|rel(m)|bank.rs:3\n", TextForm::Std).unwrap_err();
/// assert_eq!(error.to_string(), "line 1: thread `T1`: expected to hold `m`, no one holds it");
/// ```
///
/// # Errors
///
/// When a line is no event of the form, or the events are no possible history.
pub fn parse(bytes: &[u8], form: TextForm) -> Result<Trace, TextError> {
    parser::parse(bytes, form)
}

/// The text that tells a trace.
///
/// # Errors
///
/// When the form does not hold one of its events.
pub fn write(trace: &Trace, form: TextForm) -> Result<String, WriteError> {
    writer::write(trace, form)
}
