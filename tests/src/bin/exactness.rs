//! Holds every analysis against the definition, over as many histories as you like.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use oracle::panel::Panel;
use oracle::relation::RELATIONS;
use oracle::small::{AtomicPlace, Longest, Small};
use tests::exactness::{Failure, Tally, agree, agree_on_all, on_all_cores, panel, relate};

/// Holds every analysis against the definition of a data race.
///
/// Exits with 1 on the first difference, which is told as the smallest history that
/// shows it. The same arguments always do the same.
#[derive(Debug, Parser)]
#[command(name = "exactness", max_term_width = 100)]
struct Arguments {
    /// How many random histories
    #[arg(long, default_value_t = 100_000)]
    traces: u64,
    /// The seed of the first of them; each has the next one
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many random histories are changed, for each metamorphic relation
    #[arg(long, default_value_t = 0)]
    metamorphic: u64,
    /// Every history of so many events: 5 takes minutes
    #[arg(long, value_name = "EVENTS", default_value_t = 0)]
    exhaustive: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seeds = |count| arguments.seed..arguments.seed.saturating_add(count);
    let panel = panel();
    println!("seed {}", arguments.seed);
    let mut exact = arguments.traces == 0
        || told(
            "random",
            |tally| tally.to_string(),
            || {
                on_all_cores(seeds(arguments.traces), |seed, tally| {
                    agree(&panel, seed, tally)
                })
            },
        );
    if arguments.metamorphic > 0 {
        for relation in RELATIONS {
            let changed =
                |tally: &Tally| format!("{} of {} histories changed", tally.changed, tally.traces);
            exact &= told(relation.name, changed, || {
                let seeds = seeds(arguments.metamorphic);
                on_all_cores(seeds, |seed, tally| relate(relation, &panel, seed, tally))
            });
        }
    }
    if arguments.exhaustive > 1 {
        exact &= exhaustive(&panel, arguments.exhaustive);
    }
    if exact {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Every small history, whether the atomic lies in a cell or not.
fn exhaustive(panel: &Panel, events: usize) -> bool {
    let mut exact = true;
    for (name, atomic, of_the_longest) in [
        ("exhaustive", AtomicPlace::Apart, Longest::EndInAccess),
        // Here nearly everything is an access.
        (
            "exhaustive, the atomic in a cell",
            AtomicPlace::InACell,
            Longest::EndInConflict,
        ),
    ] {
        let small = Small {
            events,
            of_the_longest,
            atomic,
        };
        let beginnings = small.beginnings();
        exact &= told(
            name,
            |tally| tally.to_string(),
            || {
                on_all_cores(0..beginnings.len() as u64, |index, tally| {
                    let index = usize::try_from(index).expect("it is one of a table");
                    agree_on_all(panel, small, &beginnings[index], tally)
                })
            },
        );
    }
    exact
}

/// Tells what came out, and how long it took; whether nothing was found.
fn told(
    what: &str,
    count: impl Fn(&Tally) -> String,
    run: impl FnOnce() -> (Tally, Option<Failure>),
) -> bool {
    let start = Instant::now();
    let (tally, failure) = run();
    println!("{what}: {}", count(&tally));
    match &failure {
        Some(Failure { seed, what: told }) => println!("{what}: a difference, seed {seed}\n{told}"),
        None => println!(
            "{what}: 0 differences in {:.1} s",
            start.elapsed().as_secs_f64()
        ),
    }
    failure.is_none()
}
