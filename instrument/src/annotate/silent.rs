//! The same words without a recorder.

use std::panic::Location;

pub(super) enum ObjectClass {
    Tag,
}

pub(super) struct Object;

impl Object {
    #[expect(clippy::extra_unused_type_parameters, reason = "as the recorder's")]
    pub(super) const fn new<T: ?Sized>(_class: ObjectClass) -> Self {
        Self
    }

    #[inline]
    pub(super) fn set_name(&mut self, _name: &str) {}

    #[inline]
    pub(super) fn release_merge(&self) {}

    #[inline]
    pub(super) fn acquire(&self) {}

    #[inline]
    pub(super) fn access(&self, _write: bool, _site: &'static Location<'static>) {}
}

#[inline]
pub(super) fn access_bytes(
    _write: bool,
    _start: *const u8,
    _length: usize,
    _site: &'static Location<'static>,
) {
}

#[inline]
pub(super) fn forget_bytes(_start: *const u8, _length: usize, _site: &'static Location<'static>) {}

#[inline]
pub(super) fn name_bytes(
    _start: *const u8,
    _length: usize,
    _name: &str,
    _site: &'static Location<'static>,
) {
}

#[inline]
pub(super) fn recording() -> bool {
    false
}

#[inline]
pub(super) fn record_mark(_name: &str) {}

#[inline]
pub(super) fn block_begin(_name: &str) {}

#[inline]
pub(super) fn block_end(_name: &str, _site: &'static Location<'static>) {}

#[inline]
pub(super) fn ignoring<R>(body: impl FnOnce() -> R) -> R {
    body()
}
