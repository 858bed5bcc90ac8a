//! The attribute `#[racegate::test]`.

#![forbid(unsafe_code)]
