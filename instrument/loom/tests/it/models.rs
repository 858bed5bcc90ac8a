//! What a model tells.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::sync::{Arc, Mutex};
use loom::thread;

/// What a model fails with.
pub(crate) fn failure(f: impl Fn() + Send + Sync + 'static) -> String {
    failure_of(|| loom::model(f))
}

fn failure_of(model: impl FnOnce()) -> String {
    let failed = catch_unwind(AssertUnwindSafe(model));
    let payload = failed.expect_err("the model fails");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().expect("it has words")).to_owned(),
    }
}

/// Hands a value over through a flag.
fn hand_over(store: Ordering, load: Ordering) {
    let shared = Arc::new((UnsafeCell::new(0), AtomicBool::new(false)));
    let sender = Arc::clone(&shared);
    let thread = thread::spawn(move || {
        // SAFETY: the receiver waits for the flag; what the model is to find is an ordering.
        sender.0.with_mut(|value| unsafe { *value = 7 });
        sender.1.store(true, store);
    });
    while !shared.1.load(load) {
        thread::yield_now();
    }
    // SAFETY: as above.
    shared.0.with(|value| assert_eq!(unsafe { *value }, 7));
    thread.join().expect("it does not panic");
}

#[test]
fn a_model_that_is_ordered_is_clean() {
    loom::model(|| hand_over(Ordering::Release, Ordering::Acquire));
}

#[test]
fn a_model_that_races_fails_with_both_places_and_the_seed() {
    let report = failure(|| hand_over(Ordering::Relaxed, Ordering::Acquire));
    assert!(report.contains("data race"), "{report}");
    assert!(report.contains("RACEGATE_LOOM_SEED="), "{report}");
    assert!(
        report.contains("WRITE") && report.contains("READ"),
        "{report}"
    );
}

#[test]
fn every_run_of_a_model_is_one_of_its_own() {
    loom::lazy_static! {
        static ref COUNT: AtomicUsize = AtomicUsize::new(0);
    }
    loom::thread_local! {
        static HERE: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    loom::model(|| {
        assert_eq!(HERE.replace(1), 0);
        let thread = thread::spawn(|| {
            assert_eq!(HERE.replace(1), 0);
            COUNT.fetch_add(1, Ordering::Relaxed)
        });
        thread.join().expect("it does not panic");
        // A scope's threads are of the run, too.
        thread::scope(|scope| {
            scope.spawn(|| COUNT.fetch_add(1, Ordering::Relaxed));
        });
        assert_eq!(COUNT.fetch_add(1, Ordering::Relaxed), 2);
    });
}

#[test]
fn a_thread_that_nobody_joins_is_awaited_and_its_panic_fails_the_model() {
    let report = failure(|| {
        drop(thread::spawn(|| panic!("unseen")));
    });
    assert_eq!(report, "unseen");
}

#[test]
fn what_is_not_freed_fails_the_model() {
    let report = failure(|| std::mem::forget(loom::alloc::Track::new(1)));
    assert!(report.contains("not freed"), "{report}");
    loom::model(|| drop(loom::alloc::Track::new(1)));
}

#[test]
fn a_run_that_hangs_is_ended_and_tells_who_waits_for_whom() {
    let mut builder = loom::model::Builder::default();
    builder.timeout(Duration::from_millis(300));
    let report = failure_of(|| {
        builder.check(|| {
            let locks = Arc::new((Mutex::new("first"), Mutex::new("second")));
            // Unrecorded, so that the log has no edge of it.
            let both_have_one = std::sync::Arc::new(std::sync::Barrier::new(2));
            let (others, other_has_one) = (Arc::clone(&locks), both_have_one.clone());
            let thread = thread::spawn(move || {
                let _second = others.1.lock();
                other_has_one.wait();
                drop(others.0.lock());
            });
            let _first = locks.0.lock();
            both_have_one.wait();
            drop(locks.1.lock());
            thread.join().expect("it never comes to that");
        });
    });
    assert!(report.contains("has not ended after 0.3 s"), "{report}");
    let waits = "waits at instrument/loom/tests/it/models.rs:";
    assert_eq!(report.matches(waits).count(), 2, "{report}");
    assert!(report.contains("which thread 1 has held since"), "{report}");
    assert!(
        report.contains("which thread 0 `main` has held since"),
        "{report}"
    );
}

#[test]
fn a_run_that_waits_for_a_thread_that_never_ends_says_so() {
    let mut builder = loom::model::Builder::new();
    builder.timeout(Duration::from_millis(300));
    let report = failure_of(|| {
        builder.check(|| {
            let builder = thread::Builder::new().name("sleeper".to_owned());
            let parked = builder.spawn(|| {
                loop {
                    thread::park();
                }
            });
            parked
                .expect("it can be made")
                .join()
                .expect("it does not end");
        });
    });
    let end = "thread 0 `main` waits for the end of thread 1 `sleeper`; it ";
    assert!(report.contains(end), "{report}");
    let unparked = "thread 1 `sleeper` waits for being unparked; it ";
    assert!(report.contains(unparked), "{report}");
}

#[test]
fn limits_that_no_clock_can_be_set_to_are_none_and_no_time_is_refused() {
    let mut builder = loom::model::Builder::new();
    builder.max_duration = Some(Duration::MAX);
    builder.max_permutations = Some(0);
    builder.timeout(Duration::MAX);
    let runs = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = runs.clone();
    builder.check(move || {
        let thread = thread::spawn(|| ());
        // Nobody joins it: the run waits for it, for as long as it may.
        drop(thread);
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(runs.load(std::sync::atomic::Ordering::Relaxed), 1);
    let report = failure_of(|| {
        loom::model::Builder::new().timeout(Duration::ZERO);
    });
    assert!(report.contains("Builder::timeout is 0 s"), "{report}");
}

#[test]
fn threads_of_one_name_have_a_line_each_in_a_run_that_hangs() {
    let mut builder = loom::model::Builder::new();
    builder.timeout(Duration::from_millis(300));
    let report = failure_of(|| {
        builder.check(|| {
            let twin = || {
                let builder = thread::Builder::new().name("twin".to_owned());
                let parked = builder.spawn(|| {
                    loop {
                        thread::park();
                    }
                });
                parked.expect("it can be made")
            };
            let (first, _second) = (twin(), twin());
            first.join().expect("it does not end");
        });
    });
    for thread in [1, 2] {
        let line = format!("  thread {thread} `twin` waits for being unparked;");
        assert_eq!(report.matches(&line).count(), 1, "{report}");
    }
    let end = "waits for the end of thread 1 `twin`;";
    assert_eq!(report.matches(end).count(), 1, "{report}");
}

#[test]
fn what_a_thread_returns_is_told_as_that_and_not_by_a_type_of_the_recorders() {
    let report = failure(|| {
        #[expect(clippy::arc_with_non_send_sync, reason = "loom's `spawn` takes it")]
        let cell = std::sync::Arc::new(UnsafeCell::new(0));
        let other = std::sync::Arc::clone(&cell);
        // Unrecorded: it orders nothing in the log.
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            other.with_mut(|_| ());
            tell.send(()).expect("it is awaited");
        });
        assert_eq!(told.recv(), Ok(()));
        cell.with(|_| ());
        drop(thread);
    });
    assert!(report.contains("`result of a thread`"), "{report}");
    for type_name in ["JoinHandle", "Outcome"] {
        assert!(!report.contains(type_name), "{report}");
    }
}

#[test]
fn a_cell_that_ends_with_the_last_of_stds_arcs_fails_no_model() {
    loom::model(|| {
        #[expect(clippy::arc_with_non_send_sync, reason = "loom's `spawn` takes it")]
        let cell = std::sync::Arc::new(UnsafeCell::new(0));
        let other = std::sync::Arc::clone(&cell);
        // Unrecorded: it orders nothing in the log.
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            other.with(|_| ());
            drop(other);
            tell.send(()).expect("it is awaited");
        });
        assert_eq!(told.recv(), Ok(()));
        drop(cell);
        drop(thread);
    });
}

#[test]
fn a_value_that_an_arc_never_gives_back_fails_the_model_with_its_place() {
    let line = std::panic::Location::caller().line();
    let report = failure(|| std::mem::forget(Arc::new(5)));
    let place = format!("made at instrument/loom/tests/it/models.rs:{}:", line + 1);
    assert!(
        report.contains("not freed: the value of the `Arc`"),
        "{report}"
    );
    assert!(report.contains(&place), "{place} in {report}");
    struct Node(Mutex<Option<Arc<Node>>>);
    let report = failure(|| {
        let node = Arc::new(Node(Mutex::new(None)));
        *node.0.lock().expect("nobody panics") = Some(Arc::clone(&node));
    });
    assert!(report.contains("not freed"), "{report}");
    let report = failure(|| {
        let raw = Arc::into_raw(Arc::new(5));
        assert!(!raw.is_null());
    });
    assert!(report.contains("not freed"), "{report}");
}

#[test]
fn a_value_that_ends_in_any_way_before_the_run_is_over_is_no_leak() {
    loom::lazy_static! {
        static ref LAZY: Arc<u32> = Arc::new(1);
    }
    std::thread_local! {
        static HERE: std::cell::RefCell<Option<Arc<u32>>> = const { std::cell::RefCell::new(None) };
    }
    let outside = Arc::new(3);
    loom::model(move || {
        let keep = |value: &Arc<u32>| HERE.set(Some(Arc::clone(value)));
        // SAFETY: the pointer was just made, and is made a reference once.
        let value = unsafe { Arc::from_raw(Arc::into_raw(Arc::new(2))) };
        assert_eq!(Arc::try_unwrap(Arc::new(1)).ok(), Some(1));
        assert_eq!(Arc::into_inner(Arc::new(1)), Some(1));
        let weak = Arc::downgrade(&Arc::new(1));
        std::mem::forget(weak);
        std::mem::forget(Arc::clone(&outside));
        // A thread that nobody joins, with a result that nobody takes.
        let (other, lazy) = (Arc::clone(&value), Arc::clone(&LAZY));
        drop(thread::spawn(move || {
            keep(&other);
            (other, lazy)
        }));
        thread::scope(|scope| {
            scope.spawn(|| keep(&value));
        });
        keep(&value);
    });
}
