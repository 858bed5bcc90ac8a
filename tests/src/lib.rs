//! What the end-to-end tests and their commands share: programs that other race
//! detectors get wrong, the engines held against the definition, what a run of a
//! fixture must come to, and mistakes that the tests must tell.

#![forbid(unsafe_code)]

pub mod benchmarks;
pub mod endurance;
pub mod exactness;
pub mod expected;
pub mod mutants;
pub mod peers;
mod process;
pub mod suites;
