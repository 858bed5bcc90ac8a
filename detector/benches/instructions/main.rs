//! What judging costs an event in instructions, which are the same on every run of one
//! binary however busy the machine is.
//!
//! Needs valgrind, and `cargo install --locked --version 0.20.0 gungraun-runner`. The
//! limits are what CI holds the engine and the reader to: 5 in a hundred above what was
//! measured when they were last set.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the macros make items without any")]

use std::num::NonZeroUsize;

use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind};
use racegate_detector::analysis::pass_one::{Options, Raced, raced_locations};
use racegate_eventlog::Trace;
use racegate_eventlog::reader::{Log, LogImage};
use workload::{Lives, Shape};

/// How many events each benchmark judges.
const EVENTS: u64 = 200_000;

/// At most so many instructions an event.
fn limited(an_event: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, an_event * EVENTS)]));
    config
}

fn shape(threads: u32) -> Shape {
    Shape {
        lives: Lives::Threads(threads),
        events: EVENTS,
        locks: 32,
        guarded: 100,
        read_only: 200,
        racy: 1,
        sites: 100,
        ..Shape::default()
    }
}

fn trace(threads: u32) -> Trace {
    workload::trace(shape(threads))
}

fn image(threads: u32) -> LogImage {
    let mut sealed = Vec::new();
    workload::write_log(shape(threads), &mut sealed).expect("memory takes it");
    LogImage {
        sealed,
        windows: Vec::new(),
    }
}

// Pass one, on one thread. What it was given comes back, so that nobody counts how it
// is dropped.
#[library_benchmark]
#[bench::threads_16(args = (16), setup = trace, config = limited(72))]
#[bench::threads_256(args = (256), setup = trace, config = limited(106))]
fn pass_one(trace: Trace) -> Trace {
    let raced = judged(&Log::of_trace(&trace));
    assert_eq!(raced.locations.len(), 1);
    trace
}

// The same from the bytes of a log.
#[library_benchmark]
#[bench::threads_16(args = (16), setup = image, config = limited(187))]
fn from_bytes(image: LogImage) -> LogImage {
    let raced = judged(&Log::of_image(&image).expect("it is whole"));
    assert_eq!(raced.locations.len(), 1);
    image
}

fn judged(log: &Log<'_>) -> Raced {
    let options = Options {
        jobs: NonZeroUsize::MIN,
        ..Options::default()
    };
    raced_locations(log, &options).expect("it is in memory")
}

library_benchmark_group!(name = judging, benchmarks = [pass_one, from_bytes]);

main!(library_benchmark_groups = judging);
