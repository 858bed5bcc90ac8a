//! Programs that other race detectors get wrong, for the end-to-end tests.

#![forbid(unsafe_code)]

pub mod peers;
