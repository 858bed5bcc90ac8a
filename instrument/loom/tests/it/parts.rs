//! What only loom has: each does what its name says, and races where it should.

use std::panic::Location;
use std::rc::Rc;

use loom::alloc::{Layout, Track, alloc, dealloc};
use loom::cell::UnsafeCell;
use loom::future::{AtomicWaker, block_on};
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::sync::{Arc, Mutex, Notify};
use loom::thread;

use crate::models::failure;

/// A line of this file, so many lines after the caller's.
#[track_caller]
fn line(after: u32) -> String {
    format!("parts.rs:{}", Location::caller().line() + after)
}

#[test]
fn a_pointer_of_a_cell_is_recorded_when_it_is_taken_and_when_it_is_used() {
    loom::model(|| {
        let cell = Arc::new(Mutex::new(UnsafeCell::new(0)));
        let other = Arc::clone(&cell);
        let add = |cell: &Mutex<UnsafeCell<i32>>| {
            let cell = cell.lock().expect("nobody panics");
            // SAFETY: the mutex is locked.
            unsafe { *cell.get_mut().deref() += 1 };
        };
        let thread = thread::spawn(move || add(&other));
        add(&cell);
        thread.join().expect("it does not panic");
        let cell = cell.lock().expect("nobody panics");
        // SAFETY: the other thread has ended.
        assert_eq!(unsafe { *cell.get().deref() }, 2);
        cell.get().with(|value| assert!(!value.is_null()));
    });
    let used = line(7);
    let report = failure(|| {
        let cell = Arc::new((UnsafeCell::new(0), Mutex::new(())));
        let pointer = cell.0.get_mut();
        let other = Arc::clone(&cell);
        let thread = thread::spawn(move || other.0.with(|_| ()));
        // SAFETY: the cell is there; that the other thread reads it is to be found.
        *unsafe { pointer.deref() } += 1;
        thread.join().expect("it does not panic");
    });
    assert!(report.contains(&used), "{used} in {report}");
}

#[test]
fn an_atomic_that_is_reached_without_an_atomic_operation_races_with_those() {
    loom::model(|| {
        let mut count = AtomicUsize::new(1);
        count.with_mut(|count| *count += 1);
        // SAFETY: this thread is alone with it.
        assert_eq!(unsafe { count.unsync_load() }, 2);
    });
    let report = failure(|| {
        let count = Arc::new(AtomicUsize::new(0));
        let other = Arc::clone(&count);
        let thread = thread::spawn(move || other.store(1, Ordering::Release));
        // SAFETY: that the other thread writes it is to be found.
        let _ = unsafe { count.unsync_load() };
        thread.join().expect("it does not panic");
    });
    assert!(report.contains("data race"), "{report}");
}

#[test]
fn a_notification_orders_what_was_done_before_it() {
    loom::model(|| {
        let shared = Arc::new((UnsafeCell::new(0), Notify::new()));
        let other = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            // SAFETY: the other thread waits.
            other.0.with_mut(|value| unsafe { *value = 7 });
            other.1.notify();
        });
        shared.1.wait();
        // SAFETY: it was written before the notification.
        shared.0.with(|value| assert_eq!(unsafe { *value }, 7));
        thread.join().expect("it does not panic");
    });
}

#[test]
fn a_future_runs_until_it_is_woken_and_ready() {
    loom::model(|| {
        let shared = Arc::new((AtomicWaker::new(), AtomicBool::new(false)));
        let other = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            other.1.store(true, Ordering::Release);
            other.0.wake();
        });
        block_on(std::future::poll_fn(|context| {
            shared.0.register_by_ref(context.waker());
            match shared.1.load(Ordering::Acquire) {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }
        }));
        thread.join().expect("it does not panic");
    });
}

#[test]
fn memory_is_freed_once_in_the_run_that_allocated_it() {
    let layout = Layout::new::<u64>();
    loom::model(move || {
        // SAFETY: it has a size, and is freed as it was allocated.
        unsafe { dealloc(alloc(layout), layout) };
        assert_eq!(Track::new(5).into_inner(), 5);
    });
    let report = failure(move || {
        // SAFETY: it has a size.
        let _ = unsafe { alloc(layout) };
    });
    assert!(report.contains("not freed"), "{report}");
    let report = failure(move || {
        // SAFETY: it has a size. The second is refused before it is done.
        unsafe {
            let memory = alloc(layout);
            dealloc(memory, layout);
            dealloc(memory, layout);
        }
    });
    assert!(report.contains("freed it before"), "{report}");
}

#[test]
fn a_reference_is_made_of_stds_and_a_thread_takes_what_cannot_be_sent() {
    loom::model(|| {
        let shown: Arc<dyn std::fmt::Debug + Send + Sync> = Arc::from_std(std::sync::Arc::new(5));
        assert_eq!(format!("{shown:?}"), "5");
        let alone = Rc::new(7);
        let thread = thread::Builder::new().name("taker".to_owned());
        let thread = thread.spawn(move || *alone).expect("it can be made");
        assert_eq!(thread.thread().name(), Some("taker"));
        assert_eq!(thread.join().expect("it does not panic"), 7);
    });
}

#[test]
fn a_lazy_static_is_made_once_in_a_run_and_dropped_after_it() {
    static MADE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    static DROPPED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    struct Counted(UnsafeCell<u32>);
    // SAFETY: the model is to find what is unordered.
    unsafe impl Sync for Counted {}
    impl Drop for Counted {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
    loom::lazy_static! {
        static ref COUNTED: Counted = {
            MADE.fetch_add(1, Ordering::Relaxed);
            let cell = UnsafeCell::new(0);
            // SAFETY: nobody else has it yet.
            cell.with_mut(|value| unsafe { *value = 3 });
            Counted(cell)
        };
    }
    let mut model = loom::model::Builder::new();
    model.max_permutations = Some(20);
    model.check(|| {
        // SAFETY: it was written before it was shared.
        let read = || COUNTED.0.with(|value| unsafe { *value });
        let thread = thread::spawn(read);
        assert_eq!(read() + thread.join().expect("it does not panic"), 6);
    });
    assert_eq!(MADE.load(Ordering::Relaxed), 20);
    assert_eq!(DROPPED.load(Ordering::Relaxed), 20);
}

#[test]
fn a_lazy_static_is_told_by_its_name() {
    loom::lazy_static! {
        static ref SLOWLY: u32 = 7;
    }
    let report = failure(|| {
        let cell = Arc::new(UnsafeCell::new(0));
        let other = Arc::clone(&cell);
        // Unrecorded: it orders nothing in the log.
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            other.with_mut(|_| ());
            tell.send(*SLOWLY).expect("it is awaited");
        });
        assert_eq!(told.recv(), Ok(7));
        cell.with(|_| ());
        thread.join().expect("it does not panic");
    });
    assert!(report.contains("completion of `SLOWLY`"), "{report}");
}

#[test]
fn a_lazy_static_outlives_the_thread_locals_of_all_threads() {
    use std::sync::atomic::AtomicU64;

    static DROPPED: AtomicU64 = AtomicU64::new(0);
    static TOO_EARLY: AtomicU64 = AtomicU64::new(0);
    struct Kept;
    impl Drop for Kept {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
    /// Ends with its thread, slowly, and wants the static still to be there.
    struct Last(u64);
    impl Drop for Last {
        fn drop(&mut self) {
            (0..20).for_each(|_| std::thread::yield_now());
            let dropped = DROPPED.load(Ordering::Relaxed);
            TOO_EARLY.fetch_add(u64::from(dropped != self.0), Ordering::Relaxed);
        }
    }
    loom::lazy_static! {
        static ref KEPT: Kept = Kept;
    }
    std::thread_local! {
        static LAST: std::cell::OnceCell<Last> = const { std::cell::OnceCell::new() };
    }
    fn uses() {
        LAST.with(|last| {
            let _: &Kept = &KEPT;
            last.get_or_init(|| Last(DROPPED.load(Ordering::Relaxed)));
        });
    }
    let mut model = loom::model::Builder::new();
    model.max_permutations = Some(20);
    model.check(|| {
        drop(thread::spawn(uses));
        thread::scope(|scope| {
            scope.spawn(uses);
        });
    });
    assert_eq!(DROPPED.load(Ordering::Relaxed), 20);
    assert_eq!(TOO_EARLY.load(Ordering::Relaxed), 0);
}
