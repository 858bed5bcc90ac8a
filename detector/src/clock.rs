//! Clocks: epochs, vector clocks, and the slots that index them.
//!
//! **Invariant:** clocks know slots and times only; a place or a name rides beside
//! an epoch, never inside a clock.

pub mod chain;
pub mod epoch;
pub mod vector;

pub use chain::{Chains, Link, Reuse, Vacancies};
pub use epoch::{Epoch, Slot, Time};
pub use vector::VectorClock;
