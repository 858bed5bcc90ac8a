//! Holds every analysis against the definition, over as many histories as you like.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use tests::exactness::{Failure, Tally, agree, on_all_cores, panel};

/// Holds every analysis against the definition of a data race.
///
/// Exits with 1 on the first difference, which is told as the smallest history that
/// shows it. The same arguments always do the same.
#[derive(Debug, Parser)]
#[command(name = "exactness", max_term_width = 100)]
struct Arguments {
    /// How many random histories.
    #[arg(long, default_value_t = 100_000)]
    traces: u64,
    /// The seed of the first of them; each has the next one.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let panel = panel();
    let seeds = arguments.seed..arguments.seed.saturating_add(arguments.traces);
    told("random histories", || {
        on_all_cores(seeds, |seed, tally| agree(&panel, seed, tally))
    })
}

/// Tells what came out, and how long it took.
fn told(what: &str, run: impl FnOnce() -> (Tally, Option<Failure>)) -> ExitCode {
    let start = Instant::now();
    let (tally, failure) = run();
    println!("{what}: {tally}");
    match &failure {
        Some(Failure { seed, what }) => println!("a difference with seed {seed}: {what}"),
        None => println!("0 differences in {:.1} s", start.elapsed().as_secs_f64()),
    }
    if failure.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
