//! The edges of a wait group.
//!
//! **Invariant:** every `done` merges and none replaces: the count may pass zero more
//! than once before anybody waits, who then comes after all of them.

use std::panic::Location;

use racegate_eventlog::record::SyncVerb;
use racegate_eventlog::{LockMode, ObjectClass};

use super::WaitGroup;
use crate::recorder::Object;

/// What the recorder knows of a wait group.
pub(super) struct Edges {
    object: Object,
}

impl Edges {
    /// Of a group made by the caller.
    #[track_caller]
    pub(super) const fn new() -> Self {
        Self {
            object: Object::new::<WaitGroup>(ObjectClass::WaitGroup),
        }
    }

    /// Before it counts.
    pub(super) fn done(&self, site: &'static Location<'static>) {
        self.object.step(SyncVerb::ReleaseMerge, site);
    }

    /// Before it counts, at zero. It must not overlap with a wait.
    pub(super) fn adds_from_zero(&self, site: &'static Location<'static>) {
        self.object.access(false, site);
    }

    /// Before it looks at the count. It must not overlap with an add from zero, but may
    /// with other waits.
    pub(super) fn waits(&self, site: &'static Location<'static>) {
        self.object.request(LockMode::Write, site);
    }

    /// After the count was seen at zero.
    pub(super) fn waited(&self, site: &'static Location<'static>) {
        self.object.step(SyncVerb::Acquire, site);
    }

    /// Gives it a name for reports.
    pub(super) fn set_name(&mut self, name: &str) {
        self.object.set_name(name);
    }
}
