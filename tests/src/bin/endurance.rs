//! Runs the programs whose verdict is known very many times, each time differently.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::ops::Range;
use std::process::{Command, ExitCode};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Parser;
use fixtures::{CATALOG, Fixture, HappensBefore, by_name};
use tests::endurance::{Batch, judge_all, on_all_cores};

/// Runs every fixture very many times, with threads that give way at random: no clean
/// one may ever be reported, and every racy one must be each time, on all its cells.
///
/// Exits with 1 when one was not, with its name and its seed.
#[derive(Debug, Parser)]
#[command(name = "endurance", max_term_width = 100)]
struct Arguments {
    /// How many runs of each.
    #[arg(long, default_value_t = 1_000)]
    runs: u64,
    /// The seed of the first run; each has the next one.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Make the runs in this process, and print what the programs print.
    #[arg(long)]
    here: bool,
    /// Which; all without any.
    names: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let fixtures = match named(&arguments.names) {
        Ok(fixtures) => fixtures,
        Err(name) => {
            eprintln!("no fixture is called `{name}`");
            return ExitCode::from(2);
        }
    };
    let seeds = arguments.seed..arguments.seed.saturating_add(arguments.runs);
    let as_expected = if arguments.here {
        run_here(&fixtures, &seeds)
    } else {
        run_all(&fixtures, &seeds)
    };
    if as_expected {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn named(names: &[String]) -> Result<Vec<&'static Fixture>, &str> {
    if names.is_empty() {
        return Ok(CATALOG.iter().collect());
    }
    let found = names.iter().map(|name| by_name(name).ok_or(name.as_str()));
    found.collect()
}

/// What one of the processes does.
fn run_here(fixtures: &[&Fixture], seeds: &Range<u64>) -> bool {
    fixtures.iter().all(|fixture| {
        let judged = judge_all(fixture, seeds.clone());
        if let Err(what) = &judged {
            eprintln!("{} {what}", fixture.name);
        }
        judged.is_ok()
    })
}

fn run_all(fixtures: &[&'static Fixture], seeds: &Range<u64>) -> bool {
    let start = Instant::now();
    let counts = Mutex::new(BTreeMap::<&str, u64>::new());
    let lock = || counts.lock().unwrap_or_else(PoisonError::into_inner);
    let batches = fixtures
        .iter()
        .flat_map(|fixture| Batch::split(fixture, seeds.clone()));
    let deviations = on_all_cores(batches, command, |batch| {
        *lock().entry(batch.fixture.name).or_default() += batch.seeds.end - batch.seeds.start;
    });
    for fixture in fixtures {
        let runs = lock().get(fixture.name).copied().unwrap_or_default();
        println!(
            "{:<28} {runs:>6} runs  {}",
            fixture.name,
            reported(fixture, runs)
        );
    }
    for deviation in &deviations {
        println!("{}: {}", deviation.name, deviation.what);
    }
    let runs: u64 = lock().values().sum();
    let seconds = start.elapsed().as_secs_f64();
    let deviated = deviations.len();
    println!("{runs} runs as expected, {deviated} fixtures deviated, {seconds:.1} s");
    deviations.is_empty()
}

/// Every run that is counted came to the fixture's verdict.
fn reported(fixture: &Fixture, runs: u64) -> String {
    match fixture.verdict {
        HappensBefore::Clean => "0 reported".to_owned(),
        HappensBefore::Races(cells) => {
            format!("{runs} reported, each on {}", cells.join(", "))
        }
    }
}

fn command(batch: &Batch) -> Command {
    let own = std::env::current_exe().expect("a running program has a path");
    let mut command = Command::new(own);
    let Range { start, end } = batch.seeds;
    command.args(["--here", "--runs", &(end - start).to_string()]);
    command.args(["--seed", &start.to_string(), batch.fixture.name]);
    command
}
