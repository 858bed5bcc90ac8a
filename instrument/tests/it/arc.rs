//! Shared ownership: what it orders, what it does not, and that it is std's otherwise.

mod behaviour;
mod edges;
mod unrecorded;
