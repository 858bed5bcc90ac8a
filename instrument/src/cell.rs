//! Shared cells: what races are about.
//!
//! [`RaceCell`] is safe: it performs each access under a gate of its own, so that
//! a racy program is reported without ever committing undefined behaviour. The
//! gate makes no edge in the log. [`RaceArray`] is the same for many parts, each with
//! its own history.
//!
//! [`UnsafeCell`] and [`Cell`] are for real unsafe code, in loom's shape: recorded,
//! and not guarded.
//!
//! **Invariant:** an access is recorded while its gate is held, so the order of a
//! cell's events is the order of the accesses themselves.

mod gate;
mod hold;
mod identity;
mod plain_cell;
mod race_array;
mod race_cell;
#[cfg(test)]
mod tests;
mod unsafe_cell;

pub use plain_cell::Cell;
pub use race_array::RaceArray;
pub use race_cell::RaceCell;
pub use unsafe_cell::{ConstPtr, MutPtr, UnsafeCell};
