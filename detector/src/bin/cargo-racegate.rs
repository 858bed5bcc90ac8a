//! The command `cargo racegate`.

use std::process::ExitCode;

fn main() -> ExitCode {
    racegate_detector::cli::cargo_racegate()
}
