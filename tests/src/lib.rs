//! End-to-end tests of racegate.

#![forbid(unsafe_code)]
