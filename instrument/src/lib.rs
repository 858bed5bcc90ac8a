//! racegate records what a program does to its shared state, and tells which
//! accesses race, with both stacks and the reason.
//!
//! Swap `std` for `racegate` in the `use` lines of what you want to watch. The
//! module tree and the names are std's own. Without the feature `enabled` every
//! name *is* std's own type.
