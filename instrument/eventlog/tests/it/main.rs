//! The event log from outside: written as the recorder writes it, read back.

mod cuts;
mod damage;
mod folder;
mod image;
mod merge;
mod program;
mod recorded;
mod text;
