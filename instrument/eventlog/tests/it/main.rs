//! The event log from outside: written as the recorder writes it, read back.

mod cuts;
mod damage;
mod everything;
mod extents;
mod folder;
mod golden;
mod ids;
mod image;
mod locks;
mod memory;
mod merge;
mod nonsense;
mod opinions;
mod packed;
mod parts;
mod program;
mod recorded;
mod replay;
mod stamps;
mod text;
mod text_errors;
