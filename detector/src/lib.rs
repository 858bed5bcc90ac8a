//! The judge: a vector-clock happens-before engine over a validated trace, the
//! findings it yields, and the forms in which they are told.
//!
//! Pass one finds ([`analysis`]): epochs only, no stacks. Pass two tells
//! ([`finding`]), for the cells that raced.

#![forbid(unsafe_code)]

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod clock;
pub mod finding;
pub mod naming;
pub mod render;
pub mod report;
pub mod source;
pub mod symbols;
pub mod verdict;

pub use report::{Report, scan};
