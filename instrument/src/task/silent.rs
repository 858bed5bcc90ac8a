//! The same words without a recorder: no task is ever made.

pub(super) enum Logical {}

pub(super) enum Entry {}

impl Logical {
    pub(super) fn fork(_name: &str) -> Option<Self> {
        None
    }

    pub(super) fn enter(&self) -> Option<Entry> {
        match *self {}
    }

    pub(super) fn leave(entry: Entry) {
        match entry {}
    }

    pub(super) fn finish(&self) {
        match *self {}
    }

    pub(super) fn joined(&self) {
        match *self {}
    }
}
