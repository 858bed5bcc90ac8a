//! Hand-made mutants: mistakes that an honest programmer might make in the clock rules,
//! in the merge and in the order of the recorder's hooks, and the test that tells each.
//!
//! They stand in `tests/mutants/*.toml`. The command `mutants` makes each of them in a
//! copy of the workspace and demands that the copy builds and that the test fails.
//!
//! **Invariant:** a mutant counts as killed only if its test passes without it.

mod replica;
mod table;
mod trial;

pub use table::{Edit, Mutant, read_table};
pub use trial::{Outcome, Trial, run};
