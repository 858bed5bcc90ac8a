//! Cases of `mop_test.go`: which expressions read, which write, and what.

pub(super) mod append;
pub(super) mod arguments;
pub(super) mod interfaces;
pub(super) mod loops;
pub(super) mod operators;
pub(super) mod structs;
pub(super) mod switches;
pub(super) mod variables;

use super::GO;
