//! Cases of `atomic_test.go`.

use racegate::cell::RaceCell;
use racegate::sync::atomic::{AtomicI64, Ordering::SeqCst};
use racegate::thread;

use crate::suite::cases;

cases! { GO;

/// The second adder alone touches the other's cell.
fn no_race_atomic_add_int64() {
    let first = RaceCell::named("x1", 0);
    let second = RaceCell::named("x2", 0);
    let added = AtomicI64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            first.set(1);
            if added.fetch_add(1, SeqCst) == 1 {
                second.set(1);
            }
        });
        scope.spawn(|| {
            second.set(1);
            if added.fetch_add(1, SeqCst) == 1 {
                first.set(1);
            }
        });
    });
}

}
