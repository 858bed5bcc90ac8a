//! A racy write, ten million further accesses of its thread, and then the other side.

#![forbid(unsafe_code)]

fn main() {
    tests::peers::long_history(10_000_000);
}
