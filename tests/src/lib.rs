//! What the end-to-end tests and their commands share: programs that other race
//! detectors get wrong, and the engines held against the definition.

#![forbid(unsafe_code)]

pub mod exactness;
pub mod peers;
