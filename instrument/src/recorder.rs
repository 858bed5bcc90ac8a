//! The recorder: identity, stamps, stacks, and each thread's sink.
//!
//! The mask (`sync`, `cell`, `thread`, …) calls it around the real operations;
//! it judges nothing.
//!
//! **Invariant:** recording never fails the program: no probe panics or blocks on
//! another probe of the same thread, and what cannot be recorded is counted.

mod array;
mod cell;
mod counter;
mod door;
mod era;
mod fence;
mod gate;
mod interner;
mod lane;
mod lines;
mod living;
mod local;
mod log;
mod log_thread;
mod logical;
mod marks;
mod memory;
mod modules;
mod notes;
mod object;
mod opened;
mod options;
mod process;
mod publication;
mod sequence;
mod sink;
mod stack;
mod stream;
mod table;
mod teller;
mod thread;
mod version;
mod weight;
mod window;
mod yields;
mod zeroed;

pub(crate) use array::ArrayIdentity;
pub(crate) use cell::{CellIdentity, count_lost_access};
pub(crate) use door::{closed_to_probes as suspended, ignoring, synchronised};
pub(crate) use fence::fence;
pub(crate) use lane::{log_here, thread_here};
pub(crate) use living::{Listed, list as list_living};
pub(crate) use log::Log;
pub(crate) use logical::{Entry, Logical};
pub(crate) use memory::{access_bytes, forget_bytes, name_bytes};
pub(crate) use notes::{block_begin, block_end, mark};
pub(crate) use object::{Object, RwObjects};
pub(crate) use opened::within;
pub(crate) use options::LogOptions;
pub(crate) use process::{process_folder, recording};
pub(crate) use stack::Rooted;
pub(crate) use thread::{Forked, Joinable, fork};
