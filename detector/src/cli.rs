//! The commands `racegate` and `cargo-racegate`: arguments in, reports and an
//! exit code out.
//!
//! **Invariant:** every way out has a code of [`Exit`], and silence is never
//! success: what failed is said on stderr in a line that starts with `error:`.

mod arguments;
mod cargo;
mod convert;
mod exit;
mod interrupt;
mod judge;
mod load;
mod loom;
mod output;
mod pack;
mod record;
mod scan;
mod stat;
mod verify;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

pub use exit::Exit;

use arguments::{Command, Racegate};

/// The command `racegate`.
#[must_use]
pub fn racegate() -> ExitCode {
    exit::guarded(|| match Racegate::parse().command {
        Command::Run(run) => record::run(&run),
        Command::Scan(scan) => scan::run(&scan),
        Command::Convert(convert) => convert::run(&convert),
        Command::Pack(command) => pack::run(&command),
        Command::Verify(verify) => verify::run(&verify),
        Command::Stat(stat) => stat::run(&stat),
    })
}

/// The command `cargo racegate`.
#[must_use]
pub fn cargo_racegate() -> ExitCode {
    exit::guarded(cargo::run)
}
