//! The engines against the definition, against each other, and against what the
//! peers are known to get wrong.

mod agreement;
mod atomics;
mod history;
mod last_drop;
mod locks;
mod memory;
mod packed;
mod pairs;
mod panel;
mod scale;
mod schedulable;
mod stamps;
mod story;
mod threads;
mod tiers;
mod workload;
