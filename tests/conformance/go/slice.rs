//! Cases of `slice_test.go`.

pub(super) mod copies;
pub(super) mod elements;
pub(super) mod words;

use super::GO;
