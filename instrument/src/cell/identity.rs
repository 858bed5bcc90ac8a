//! What a cell records: the recorder's identity of it, or, without the feature
//! `enabled`, nothing.

#[cfg(feature = "enabled")]
pub(super) use crate::recorder::{ArrayIdentity, CellIdentity, count_lost_access, synchronised};

#[cfg(not(feature = "enabled"))]
pub(super) use silent::{ArrayIdentity, CellIdentity, count_lost_access, synchronised};

use std::panic::Location;

use super::gate::Mode;

/// What can record an access to all of a cell.
pub(super) trait Recorded {
    /// Records an access at `site`.
    fn access(&self, mode: Mode, site: &'static Location<'static>);
}

impl Recorded for CellIdentity {
    #[inline]
    fn access(&self, mode: Mode, site: &'static Location<'static>) {
        match mode {
            Mode::Shared => self.read(site),
            Mode::Exclusive => self.write(site),
        }
    }
}

impl CellIdentity {
    /// Records an access at `site` that is alone with the cell.
    #[inline]
    pub(super) fn access_alone(&self, mode: Mode, site: &'static Location<'static>) {
        match mode {
            Mode::Shared => self.read_alone(site),
            Mode::Exclusive => self.write_alone(site),
        }
    }
}

impl Recorded for ArrayIdentity {
    fn access(&self, mode: Mode, site: &'static Location<'static>) {
        self.access_range(mode == Mode::Exclusive, 0, self.parts(), site);
    }
}

/// An access that lasts: a closure's, or a pointer guard's.
///
/// It is recorded when it begins. When its thread synchronises meanwhile, then it
/// is recorded again when it ends, because it lasted until then: whoever acquires
/// what was released in between is not ordered after it.
pub(super) struct Lasting<'cell, I: Recorded> {
    identity: &'cell I,
    mode: Mode,
    site: &'static Location<'static>,
    synchronised: u64,
}

impl<'cell, I: Recorded> Lasting<'cell, I> {
    /// Records the begin.
    #[inline]
    pub(super) fn begin(identity: &'cell I, mode: Mode, site: &'static Location<'static>) -> Self {
        identity.access(mode, site);
        Self {
            identity,
            mode,
            site,
            synchronised: synchronised(),
        }
    }
}

impl<I: Recorded> Drop for Lasting<'_, I> {
    #[inline]
    fn drop(&mut self) {
        if synchronised() != self.synchronised {
            self.identity.access(self.mode, self.site);
        }
    }
}

/// The same words without a recorder.
#[cfg(not(feature = "enabled"))]
mod silent {
    use std::panic::Location;

    pub(in crate::cell) struct CellIdentity;

    impl CellIdentity {
        #[expect(clippy::extra_unused_type_parameters, reason = "as the recorder's")]
        pub(in crate::cell) const fn new<T: ?Sized>() -> Self {
            Self
        }

        #[inline]
        pub(in crate::cell) fn set_name(&mut self, _name: &str) {}

        #[inline]
        pub(in crate::cell) fn read(&self, _site: &'static Location<'static>) {}

        #[inline]
        pub(in crate::cell) fn write(&self, _site: &'static Location<'static>) {}

        #[inline]
        pub(in crate::cell) fn read_alone(&self, _site: &'static Location<'static>) {}

        #[inline]
        pub(in crate::cell) fn write_alone(&self, _site: &'static Location<'static>) {}

        #[inline]
        pub(in crate::cell) fn drops(&self) {}
    }

    pub(in crate::cell) struct ArrayIdentity;

    impl ArrayIdentity {
        #[expect(clippy::extra_unused_type_parameters, reason = "as the recorder's")]
        pub(in crate::cell) const fn new<T: ?Sized>(_parts: u32) -> Self {
            Self
        }

        #[inline]
        pub(in crate::cell) fn parts(&self) -> u32 {
            0
        }

        #[inline]
        pub(in crate::cell) fn set_name(&mut self, _name: &str) {}

        #[inline]
        pub(in crate::cell) fn access_part_alone(
            &self,
            _write: bool,
            _part: u32,
            _site: &'static Location<'static>,
        ) {
        }

        #[inline]
        pub(in crate::cell) fn access_range(
            &self,
            _write: bool,
            _first: u32,
            _parts: u32,
            _site: &'static Location<'static>,
        ) {
        }
    }

    #[inline]
    pub(in crate::cell) fn count_lost_access() {}

    #[inline]
    pub(in crate::cell) fn synchronised() -> u64 {
        0
    }
}
