//! The channels: what they order, what they do not, and that they are crossbeam's
//! otherwise.

mod differential;
mod edges;
mod real;
mod twin;
