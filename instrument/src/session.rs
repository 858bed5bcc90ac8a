//! Sessions: record a closure, and ask the detector for the verdict.
//!
//! **Invariant:** a session's log holds the events of the thread that opened it
//! and of every thread spawned from those, and of no other.

#[cfg(feature = "enabled")]
mod recorded;
#[cfg(feature = "enabled")]
mod recording;
#[cfg(not(feature = "enabled"))]
mod unrecorded;
mod verdict;

#[cfg(feature = "enabled")]
pub use recorded::{Report, check, check_with_yields, trace_with_yields};
#[cfg(feature = "enabled")]
pub use recording::{Glance, Recording};
#[cfg(not(feature = "enabled"))]
pub use unrecorded::{Report, check, check_with_yields};
pub use verdict::Verdict;

pub(crate) mod test;
