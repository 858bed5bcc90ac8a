//! The recorder: identity, stamps, stacks, and each thread's sink.
//!
//! The mask (`sync`, `cell`, `thread`, …) calls it around the real operations;
//! it judges nothing.
//!
//! **Invariant:** recording never fails the program: no probe panics or blocks on
//! another probe of the same thread, and what cannot be recorded is counted.

mod cell;
mod fence;
mod gate;
mod interner;
mod lane;
mod log;
mod logical;
mod modules;
mod object;
mod process;
mod sequence;
mod sink;
mod stack;
mod stream;
mod thread;
mod window;

pub(crate) use cell::{ArrayIdentity, CellIdentity};
pub(crate) use fence::fence;
pub(crate) use lane::{block_begin, block_end, ignoring, mark, synchronised};
pub(crate) use log::{Log, LogOptions};
pub(crate) use logical::{Entry, Logical};
pub(crate) use object::{Object, RwObjects};
pub(crate) use process::{process_folder, recording, suspended, within};
pub(crate) use thread::{Forked, Joinable, fork};
