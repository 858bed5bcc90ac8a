//! What a cell records: the recorder's identity of it, or, without the feature
//! `enabled`, nothing.

#[cfg(feature = "enabled")]
pub(super) use crate::recorder::{CellIdentity, synchronised};

#[cfg(not(feature = "enabled"))]
pub(super) use silent::{CellIdentity, synchronised};

use std::panic::Location;

use super::gate::Mode;

impl CellIdentity {
    /// Records an access at `site`.
    #[inline]
    pub(super) fn access(&self, mode: Mode, site: &'static Location<'static>) {
        match mode {
            Mode::Shared => self.read(site),
            Mode::Exclusive => self.write(site),
        }
    }
}

/// An access that lasts: a closure's, or a pointer guard's.
///
/// It is recorded when it begins. When its thread synchronises meanwhile, then it
/// is recorded again when it ends, because it lasted until then: whoever acquires
/// what was released in between is not ordered after it.
pub(super) struct Lasting<F: Fn()> {
    record: F,
    synchronised: u64,
}

impl<F: Fn()> Lasting<F> {
    /// Records the begin.
    pub(super) fn begin(record: F) -> Self {
        record();
        Self {
            record,
            synchronised: synchronised(),
        }
    }
}

impl<F: Fn()> Drop for Lasting<F> {
    fn drop(&mut self) {
        if synchronised() != self.synchronised {
            (self.record)();
        }
    }
}

/// The same words without a recorder.
#[cfg(not(feature = "enabled"))]
mod silent {
    use std::panic::Location;

    pub(in crate::cell) struct CellIdentity;

    impl CellIdentity {
        pub(in crate::cell) const fn new<T: ?Sized>() -> Self {
            Self
        }

        #[inline]
        pub(in crate::cell) fn set_name(&mut self, _name: &str) {}

        #[inline]
        pub(in crate::cell) fn read(&self, _site: &'static Location<'static>) {}

        #[inline]
        pub(in crate::cell) fn write(&self, _site: &'static Location<'static>) {}
    }

    #[inline]
    pub(in crate::cell) fn synchronised() -> u64 {
        0
    }
}
