//! Pass one over events that are decoded and in memory, beside what any detector would
//! have to do at least.
//!
//! Every run asserts that exactly the cells of the workload that race were found.

#![forbid(unsafe_code)]

mod ceiling;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use racegate_detector::analysis::pass_one::{Options, raced_locations};
use racegate_detector::analysis::{Analysis, by_name};
use racegate_eventlog::reader::Log;
use racegate_eventlog::{Location, Trace};
use workload::{Lives, Shape, trace};

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .without_plots()
        .configure_from_args();
    for (name, shape) in shapes() {
        measure(&mut criterion, name, shape);
    }
    criterion.final_summary();
}

fn shapes() -> [(&'static str, Shape); 7] {
    let shape = Shape {
        events: 4_000_000,
        racy: 1,
        ..Shape::default()
    };
    let threads = |threads| Shape {
        lives: Lives::Threads(threads),
        ..shape
    };
    let tasks = Shape {
        lives: Lives::Tasks {
            total: 100_000,
            live: 64,
        },
        ..shape
    };
    [
        ("threads-16", shape),
        ("threads-16-half-sync", shape.half_synchronisation()),
        ("threads-16-own", shape.mostly_own()),
        ("threads-256", threads(256)),
        ("threads-1024", threads(1024)),
        ("threads-4096", threads(4096)),
        ("tasks-100000", tasks),
    ]
}

fn measure(criterion: &mut Criterion, name: &str, shape: Shape) {
    let trace = trace(shape);
    let racy: Vec<Location> = shape.racy_locations().collect();
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(trace.events().len() as u64));
    group.bench_function("stream", |bencher| {
        bencher.iter(|| ceiling::stream(black_box(trace.events())));
    });
    group.bench_function("touch", |bencher| {
        let mut states = ceiling::states(&trace);
        bencher.iter(|| ceiling::touch(black_box(trace.events()), &mut states));
    });
    for jobs in [1, 2] {
        let options = Options {
            jobs: NonZeroUsize::new(jobs).unwrap_or(NonZeroUsize::MIN),
            ..Options::default()
        };
        group.bench_function(format!("jobs-{jobs}"), |bencher| {
            let log = Log::of_trace(&trace);
            bencher.iter(|| {
                let raced = raced_locations(&log, &options).expect("it is in memory");
                let found: Vec<Location> = raced.locations.into_iter().collect();
                assert_eq!(found, racy);
            });
        });
    }
    if name == "threads-16" {
        for analysis in ["hb", "djit"].map(by_name).into_iter().flatten() {
            group.bench_function(analysis.name, |bencher| {
                bencher.iter(|| exactly(analysis, &trace, &racy));
            });
        }
    }
    group.finish();
}

fn exactly(analysis: &Analysis, trace: &Trace, racy: &[Location]) {
    let found: Vec<Location> = (analysis.run)(trace).locations().into_iter().collect();
    assert_eq!(found, racy);
}
