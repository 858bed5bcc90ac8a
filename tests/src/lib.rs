//! What the end-to-end tests and their commands share: programs that other race
//! detectors get wrong, the engines held against the definition, and what a run of a
//! fixture must come to.

#![forbid(unsafe_code)]

pub mod endurance;
pub mod exactness;
pub mod expected;
pub mod peers;
