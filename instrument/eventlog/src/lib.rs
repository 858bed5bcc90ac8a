//! The event log: the contract between the recorder and the engines.
//!
//! The recorder writes [`record`]s into streams of checksummed [`chunk`]s. The
//! [`reader`] reads them back, says what is missing, and merges the streams
//! into one [`Trace`]: a sequence of [`Event`]s that agrees with program order,
//! with every object's own sequence and with fork and join. [`text`] holds the
//! forms that people write by hand.
//!
//! **Invariant:** a [`Trace`] can only be had from [`validate`], so an engine
//! never sees an impossible history.

#![forbid(unsafe_code)]

pub mod chunk;
pub mod event;
pub mod header;
pub mod id;
pub mod integrity;
mod memory;
pub mod packed;
pub mod reader;
pub mod record;
pub mod seal;
pub mod stack;
pub mod tables;
pub mod text;
pub mod trace;
pub mod validate;
pub mod window;
pub mod writer;

pub use event::{
    Event, EventKind, FenceOrdering, LoadOrdering, LockMode, RmwOrdering, StoreOrdering,
};
pub use id::{CellId, Extent, Location, NameId, ObjectId, StackId, ThreadId};
pub use integrity::Integrity;
pub use stack::{Site, StackNode, StackTable};
pub use tables::{
    CellInfo, CellPlace, Module, ObjectClass, ObjectInfo, Tables, ThreadInfo, ThreadOrigin,
};
pub use trace::Trace;
