//! Very many runs of the programs whose verdict is known, each with a schedule of its own.
//!
//! The programs print, and one that aborts takes its process along, so they run in
//! processes of their own: batches of runs of one program.
//!
//! **Invariant:** every run that is counted came to its program's verdict.

use std::ops::Range;

use fixtures::Fixture;

mod batches;

pub use batches::{Batch, Deviation, on_all_cores};

use crate::expected::{expected, racy_cells};

/// Runs a program with threads that give way at random, and judges what it did by `hb`.
///
/// # Errors
///
/// Where it did not come to its verdict, or lost something.
pub fn judge(fixture: &Fixture, seed: u64) -> Result<(), String> {
    let program = fixture.sample.unwrap_or(fixture.program);
    let trace = racegate::__private::trace_with_yields(seed, program);
    let (racy, expected) = (racy_cells(&trace), expected(fixture));
    if racy != expected {
        return Err(format!("expected races on {expected:?}, found {racy:?}"));
    }
    if !trace.integrity().is_complete() {
        return Err(format!("something was lost: {:?}", trace.integrity()));
    }
    Ok(())
}

/// Judges a program with each of these seeds, in this process.
///
/// # Errors
///
/// With the first that deviates.
pub fn judge_all(fixture: &Fixture, seeds: Range<u64>) -> Result<(), String> {
    for seed in seeds {
        judge(fixture, seed).map_err(|what| format!("with seed {seed}: {what}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::sync::Mutex;

    use fixtures::{HappensBefore, by_name};

    use super::*;

    #[test]
    fn a_run_that_does_not_come_to_its_verdict_is_told() {
        let racy = *by_name("bank/racy").expect("the catalogue lists it");
        let clean = *by_name("bank/mutex").expect("the catalogue lists it");
        assert_eq!(judge_all(&racy, 0..2), Ok(()));
        assert_eq!(judge_all(&clean, 0..2), Ok(()));
        let racy = Fixture {
            verdict: HappensBefore::Clean,
            ..racy
        };
        let told = judge_all(&racy, 7..9).expect_err("it races");
        assert!(told.starts_with("with seed 7: "), "{told}");
        assert!(told.ends_with("found {\"balance\"}"), "{told}");
        let clean = Fixture {
            verdict: HappensBefore::Races(&["balance"]),
            ..clean
        };
        let told = judge(&clean, 7).expect_err("it does not race");
        assert_eq!(told, "expected races on {\"balance\"}, found {}");
    }

    #[test]
    fn a_program_that_deviates_is_told_and_run_no_further() {
        let fixture = |name| by_name(name).expect("the catalogue lists it");
        let [good, bad] = ["bank/mutex", "bank/racy"].map(fixture);
        let batches = [good, bad]
            .into_iter()
            .flat_map(|fixture| Batch::split(fixture, 0..1_000));
        let done = Mutex::new(0);
        let deviations = on_all_cores(
            batches,
            |batch| {
                Command::new(if batch.fixture.name == good.name {
                    "true"
                } else {
                    "false"
                })
            },
            |batch| *done.lock().unwrap() += batch.seeds.end - batch.seeds.start,
        );
        assert_eq!(*done.lock().unwrap(), 1_000, "every run of the good one");
        assert!(!deviations.is_empty());
        assert!(deviations.iter().all(|told| told.name == bad.name));
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        assert!(deviations.len() <= most, "no more than were under way");
    }
}
