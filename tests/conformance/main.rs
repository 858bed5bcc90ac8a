//! The cases of other race detectors' suites, written anew from their semantics.
//!
//! **Invariant:** every row of a manifest is a test, and every test is a row.

#![forbid(unsafe_code)]

mod suite;
mod turn;

mod go;
mod goker;
mod tsan;
