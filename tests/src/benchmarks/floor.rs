//! What it costs to be recorded at all: a program that touches one cell and ends.

use std::io;
use std::path::Path;
use std::process::Command;

use super::process::{median, peak_in, said, succeed};
use super::record::Figure;

pub(super) fn figures(workspace: &Path, runs: usize) -> io::Result<Vec<Figure>> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(workspace);
    cargo.args(["build", "--release", "--package", "tests", "--bin", "idle"]);
    succeed(&mut cargo)?;
    let program = workspace.join("target/release/idle");
    let folder = tempfile::tempdir()?;
    let mut figures = Vec::new();
    for (name, recorded) in [("not recorded", "0"), ("recorded", "1")] {
        let command = || {
            let mut command = Command::new(&program);
            command.env("RACEGATE", recorded);
            command.env("RACEGATE_LOG", folder.path());
            command
        };
        // It is over in a moment, so it is run often.
        let taken = median(runs * 10, command, |status| status.success())?;
        let of = |name: String, value, unit| Figure {
            section: "floor",
            subject: "a program that does nothing".to_owned(),
            name,
            value,
            unit,
        };
        let milliseconds = taken.time.as_secs_f64() * 1e3;
        figures.push(of(format!("{name}, time"), milliseconds, "ms"));
        let bytes = peak_in(&said(&mut command())?);
        figures.push(of(format!("{name}, memory"), mebibytes(bytes), "MiB"));
    }
    Ok(figures)
}

/// So many bytes, as what memory is told in.
pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
