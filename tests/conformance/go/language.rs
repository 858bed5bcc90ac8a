//! What Go's cases are written with and Rust has no word for.

pub(super) mod pair;
