//! A wait group without the feature `enabled`: nothing is recorded.

use std::panic::Location;

/// Nothing.
pub(super) struct Edges;

impl Edges {
    pub(super) const fn new() -> Self {
        Self
    }

    pub(super) fn done(&self, _site: &'static Location<'static>) {}

    pub(super) fn adds_from_zero(&self, _site: &'static Location<'static>) {}

    pub(super) fn waits(&self, _site: &'static Location<'static>) {}

    pub(super) fn waited(&self, _site: &'static Location<'static>) {}
}
