//! racegate records what a program does to its shared state, and tells which
//! accesses race, with both stacks and the reason.
//!
//! Swap `std` for `racegate` in the `use` lines of what you want to watch. The
//! module tree and the names are std's own. Without the feature `enabled` every
//! name *is* std's own type; with it, the type's instrumented twin, which stays
//! silent outside a session.

pub mod annotate;
pub mod cell;
pub mod channel;
#[cfg(feature = "enabled")]
mod recorder;
mod session;
pub mod sync;
pub mod task;
pub mod thread;

pub use session::{Report, check};
