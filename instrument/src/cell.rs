//! Shared cells: what races are about.
//!
//! [`RaceCell`] is safe: it performs each access under a gate of its own, so that
//! a racy program is reported without ever committing undefined behaviour. The
//! gate makes no edge in the log.
//!
//! **Invariant:** an access is recorded while its gate is held, so the order of a
//! cell's events is the order of the accesses themselves.

mod gate;
mod hold;
mod identity;
mod race_cell;

pub use race_cell::RaceCell;
