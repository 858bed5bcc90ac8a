//! What a data race is, by definition, and histories to hold an engine against it.
//!
//! It knows the log and no engine, so that the engines' own tests may use it, and
//! everything here is a second opinion: no clock, no epoch, no shadow.
//!
//! **Invariant:** a history depends on its seed alone.

#![forbid(unsafe_code)]

pub mod definition;
pub mod generator;
pub mod panel;
pub mod random;
pub mod relation;
pub mod shrink;
pub mod small;
pub mod verb;
