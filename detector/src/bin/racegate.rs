//! The command `racegate`.

use std::process::ExitCode;

fn main() -> ExitCode {
    racegate_detector::cli::racegate()
}
