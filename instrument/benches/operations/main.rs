//! What recording costs an operation, beside the same operation of std, in one run.
//!
//! What one thread does alone is done at a given depth of stack and counted in that
//! thread's own processor time, which others on a busy machine do not add to. Everything
//! that is recorded goes through a log on disk, as in a program that is run with `RACEGATE=1`.
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
    // Where the benches are only listed, none was run.
    if events > 0 {
        log.holds_at_least(events);
    }
}

/// The processor time that an operation takes so many times, on a new thread at this
/// depth.
fn timed(frames: usize, times: u64, operation: fn(u64)) -> Duration {
    let alone = move || {
        at_depth(frames, || {
            let start = processor_time();
            operation(times);
            processor_time().saturating_sub(start)
        })
    };
    let thread = thread::spawn(alone);
    thread.join().expect("an operation checks its answer")
}

/// How long this thread has been on a processor.
fn processor_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is valid for the write.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(status, 0, "every thread has such a clock");
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanoseconds)
}

fn clocked(times: u64, operation: fn(u64)) -> Duration {
    let start = Instant::now();
    operation(times);
    start.elapsed()
}
