//! racegate's facade of loom, for crates that ask for loom 0.5.

#![forbid(unsafe_code)]

pub use facade::*;
