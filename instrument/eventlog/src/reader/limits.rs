//! How much memory a reader may take.
//!
//! **Invariant:** what would take more is refused, never read in part.

use std::path::Path;

use super::ReadError;

/// What a reader may take. By default there is no limit.
///
/// ```
/// use racegate_eventlog::reader::Limits;
///
/// let limits = Limits { max_memory: 1 << 30 };
/// assert!(limits.max_memory < Limits::default().max_memory);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of memory, as near as they can be told beforehand.
    pub max_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_memory: u64::MAX,
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
