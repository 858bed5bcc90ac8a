//! A range of seeds on all cores.
//!
//! **Invariant:** the failure that is told is that of the least seed, and the tally of
//! a run without one is the sum over all seeds.

use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use super::Tally;

/// How many seeds a core takes at a time: some one seed takes very long.
const STRIDE: u64 = 16;

/// What went wrong, and with which seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// What went wrong.
    pub what: String,
}

/// Does this with every seed, until it fails.
pub fn on_all_cores(
    seeds: Range<u64>,
    job: impl Fn(u64, &mut Tally) -> Result<(), String> + Sync,
) -> (Tally, Option<Failure>) {
    let shared = Mutex::new((seeds.start, Tally::default(), None::<Failure>));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| work(&seeds, &shared, &job));
        }
    });
    let (_, tally, failure) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    (tally, failure)
}

/// The next seed that no core has, what they counted, and the failure of the least seed.
type Shared = (u64, Tally, Option<Failure>);

fn work(
    seeds: &Range<u64>,
    shared: &Mutex<Shared>,
    job: &(impl Fn(u64, &mut Tally) -> Result<(), String> + Sync),
) {
    // A panicking job has written nothing.
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let first = {
            let mut shared = lock();
            // Whoever has lower seeds goes on with them.
            if shared.2.is_some() || shared.0 >= seeds.end {
                return;
            }
            let first = shared.0;
            shared.0 = first.saturating_add(STRIDE);
            first
        };
        let mut tally = Tally::default();
        let mut stride = first..seeds.end.min(first.saturating_add(STRIDE));
        let failure = stride.find_map(|seed| {
            // What a panicking job counted is not used: the run has failed.
            let done = panic::catch_unwind(AssertUnwindSafe(|| job(seed, &mut tally)));
            let what = done.unwrap_or_else(|_| Err("a panic, told above".to_owned()));
            let what = what.err()?;
            Some(Failure { seed, what })
        });
        let mut shared = lock();
        shared.1.add(&tally);
        let least = shared.2.as_ref().is_none_or(|known| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.seed < known.seed)
        });
        if least && failure.is_some() {
            shared.2 = failure;
        }
    }
}
