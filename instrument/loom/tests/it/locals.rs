//! Thread-locals: when their values are dropped, and what of that is recorded.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use loom::cell::UnsafeCell;
use loom::model::Builder;
use loom::sync::Arc;
use loom::thread;

/// Writes to its cell when it is dropped.
struct Held(Arc<UnsafeCell<u32>>);

impl Drop for Held {
    fn drop(&mut self) {
        write(&self.0);
    }
}

loom::thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

fn write(cell: &UnsafeCell<u32>) {
    // SAFETY: the cell is there; what the models are to find is that nothing orders two of
    // these.
    cell.with_mut(|value| unsafe { *value += 1 });
}

fn hold(cell: Arc<UnsafeCell<u32>>) {
    HELD.with(|held| *held.borrow_mut() = Some(Held(cell)));
}

/// Whether a model of two threads races: this one does the first, a child the second.
fn races(here: fn(Arc<UnsafeCell<u32>>), in_child: fn(Arc<UnsafeCell<u32>>)) -> bool {
    let mut builder = Builder::new();
    builder.max_permutations = Some(20);
    let model = move || {
        let cell = Arc::new(UnsafeCell::new(0));
        let other = Arc::clone(&cell);
        // Nobody joins it.
        drop(thread::spawn(move || in_child(other)));
        here(cell);
    };
    catch_unwind(AssertUnwindSafe(|| builder.check(model))).is_err()
}

#[test]
fn a_childs_thread_locals_are_dropped_within_the_run() {
    assert!(races(|cell| write(&cell), hold));
}

/// A miss: the model's own thread ends when the run is over.
#[test]
fn what_the_models_own_thread_locals_do_when_dropped_is_not_seen() {
    assert!(races(|cell| write(&cell), |cell| write(&cell)));
    assert!(!races(hold, |cell| write(&cell)));
}
