//! How often a small model is run in a second.

use std::io;
use std::path::Path;
use std::process::Command;

use super::fetched::copy;

/// How often a second a model of two threads and three operations is run.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// By racegate, each run with its verdict.
    pub racegate: f64,
    /// By loom, which takes each for a step of its search.
    pub loom: f64,
}

/// Measures both, one after the other.
///
/// # Errors
///
/// When the program does not build or does not end well.
pub fn rate(workspace: &Path, folder: &Path) -> io::Result<Rate> {
    let facade = workspace.join("instrument/loom");
    let patch = format!("patch.crates-io.loom.path='{}'", facade.display());
    let program = workspace.join("tests/peers/model");
    // A copy each, since a lock file pins one of the two.
    let runs_a_second = |name: &str, arguments: &[&str]| {
        let copied = folder.join(name);
        copy(&program, &copied)?;
        runs_a_second(&copied, arguments)
    };
    Ok(Rate {
        racegate: runs_a_second("rate", &["--config", &patch])?,
        loom: runs_a_second("rate-loom", &[])?,
    })
}

fn runs_a_second(program: &Path, arguments: &[&str]) -> io::Result<f64> {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--release", "--quiet"])
        .args(arguments);
    let output = command.current_dir(program).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    // Models may have said something before.
    let last = said.lines().last().unwrap_or_default();
    last.trim().parse().map_err(|_| {
        let error = String::from_utf8_lossy(&output.stderr);
        io::Error::other(format!("the model was not run: {error}"))
    })
}
