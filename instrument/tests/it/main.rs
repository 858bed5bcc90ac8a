//! What the instrumented twins record, and that they behave as std's types do.
#![cfg(feature = "enabled")]

mod atomic;
mod mpsc;
mod objects;
