//! Published crates whose tests for loom run with racegate's in its place.

mod fetched;
mod outcome;
mod rate;
mod table;

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

pub use self::outcome::{Outcome, WithLoom};
pub use self::rate::{Rate, rate};
pub use self::table::write_table;

/// A published crate and what its tests come to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// Its name in the registry.
    #[serde(rename = "crate")]
    pub name: String,
    /// Its version.
    pub version: String,
    /// What cargo is told besides.
    #[serde(default)]
    pub cargo: Vec<String>,
    /// What the tests are told.
    #[serde(default)]
    pub args: Vec<String>,
    /// How many tests pass.
    pub tests: usize,
    /// How many models they run.
    pub models: usize,
    /// How many of them ask for fewer runs themselves.
    #[serde(default)]
    pub fewer: usize,
    /// A word of the race that must be found, where the version is known to have one.
    pub known: Option<String>,
    /// What the real loom is told besides `cargo`: features, which the command finds.
    #[serde(default)]
    pub real: Vec<String>,
    /// The cfg that turns loom on, if a feature alone does not.
    pub cfg: Option<String>,
    /// What a reader of the table should know.
    pub note: Option<String>,
}

/// How often the command runs a model that asks for nothing else.
const RUNS: u64 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suites {
    suite: Vec<Suite>,
}

/// The suites of the table, in its order.
///
/// # Errors
///
/// When the table cannot be read.
pub fn read_suites(workspace: &Path) -> Result<Vec<Suite>, String> {
    let path = workspace.join("tests/suites.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let suites: Suites = toml::from_str(&text).map_err(|error| error.to_string())?;
    Ok(suites.suite)
}

/// Where suites are fetched, built and run.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// A folder that stays, so that nothing is built twice.
    pub folder: &'p Path,
    /// The command `cargo-racegate`.
    pub command: &'p Path,
}

impl Suite {
    /// Runs the tests with racegate's loom.
    ///
    /// # Errors
    ///
    /// When the crate cannot be fetched or the command cannot be run.
    pub fn run(&self, place: Place<'_>) -> io::Result<Outcome> {
        let sources = fetched::sources(self, place.folder)?;
        outcome::under_racegate(self, place, &sources)
    }

    /// Runs the same tests with the real loom, for so long at most.
    ///
    /// # Errors
    ///
    /// As of [`run`](Self::run), or when they do not build.
    pub fn run_with_loom(&self, place: Place<'_>, limit: Duration) -> io::Result<WithLoom> {
        let sources = fetched::sources(self, place.folder)?;
        outcome::under_loom(self, place, &sources, limit)
    }

    /// What is wrong with what came out.
    #[must_use]
    pub fn complaint(&self, outcome: &Outcome) -> Option<String> {
        if let Some(known) = &self.known {
            let is_told = outcome.findings > 0 && outcome.said.contains(known);
            return (!is_told).then(|| format!("the known race was not found: {known}"));
        }
        if outcome.findings > 0 || outcome.code != Some(0) {
            return Some(format!(
                "{} findings, and the command ended with {:?}",
                outcome.findings, outcome.code
            ));
        }
        let counted = (outcome.tests, outcome.models);
        if counted != (self.tests, self.models) {
            return Some(format!(
                "{} tests and {} models ran, not {} and {}",
                counted.0, counted.1, self.tests, self.models
            ));
        }
        (outcome.runs != RUNS).then(|| format!("a model had {} runs", outcome.runs))
    }
}
