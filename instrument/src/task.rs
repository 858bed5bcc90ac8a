//! Logical threads, for executors.
