//! An access of many parts as runs of parts that one record can tell of.

use super::ObjectKey;

/// Parts in a row that are at one version, or all at their thread's own last write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first of them.
    pub first: ObjectKey,
    /// How many.
    pub parts: u32,
    /// Their version, as [`Record::Access`](super::Record::Access) tells it.
    pub version: Option<u64>,
    /// Whether another run of the same access follows.
    pub more: bool,
}

/// Cuts an access, given part by part, into runs.
///
/// ```
/// use racegate_eventlog::record::{ObjectKey, Run, Runs};
///
/// let mut runs = Runs::default();
/// let [one, two, three] = [1, 2, 3].map(ObjectKey::new);
/// assert_eq!(runs.part(one, Some(5)), None);
/// assert_eq!(runs.part(two, Some(5)), None);
/// let first = Run { first: one, parts: 2, version: Some(5), more: true };
/// assert_eq!(runs.part(three, None), Some(first));
/// let last = Run { first: three, parts: 1, version: None, more: false };
/// assert_eq!(runs.last(), Some(last));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// The run that the next part may still belong to.
    open: Option<Run>,
}

impl Runs {
    /// The next part of the access, whose key follows the last one's. Yields the run
    /// before it where a new one begins.
    #[inline]
    pub fn part(&mut self, part: ObjectKey, version: Option<u64>) -> Option<Run> {
        if let Some(run) = &mut self.open
            && run.version == version
        {
            run.parts += 1;
            return None;
        }
        let next = Run {
            first: part,
            parts: 1,
            version,
            more: false,
        };
        let before = self.open.replace(next);
        before.map(|run| Run { more: true, ..run })
    }

    /// The last run, if there was any part.
    #[must_use]
    pub fn last(self) -> Option<Run> {
        self.open
    }
}
