//! The facade, used as its users use it.

mod models;
