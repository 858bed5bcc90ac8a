//! The channels: what they order, what they do not, and that they are crossbeam's
//! otherwise.

mod differential;
mod disconnection;
mod edges;
mod real;
mod slots;
mod twin;
