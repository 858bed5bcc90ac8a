//! How much memory a reader may take, and whether it may take a second thread.
//!
//! **Invariant:** what would take more is refused, never read in part.

use std::path::Path;

use super::ReadError;

/// What a reader may take. By default it may take all memory, and no thread.
///
/// ```
/// use racegate_eventlog::reader::Limits;
///
/// let limits = Limits { max_memory: 1 << 30, ..Limits::default() };
/// assert!(limits.max_memory < Limits::default().max_memory);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of memory, as near as they can be told beforehand.
    pub max_memory: u64,
    /// Whether a thread of its own may read on while what was read is looked at. What is
    /// read does not depend on it.
    pub second_thread: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_memory: u64::MAX,
            second_thread: false,
        }
    }
}

impl Limits {
    /// Refuses what needs more bytes than there may be.
    pub(super) fn allow(
        self,
        path: &Path,
        what: &'static str,
        needs: u64,
    ) -> Result<(), ReadError> {
        if needs <= self.max_memory {
            return Ok(());
        }
        Err(ReadError::Memory {
            path: path.to_owned(),
            what,
            needs,
            limit: self.max_memory,
        })
    }
}
