//! The command `cargo-racegate`.

fn main() {}
