//! What a suite came to.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::{Place, Suite};
use crate::process::output_within;

/// What a suite came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The command's exit code.
    pub code: Option<i32>,
    /// How many tests passed.
    pub tests: usize,
    /// How many models ran.
    pub models: usize,
    /// How often each was run, at least, but for those that ask for fewer.
    pub runs: u64,
    /// How many cells its models saw, all together.
    pub cells: u64,
    /// How many models raced.
    pub findings: u64,
    /// How long the models took, all together.
    pub time: Duration,
    /// All that was said.
    pub said: String,
}

/// A line that a model writes.
#[derive(Deserialize)]
struct Model {
    runs: u64,
    cells: u64,
    findings: u64,
    seconds: f64,
}

pub(super) fn under_racegate(
    suite: &Suite,
    place: Place<'_>,
    sources: &Path,
) -> io::Result<Outcome> {
    let target = place.folder.join("target");
    let mut command = Command::new(place.command);
    command.args(["racegate", "loom"]).args(&suite.cargo);
    command.arg("--").args(&suite.args);
    command
        .current_dir(sources)
        .env("CARGO_TARGET_DIR", &target);
    let Output {
        status,
        stdout,
        stderr,
    } = command.output()?;
    let mut said = String::from_utf8_lossy(&stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&stderr));
    let mut outcome = Outcome {
        code: status.code(),
        tests: passed(&said),
        said,
        ..Outcome::default()
    };
    let mut runs = Vec::new();
    let lines = fs::read_to_string(target.join("racegate/models.jsonl")).unwrap_or_default();
    for line in lines.lines() {
        let model: Model = serde_json::from_str(line)?;
        outcome.models += 1;
        runs.push(model.runs);
        outcome.cells += model.cells;
        outcome.findings += model.findings;
        outcome.time += Duration::from_secs_f64(model.seconds);
    }
    runs.sort_unstable();
    outcome.runs = runs.get(suite.fewer).copied().unwrap_or_default();
    Ok(outcome)
}

/// How many tests passed, by what the test programs say at their end.
fn passed(said: &str) -> usize {
    let results = said
        .lines()
        .filter_map(|line| line.strip_prefix("test result: "));
    let counts = results.filter_map(|line| line.split_once(". ")?.1.split_once(" passed"));
    counts
        .filter_map(|(count, _)| count.parse::<usize>().ok())
        .sum()
}

/// What a suite does with the real loom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithLoom {
    /// Its tests pass, in so long.
    Pass(Duration),
    /// They were ended after so long.
    Longer(Duration),
    /// One fails, as do those that use loom's types outside of a model.
    Fail,
}

pub(super) fn under_loom(
    suite: &Suite,
    place: Place<'_>,
    sources: &Path,
    limit: Duration,
) -> io::Result<WithLoom> {
    let cargo = |verb: &[&str]| {
        let mut command = Command::new("cargo");
        command.arg("test").arg("--release").args(verb);
        command.args(&suite.cargo).args(&suite.real);
        command.current_dir(sources);
        command.env("CARGO_TARGET_DIR", place.folder.join("target-loom"));
        if let Some(cfg) = &suite.cfg {
            command.env("RUSTFLAGS", format!("--cfg {cfg}"));
        }
        command.env("LOOM_MAX_PREEMPTIONS", "2");
        command
    };
    let built = cargo(&["--no-run"]).output()?;
    if !built.status.success() {
        let said = String::from_utf8_lossy(&built.stderr);
        let what = format!("the tests do not build with loom:\n{said}");
        return Err(io::Error::other(what));
    }
    let start = Instant::now();
    let ended = output_within(cargo(&[]).arg("--").args(&suite.args), limit)?;
    Ok(match ended {
        None => WithLoom::Longer(limit),
        Some(output) if output.status.success() => WithLoom::Pass(start.elapsed()),
        Some(_) => WithLoom::Fail,
    })
}
