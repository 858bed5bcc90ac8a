//! A racy write, ten million further accesses of its thread, and then the other side.

fn main() {
    tests::peers::long_history(10_000_000);
}
