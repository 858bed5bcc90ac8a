//! Batches of runs on all cores, each in a process of its own.

use std::ops::Range;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use fixtures::Fixture;

/// How many runs one process makes.
const RUNS: u64 = 50;

/// Runs of one program.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The program.
    pub fixture: &'static Fixture,
    /// One run with each.
    pub seeds: Range<u64>,
}

/// A program that did not come to its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The program's name.
    pub name: &'static str,
    /// With which seed, and what went wrong.
    pub what: String,
}

impl Batch {
    /// The runs of a program with these seeds, in batches.
    pub fn split(fixture: &'static Fixture, seeds: Range<u64>) -> impl Iterator<Item = Self> {
        let stride = usize::try_from(RUNS).expect("a small number");
        let starts = seeds.clone().step_by(stride);
        starts.map(move |start| Self {
            fixture,
            seeds: start..seeds.end.min(start.saturating_add(RUNS)),
        })
    }

    /// Makes the runs, in the process that this command starts.
    fn run(&self, command: &mut Command) -> Result<(), String> {
        let outcome = command
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("no process to run it in: {error}"))?;
        if outcome.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&outcome.stderr);
        let Range { start, end } = &self.seeds;
        Err(format!(
            "within seeds {start}..{end}: {}\n{said}",
            outcome.status
        ))
    }
}

/// Runs all batches, each in the process that `command` starts for it, and tells `done`
/// of each. A program that deviated is run no further.
pub fn on_all_cores(
    batches: impl Iterator<Item = Batch> + Send,
    command: impl Fn(&Batch) -> Command + Sync,
    done: impl Fn(&Batch) + Sync,
) -> Vec<Deviation> {
    let batches = Mutex::new(batches);
    let deviations = Mutex::new(Vec::<Deviation>::new());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        // Whoever panics has changed nothing.
        let locked = || deviations.lock().unwrap_or_else(PoisonError::into_inner);
        let next = || {
            let mut batches = batches.lock().unwrap_or_else(PoisonError::into_inner);
            batches.next()
        };
        while let Some(batch) = next() {
            let name = batch.fixture.name;
            if locked().iter().any(|deviation| deviation.name == name) {
                continue;
            }
            match batch.run(&mut command(&batch)) {
                Ok(()) => done(&batch),
                Err(what) => locked().push(Deviation { name, what }),
            }
        }
    };
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    deviations
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}
