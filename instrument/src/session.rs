//! Sessions: record a closure, and ask the detector for the verdict.

#[cfg(feature = "enabled")]
mod recorded;
#[cfg(not(feature = "enabled"))]
mod unrecorded;

#[cfg(feature = "enabled")]
pub use recorded::{Report, check};
#[cfg(not(feature = "enabled"))]
pub use unrecorded::{Report, check};
