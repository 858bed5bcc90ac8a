//! The unsafe code of the mask and the recorder at work on several threads.
//!
//! These tests are for Miri, which sees what no assertion does: aliasing, data races,
//! leaks, use after free. So nothing here is judged, which would take most of the time.

use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use crate::cell::{Cell, RaceArray, RaceCell, UnsafeCell};
use crate::recorder::{Log, LogOptions, Object, suspended, within};
use crate::sync::{Arc, Mutex, Weak, unsize};
use crate::task::Task;
use crate::thread;

/// Runs `body` recorded into memory; how many words its streams then hold.
fn recorded(body: impl FnOnce()) -> usize {
    let log = suspended(|| std::sync::Arc::new(Log::in_memory(LogOptions::default())));
    within(&log, "main", body);
    let windows = log.image().windows;
    let words = windows.iter().flatten().filter(|word| **word != 0);
    words.count()
}

/// Runs `body` on three threads at once.
fn thrice(body: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for number in 0..3 {
            let body = &body;
            scope.spawn(move || body(number));
        }
    });
}

#[test]
fn a_cell_that_threads_race_for_holds_a_whole_value_and_drops_the_others() {
    let cell = RaceCell::new("none".to_owned());
    // Another thread may have taken the value, or set its own, in between.
    let is_whole = |text: &String| {
        let set = text.trim_end_matches('!');
        ["", "set 0", "set 1", "set 2"].contains(&set)
    };
    recorded(|| {
        thrice(|number| {
            cell.set(format!("set {number}"));
            cell.with_mut(|text| text.push('!'));
            assert!(cell.with(is_whole));
            drop(cell.take());
        });
    });
    assert_eq!(cell.into_inner().trim_matches('!'), "");
}

#[test]
fn ranges_of_an_array_that_threads_race_for_are_whole() {
    let parts = RaceArray::new(4, 0);
    recorded(|| {
        thrice(|number| {
            parts.write_range(number, &[number, number]);
            parts.set(3, number);
            assert!(parts.read_range(1..4).iter().all(|part| *part < 3));
            parts.with_all_mut(|parts| parts.rotate_left(1));
            assert_eq!(parts.with_all(<[usize]>::len), 4);
        });
    });
    assert!(parts.into_inner().iter().all(|part| *part < 3));
}

#[test]
fn the_cells_of_unsafe_code_hand_out_good_pointers() {
    struct Shared {
        sum: UnsafeCell<String>,
        turns: Cell<u32>,
    }
    // SAFETY: it is reached under a lock alone.
    unsafe impl Send for Shared {}
    let shared = Mutex::new(Shared {
        sum: UnsafeCell::new(String::new()),
        turns: Cell::new(0),
    });
    recorded(|| {
        thrice(|_| {
            let shared = shared.lock().expect("nobody panics");
            // SAFETY: the lock is held, and no other pointer is in use.
            shared.sum.with_mut(|sum| unsafe { (*sum).push('a') });
            let pointer = shared.sum.get_mut();
            // SAFETY: as above.
            unsafe { pointer.deref() }.push('b');
            drop(pointer);
            shared.turns.update(|turns| turns + 1);
        });
    });
    let shared = shared.into_inner().expect("nobody panicked");
    assert_eq!(shared.turns.into_inner(), 3);
    assert_eq!(shared.sum.into_inner(), "ababab");
}

/// Counts how often it is dropped.
struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        // ORDERING: relaxed; a count.
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn references_that_are_raw_pointers_for_a_while_end_their_value_once() {
    let drops = AtomicUsize::new(0);
    recorded(|| {
        let value = Arc::new(Counted(&drops));
        thrice(|_| {
            let pointer = Arc::into_raw(Arc::clone(&value));
            // SAFETY: the pointer is a reference, then two, then one, which is made
            // one again.
            let (again, weak) = unsafe {
                Arc::increment_strong_count(pointer);
                Arc::decrement_strong_count(pointer);
                let again = Arc::from_raw(pointer);
                let weak = Arc::downgrade(&again).into_raw();
                (again, Weak::from_raw(weak))
            };
            assert_eq!(Arc::as_ptr(&again), Arc::as_ptr(&value));
            drop(again);
            assert!(weak.upgrade().is_some());
        });
        // ORDERING: relaxed; the threads are over.
        assert_eq!(drops.load(Ordering::Relaxed), 0);
        assert!(Arc::into_inner(value).is_some());
    });
    assert_eq!(drops.into_inner(), 1);
}

#[test]
fn of_references_dropped_at_once_one_ends_the_value_and_none_comes_back() {
    let drops = AtomicUsize::new(0);
    recorded(|| {
        let value = Arc::new(Counted(&drops));
        let weak = Arc::downgrade(&value);
        thread::scope(|scope| {
            for _ in 0..2 {
                let (value, weak) = (Arc::clone(&value), weak.clone());
                scope.spawn(move || {
                    drop(weak.upgrade());
                    drop(value);
                    drop(weak.upgrade());
                });
            }
            drop(Arc::try_unwrap(value));
        });
        assert!(weak.upgrade().is_none());
    });
    assert_eq!(drops.into_inner(), 1);
}

#[test]
fn a_reference_changes_its_type_and_owns_its_value_still() {
    recorded(|| {
        let mut room = Arc::<[String]>::new_uninit_slice(2);
        for place in Arc::get_mut(&mut room).expect("it is not shared yet") {
            place.write("data".to_owned());
        }
        // SAFETY: both elements were written.
        let slice = unsafe { room.assume_init() };
        let pair: Arc<[String; 2]> = slice.try_into().expect("there are two");
        let any = unsize!(pair => dyn std::any::Any + Send + Sync);
        let mut pair = any.downcast::<[String; 2]>().expect("it is that type");
        let shared = Arc::clone(&pair);
        Arc::make_mut(&mut pair)[0].push('!');
        assert_eq!((&*pair[0], &*shared[0]), ("data!", "data"));
        drop(shared);
        let weak = Arc::downgrade(&pair);
        Arc::make_mut(&mut pair)[1].push('?');
        assert!(weak.upgrade().is_none());
        assert_eq!(pair.concat(), "data!data?");
    });
}

#[test]
fn threads_borrow_until_their_scope_or_their_join_and_unwind_alone() {
    let words = RaceCell::new(Vec::new());
    recorded(|| {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            thread::scope(|scope| {
                scope.spawn(|| panic!("on purpose"));
                scope.spawn(|| words.with_mut(|words| words.push(1)));
            });
        }));
        assert!(outcome.is_err());
        // SAFETY: what the thread borrows outlives it, since it is joined.
        let unchecked = unsafe {
            thread::Builder::new().spawn_unchecked(|| words.with_mut(|words| words.push(2)))
        };
        let joined = unchecked.expect("the system has threads").join();
        joined.expect("it returns");
    });
    assert_eq!(words.into_inner(), [1, 2]);
}

/// Accesses a cell and parks when its thread ends.
struct AtTheEnd(std::sync::Arc<RaceCell<u32>>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
        thread::current().unpark();
        thread::park();
    }
}

#[test]
fn a_thread_local_can_be_recorded_while_it_is_destroyed() {
    std::thread_local! {
        static LAST: std::cell::OnceCell<AtTheEnd> = const { std::cell::OnceCell::new() };
    }
    let cell = std::sync::Arc::new(RaceCell::new(0));
    recorded(|| {
        let theirs = std::sync::Arc::clone(&cell);
        let thread = thread::spawn(move || {
            thread::park_timeout(std::time::Duration::ZERO);
            LAST.with(|last| last.set(AtTheEnd(theirs)).is_ok())
        });
        assert_eq!(thread.join().ok(), Some(true));
    });
    assert_eq!(cell.get(), 1);
}

#[test]
fn a_session_in_a_session_and_a_task_that_hops_have_lanes_of_their_own() {
    let cell = RaceCell::new(0);
    let inner = std::cell::Cell::new(0);
    let outer = recorded(|| {
        let task = Task::spawn("hopping");
        cell.set(1);
        inner.set(recorded(|| cell.set(2)));
        let entered = task.enter();
        cell.set(3);
        drop(entered);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // This thread is in no log but the task's.
                let _entered = task.enter();
                cell.set(4);
            });
        });
        task.finish();
        task.join();
    });
    assert!(inner.get() > 0 && outer > inner.get());
    assert_eq!(cell.into_inner(), 4);
}

#[test]
fn a_probe_inside_a_probe_leaves_the_outer_one_its_lane() {
    let object = Object::new::<u32>(ObjectClass::Atomic);
    let cell = RaceCell::new(0);
    let words = |nested: bool| {
        recorded(|| {
            let site = Location::caller();
            object.atomic(
                site,
                |()| SyncVerb::Release,
                || {
                    if nested {
                        cell.set(1);
                    }
                },
            );
        })
    };
    // The count of what was lost is a word of its own.
    assert_eq!(words(true), words(false) + 1);
}
