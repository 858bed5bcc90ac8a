//! The cases `fences` and `lifetime`: what atomics order, and what they do not.

use racegate::cell::RaceCell;
use racegate::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use racegate::sync::atomic::{AtomicBool, fence};
use racegate::thread;

use crate::suite::cases;

const ROUNDS: i32 = 10;

cases! { TSAN;

/// A relaxed load that sees the flag, and a fence after it, acquire as much as an
/// acquiring load does.
fn compare_exchange_acquire_fence() {
    let (full, data) = (AtomicBool::new(false), RaceCell::named("b", 0));
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..ROUNDS {
                while full.load(Acquire) {
                    thread::yield_now();
                }
                data.set(round);
                let swapped = full.compare_exchange(false, true, AcqRel, Acquire);
                assert_eq!(swapped, Ok(false));
            }
        });
        for round in 0..ROUNDS {
            while !full.load(Relaxed) {
                thread::yield_now();
            }
            fence(Acquire);
            assert_eq!(data.get(), round);
            full.store(false, Release);
        }
    });
}

}
