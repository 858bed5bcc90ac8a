//! The command `racegate`.

fn main() {}
