//! A model of two threads and three operations, as often as whoever runs it runs it.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering as Real};
use std::time::Instant;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};

static RUNS: AtomicU64 = AtomicU64::new(0);

fn model() {
    RUNS.fetch_add(1, Real::Relaxed);
    let count = Arc::new(AtomicUsize::new(0));
    let other = Arc::clone(&count);
    let thread = loom::thread::spawn(move || other.fetch_add(1, Ordering::Relaxed));
    count.fetch_add(1, Ordering::Relaxed);
    thread.join().expect("it does not panic");
    assert_eq!(count.load(Ordering::Relaxed), 2);
}

/// Says how many runs a second there were, in a second at least.
fn main() {
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < 1.0 {
        loom::model(model);
    }
    let runs = RUNS.load(Real::Relaxed) as f64;
    println!("{:.0}", runs / start.elapsed().as_secs_f64());
}
