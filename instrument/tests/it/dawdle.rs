//! Taking one's time while something is recorded: the allocator of these tests lets
//! another thread go first, where a test asks for it.
//!
//! To record on a stack that was never seen before allocates. So an allocator that
//! waits makes the moment before a record is stored as long as it is told to, and what
//! another thread can do in that moment it will do.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long this thread waits in all, at least; on a machine that is busy with other
/// things it also gives up its turn so many times.
const PATIENCE: (Duration, u32) = (Duration::from_millis(2), 20);

/// For whom a thread waits when it allocates.
#[derive(Clone, Copy)]
struct Wait {
    progress: &'static AtomicUsize,
    goal: usize,
    since: Instant,
    turns: u32,
}

thread_local! {
    // Without a destructor, so that the allocator can look at it at any time.
    static WAIT: Cell<Option<Wait>> = const { Cell::new(None) };
}

/// Runs this, of which each allocation waits a while for `progress` to reach `goal`.
pub(crate) fn waiting_for<R>(
    progress: &'static AtomicUsize,
    goal: usize,
    run: impl FnOnce() -> R,
) -> R {
    let (since, turns) = (Instant::now(), 0);
    WAIT.set(Some(Wait {
        progress,
        goal,
        since,
        turns,
    }));
    let result = run();
    WAIT.set(None);
    result
}

fn wait() {
    while let Some(mut wait) = WAIT.get() {
        let patient = wait.turns < PATIENCE.1 || wait.since.elapsed() < PATIENCE.0;
        if !patient || wait.progress.load(Ordering::Relaxed) >= wait.goal {
            return;
        }
        wait.turns += 1;
        WAIT.set(Some(wait));
        std::thread::yield_now();
    }
}

struct Dawdling;

#[global_allocator]
static ALLOCATOR: Dawdling = Dawdling;

// SAFETY: all is the system's; waiting allocates nothing and does not unwind.
unsafe impl GlobalAlloc for Dawdling {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        wait();
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above; the memory is the system's.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}
