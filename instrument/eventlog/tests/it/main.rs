//! The event log from outside: written as the recorder writes it, read back.

mod image;
mod recorded;
