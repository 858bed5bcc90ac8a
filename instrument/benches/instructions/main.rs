//! What recording costs an operation in instructions, which are the same on every run of
//! one binary however busy the machine is.
//!
//! Needs valgrind, and `cargo install --locked --version 0.20.0 gungraun-runner`. The
//! limits are what CI holds the recorder to: 5 in a hundred above what was measured when
//! they were last set.

#![expect(missing_docs, reason = "the macros make items without any")]

#[path = "../operations/depth.rs"]
mod depth;
mod turns;

use std::hint::black_box;

use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind};
use racegate::cell::UnsafeCell;
use racegate::sync::atomic::{AtomicU64, Ordering};
use racegate::sync::{Mutex, RwLock};

use self::depth::at_depth;
use self::turns::{recursion, take_turns};

/// How often each operation is done: enough that what the first one costs (the log
/// opened, the stack walked, everything defined) counts for little.
const TIMES: u64 = 200_000;

/// Recorded with stacks of this mode, in at most so many instructions an operation.
fn recorded(mode: &str, limit: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config
        .env("RACEGATE", "1")
        .env(
            "RACEGATE_LOG",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/instructions"),
        )
        .env("RACEGATE_STACK", mode)
        .tool(Callgrind::default().hard_limits([(EventKind::Ir, limit * TIMES)]));
    config
}

#[library_benchmark]
#[bench::full_11(args = (11), config = recorded("full", 152))]
#[bench::full_30(args = (30), config = recorded("full", 210))]
#[bench::site(args = (11), config = recorded("site", 55))]
fn read(frames: usize) -> u64 {
    let cell = UnsafeCell::new(1_u64);
    at_depth(frames, || {
        let mut sum = 0;
        for _ in 0..TIMES {
            // SAFETY: this thread is alone with the cell.
            sum += black_box(&cell).with(|value| unsafe { *value });
        }
        assert_eq!(sum, TIMES);
        sum
    })
}

#[library_benchmark]
#[bench::full_11(args = (11), config = recorded("full", 164))]
#[bench::full_30(args = (30), config = recorded("full", 223))]
#[bench::site(args = (11), config = recorded("site", 70))]
fn write(frames: usize) -> u64 {
    let cell = UnsafeCell::new(0);
    at_depth(frames, || {
        for time in 0..TIMES {
            // SAFETY: this thread is alone with the cell.
            black_box(&cell).with_mut(|value| unsafe { *value = time + 1 });
        }
    });
    let last = cell.into_inner();
    assert_eq!(last, TIMES);
    last
}

#[library_benchmark]
#[bench::full_11(args = (11), config = recorded("full", 230))]
#[bench::full_30(args = (30), config = recorded("full", 289))]
fn read_in_turns(frames: usize) -> u64 {
    let cell = UnsafeCell::new(1);
    let sum = at_depth(frames, || take_turns(&cell, TIMES));
    assert_eq!(sum, TIMES);
    sum
}

// 8,191 stacks, which are more than are remembered.
#[library_benchmark]
#[bench::full(args = (12), config = recorded("full", 1687))]
fn read_in_recursion(depth: u32) -> u64 {
    let cell = UnsafeCell::new(1);
    let mut sum = 0;
    while sum < TIMES {
        sum += recursion(&cell, depth);
    }
    sum
}

#[library_benchmark]
#[bench::full_11(args = (11), config = recorded("full", 362))]
#[bench::site(args = (11), config = recorded("site", 159))]
fn lock_and_unlock(frames: usize) -> u64 {
    let mutex = Mutex::new(0);
    at_depth(frames, || {
        for _ in 0..TIMES {
            if let Ok(mut count) = black_box(&mutex).lock() {
                *count += 1;
            }
        }
    });
    let count = mutex.into_inner().unwrap_or_default();
    assert_eq!(count, TIMES);
    count
}

#[library_benchmark]
#[bench::full_11(args = (11), config = recorded("full", 402))]
#[bench::site(args = (11), config = recorded("site", 210))]
fn read_lock_and_unlock(frames: usize) -> u64 {
    let lock = RwLock::new(1);
    at_depth(frames, || {
        let mut sum = 0;
        for _ in 0..TIMES {
            sum += black_box(&lock).read().map_or(0, |value| *value);
        }
        assert_eq!(sum, TIMES);
        sum
    })
}

#[library_benchmark]
#[bench::full_11(args = (11), config = recorded("full", 229))]
#[bench::site(args = (11), config = recorded("site", 120))]
fn add(frames: usize) -> u64 {
    let count = AtomicU64::new(0);
    at_depth(frames, || {
        for _ in 0..TIMES {
            black_box(&count).fetch_add(1, Ordering::Relaxed);
        }
    });
    let count = count.into_inner();
    assert_eq!(count, TIMES);
    count
}

library_benchmark_group!(
    name = operations,
    benchmarks = [
        read,
        write,
        read_in_turns,
        read_in_recursion,
        lock_and_unlock,
        read_lock_and_unlock,
        add
    ]
);

main!(library_benchmark_groups = operations);
