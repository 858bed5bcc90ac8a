//! The command `cargo racegate`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    racegate_detector::cli::cargo_racegate()
}
