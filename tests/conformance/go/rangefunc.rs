//! Cases of `rangefunc_test.go`.

use std::ops::ControlFlow;

use racegate::cell::RaceCell;
use racegate::sync::atomic::{AtomicI32, Ordering::SeqCst};

use super::language::pair::pair2;
use crate::suite::cases;

/// What a loop body is: a function that is given each item and says when to leave.
type Body<'a> = dyn Fn(i32) -> ControlFlow<()> + Sync + 'a;

/// An iterator that calls the body of its loop on two goroutines at once.
fn in_parallel(body: &Body<'_>) {
    let half = |mut items: std::ops::Range<i32>| items.try_for_each(body).is_break();
    pair2(|| assert!(half(0..5)), || assert!(half(5..10)));
}

cases! { GO;

/// The sum of a loop's body is atomic, but whether the loop was left is not.
fn race_range_func_iterator() {
    let (sum, left) = (AtomicI32::new(0), RaceCell::named("left", false));
    in_parallel(&|item| {
        if left.get() {
            return ControlFlow::Break(());
        }
        sum.fetch_add(item, SeqCst);
        if item % 5 == 4 {
            left.set(true);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
}

}
