//! std's synchronisation primitives, instrumented.

#[cfg(feature = "enabled")]
pub mod atomic;
#[cfg(not(feature = "enabled"))]
pub use std::sync::atomic;
