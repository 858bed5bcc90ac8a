//! The trial of every mutant: with it a copy of the workspace must build and its test
//! fail; without it the test must pass.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::replica::Replica;
use super::table::Mutant;
use crate::process::output_within;

/// How long a test may run beyond ten times what it takes without a mutant.
const GRACE: Duration = Duration::from_secs(30);
/// How long a build, or a test without a mutant, may take.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What came out for a mutant.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Which one.
    pub name: String,
    /// What came out.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// What can come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its test fails. These are the tests that do.
    Killed(Vec<String>),
    /// Its test does not end, as may be.
    Hung,
    /// Its test does not end, which no one expected.
    Endless,
    /// Its test passes.
    Survived,
    /// There is nothing to be tested, and why.
    Unfit(String),
}

impl Outcome {
    /// Whether the mistake is told.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        matches!(self, Self::Killed(_) | Self::Hung)
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            outcome,
            took,
        } = self;
        let word = match outcome {
            Outcome::Killed(_) => "killed",
            Outcome::Hung => "killed: it hangs",
            Outcome::Endless => "NOT KILLED: it hangs",
            Outcome::Survived => "NOT KILLED: its test passes",
            Outcome::Unfit(_) => "NOT KILLED: it is unfit",
        };
        write!(f, "{word}: {name} ({:.0} s)", took.as_secs_f64())?;
        match outcome {
            Outcome::Killed(tests) => tests.iter().try_for_each(|test| write!(f, "\n    {test}")),
            Outcome::Unfit(why) => write!(f, "\n{why}"),
            Outcome::Hung | Outcome::Endless | Outcome::Survived => Ok(()),
        }
    }
}

/// Tries these mutants in so many copies of the workspace at a time; `see` is shown
/// what came out for each as it comes.
///
/// # Errors
///
/// When the workspace cannot be copied.
pub fn run(
    workspace: &Path,
    mutants: &[Mutant],
    jobs: usize,
    see: impl Fn(&Trial) + Sync,
) -> Result<Vec<Trial>, String> {
    let replicas = (0..jobs.clamp(1, mutants.len().max(1)))
        .map(|number| Replica::new(workspace, number))
        .collect::<Result<Vec<_>, _>>()?;
    let mut tests: Vec<&str> = mutants.iter().map(|mutant| mutant.test.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    let unmutated = spread(&replicas, &tests, |replica, test| {
        without_mutant(replica, test)
    });
    let unmutated: BTreeMap<&str, _> = tests.iter().copied().zip(unmutated).collect();
    Ok(spread(&replicas, mutants, |replica, mutant| {
        let start = Instant::now();
        let outcome = match &unmutated[mutant.test.as_str()] {
            Ok(took) => with_mutant(replica, mutant, GRACE + *took * 10),
            Err(why) => Outcome::Unfit(why.clone()),
        };
        let trial = Trial {
            name: mutant.name.clone(),
            outcome,
            took: start.elapsed(),
        };
        see(&trial);
        trial
    }))
}

/// Does this with every item, each in one of the replicas; the results in their order.
fn spread<'i, I: Sync, R: Send>(
    replicas: &[Replica<'_>],
    items: &'i [I],
    work: impl Fn(&Replica<'_>, &'i I) -> R + Sync,
) -> Vec<R> {
    let rest = Mutex::new(items.iter().enumerate());
    // Whoever panics has taken its item, and leaves the rest as it was.
    let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let jobs: Vec<_> = replicas
            .iter()
            .map(|replica| {
                scope.spawn(|| {
                    let results =
                        std::iter::from_fn(|| next().map(|(at, item)| (at, work(replica, item))));
                    results.collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = jobs.into_iter().map(|job| job.join().expect("a job ends"));
        joined.flatten().collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// How long a test takes without any mutant; why it is none, if it is none.
fn without_mutant(replica: &Replica<'_>, test: &str) -> Result<Duration, String> {
    let told = |what: &str| format!("    without it, {what}: cargo test {test}");
    if let Err(error) = build(replica, test) {
        return Err(format!("{}\n{error}", told("it does not build")));
    }
    let start = Instant::now();
    match test_within(replica, test, PATIENCE)? {
        None => Err(told("its test hangs")),
        Some(output) if !output.status.success() => {
            Err(format!("{}\n{}", told("its test fails"), tail(&output)))
        }
        Some(output) if !passed_any(&output) => Err(told("its test is not there")),
        Some(_) => Ok(start.elapsed()),
    }
}

fn with_mutant(replica: &Replica<'_>, mutant: &Mutant, limit: Duration) -> Outcome {
    let output = replica.with(mutant, || {
        build(replica, &mutant.test)?;
        test_within(replica, &mutant.test, limit)
    });
    match output {
        Err(why) => Outcome::Unfit(why),
        Ok(None) if mutant.hangs => Outcome::Hung,
        Ok(None) => Outcome::Endless,
        Ok(Some(output)) if output.status.success() => Outcome::Survived,
        Ok(Some(output)) => Outcome::Killed(failed_tests(&output)),
    }
}

/// Builds what the test needs.
fn build(replica: &Replica<'_>, test: &str) -> Result<(), String> {
    let built = output_within(
        cargo_test(replica).arg("--no-run").args(words(test)),
        PATIENCE,
    );
    match built.map_err(|error| format!("cargo: {error}"))? {
        Some(output) if output.status.success() => Ok(()),
        Some(output) => Err(format!("    it does not build\n{}", tail(&output))),
        None => Err("    its build does not end".to_owned()),
    }
}

fn test_within(
    replica: &Replica<'_>,
    test: &str,
    limit: Duration,
) -> Result<Option<Output>, String> {
    output_within(cargo_test(replica).args(words(test)), limit)
        .map_err(|error| format!("cargo: {error}"))
}

fn cargo_test(replica: &Replica<'_>) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--quiet", "--target-dir"])
        .arg(&replica.target)
        .current_dir(&replica.tree);
    command
}

fn words(test: &str) -> std::str::SplitWhitespace<'_> {
    test.split_whitespace()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn passed_any(output: &Output) -> bool {
    said(output)
        .lines()
        .filter_map(|line| line.strip_prefix("test result: ok. "))
        .any(|counts| !counts.starts_with("0 passed"))
}

/// The names of the tests that failed, as the test runner lists them at its end.
fn failed_tests(output: &Output) -> Vec<String> {
    let said = said(output);
    let mut failed: Vec<String> = said
        .lines()
        .filter_map(|line| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"))
        .map(str::to_owned)
        .collect();
    failed.sort();
    failed
}

/// The last lines that a command said.
fn tail(output: &Output) -> String {
    let said = said(output);
    let lines: Vec<&str> = said.lines().collect();
    let last = &lines[lines.len().saturating_sub(30)..];
    last.join("\n")
}
