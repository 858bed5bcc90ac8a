//! What recording costs an operation, beside the same operation of std, in one run.
//!
//! Each is done on a thread of its own at a given depth of stack. Everything that is
//! recorded goes through a log on disk, as in a program that is run with `RACEGATE=1`.
//! `RACEGATE_STACK=site` in the environment measures lines instead of whole stacks.
//!
//! At the end the log is read back: the bench fails unless it holds every operation.

mod depth;
mod log;
mod operation;

use std::time::{Duration, Instant};

use criterion::Criterion;
use racegate::thread;

use self::depth::at_depth;
use self::log::ProcessLog;
use self::operation::{ALONE, TOGETHER};

/// Frames at which each operation is measured: of a test of a library, and of a handler
/// in a server.
const DEPTHS: [usize; 2] = [11, 30];

fn main() {
    let log = ProcessLog::open();
    let mode = std::env::var("RACEGATE_STACK").unwrap_or_else(|_| "full".to_owned());
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(300))
        .without_plots()
        .configure_from_args();
    let mut events = 0;
    for operation in ALONE {
        let mut group = criterion.benchmark_group(operation.name);
        group.bench_function("std", |bencher| {
            bencher.iter_custom(|times| timed(DEPTHS[0], times, operation.real));
        });
        for frames in DEPTHS {
            group.bench_function(format!("{mode}-{frames}"), |bencher| {
                bencher.iter_custom(|times| {
                    events += times * operation.events;
                    timed(frames, times, operation.recorded)
                });
            });
        }
        group.finish();
    }
    for operation in TOGETHER {
        let mut group = criterion.benchmark_group(operation.name);
        group.bench_function("std", |bencher| {
            bencher.iter_custom(|times| clocked(times, operation.real));
        });
        group.bench_function(&mode, |bencher| {
            bencher.iter_custom(|times| {
                events += times * operation.events;
                clocked(times, operation.recorded)
            });
        });
        group.finish();
    }
    criterion.final_summary();
    log.holds_at_least(events);
}

/// How long an operation takes so many times, on a new thread at this depth.
fn timed(frames: usize, times: u64, operation: fn(u64)) -> Duration {
    thread::spawn(move || at_depth(frames, || clocked(times, operation)))
        .join()
        .expect("an operation checks its answer")
}

fn clocked(times: u64, operation: fn(u64)) -> Duration {
    let start = Instant::now();
    operation(times);
    start.elapsed()
}
