//! What Go's cases are written with and Rust has no word for.

pub(super) mod chan;
pub(super) mod map;
pub(super) mod pair;
pub(super) mod panic;
pub(super) mod select;
pub(super) mod slice;
pub(super) mod timer;
