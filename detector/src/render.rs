//! The forms of a report: a file each, one table.
//!
//! **Invariant:** a renderer decides nothing: no filter, no sort, no lookup.
