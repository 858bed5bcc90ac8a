//! The channels: what they order, what they do not, and that they are std's otherwise.

mod behaviour;
mod edges;
