//! Cells of one part.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, mpsc};

use racegate::cell::{Cell, RaceCell, UnsafeCell};
use racegate::{Verdict, annotate::Named, check, thread};

use crate::story::{story, story_of};

#[test]
fn each_method_records_its_accesses() {
    let balance = RaceCell::named("balance", 1);
    let report = check(|| {
        balance.get();
        balance.set(2);
        balance.replace(3);
        balance.take();
        balance.update(|value| value + 1);
        balance.with(|value| *value);
        balance.with_mut(|value| *value = 7);
        let _ = format!("{balance:?}");
    });
    let told = [
        "begin",
        "read balance",
        "write balance",
        "write balance",
        "write balance",
        "read balance",
        "write balance",
        "read balance",
        "write balance",
        "read balance",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
    assert_eq!(balance.into_inner(), 7);
}

#[test]
fn an_owned_or_uniquely_borrowed_cell_is_not_accessed() {
    let report = check(|| {
        let mut cell = RaceCell::from(1);
        *cell.get_mut() += 1;
        assert_eq!(cell.into_inner(), 2);
    });
    assert_eq!(story(&report), ["main begin", "main end"]);
}

#[test]
fn two_unordered_writes_race_and_two_reads_do_not() {
    let balance = RaceCell::named("balance", 0);
    let writes = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| balance.set(200));
            scope.spawn(|| balance.set(100));
        });
    });
    assert_eq!(writes.verdict(), Verdict::Racy);
    assert_eq!(writes.findings().len(), 1);
    let reads = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| balance.get());
            scope.spawn(|| balance.get());
        });
    });
    reads.assert_clean();
}

#[test]
fn the_trace_holds_the_real_order_of_conflicting_accesses() {
    const ROUNDS: usize = 50;
    let (balance, turn) = (RaceCell::named("balance", 0), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            for reads in [true, false] {
                let (balance, turn) = (&balance, &turn);
                let name = if reads { "reader" } else { "writer" };
                let builder = thread::Builder::new().name(name.to_owned());
                let access = move || {
                    for round in 0..ROUNDS {
                        if reads {
                            turn.wait();
                            assert_eq!(balance.get(), round);
                        } else {
                            balance.set(round);
                            turn.wait();
                        }
                        // The next write comes after this read.
                        turn.wait();
                    }
                };
                builder.spawn_scoped(scope, access).unwrap();
            }
        });
    });
    let mut accesses = story(&report);
    accesses.retain(|line| line.ends_with("balance"));
    let expected = ["writer write balance", "reader read balance"];
    assert_eq!(accesses, expected.repeat(ROUNDS));
}

#[test]
fn a_static_cell_works() {
    static HITS: RaceCell<u32> = RaceCell::new(0);
    let report = check(|| HITS.update(|hits| hits + 1));
    assert_eq!(
        story_of(&report, "main"),
        ["begin", "read cell", "write cell", "end"]
    );
}

#[test]
fn a_conflicting_access_waits_until_the_closure_has_ended() {
    let cell = RaceCell::new(0);
    let (inside, is_inside) = mpsc::channel();
    let report = check(|| {
        thread::scope(|scope| {
            let cell = &cell;
            scope.spawn(move || {
                cell.with_mut(|value| {
                    inside.send(()).unwrap();
                    *value = 1;
                    std::thread::yield_now();
                    *value = 2;
                });
            });
            is_inside.recv().unwrap();
            assert_eq!(cell.get(), 2);
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy);
}

#[test]
fn an_access_inside_a_conflicting_one_of_its_own_thread_fails_and_names_both() {
    let cell = RaceCell::new(0);
    let report = check(|| {
        let nested = || cell.with(|_| cell.set(1));
        let payload = catch_unwind(AssertUnwindSafe(nested)).unwrap_err();
        let message = payload.downcast_ref::<String>().expect("a message");
        let line = line!() - 3;
        let here = format!("{}:{line}:", file!());
        assert_eq!(message.matches(&here).count(), 2, "{message}");
        assert!(message.contains("write"), "{message}");
        assert!(message.contains("this thread's own read"), "{message}");
    });
    // The access that failed is in the log.
    assert_eq!(
        story_of(&report, "main"),
        ["begin", "read cell", "write cell", "end"]
    );
    // And the gate is free again.
    cell.set(2);
}

#[test]
fn a_read_inside_a_read_is_fine() {
    let cell = RaceCell::new(1);
    assert_eq!(cell.with(|outer| *outer + cell.get()), 2);
}

#[test]
fn a_closure_that_panics_leaves_the_gate_free() {
    let cell = RaceCell::new(1);
    let panicked = catch_unwind(AssertUnwindSafe(|| cell.with_mut(|_| panic!("on purpose"))));
    assert!(panicked.is_err());
    cell.set(2);
    assert_eq!(cell.get(), 2);
}

#[test]
fn an_access_that_spans_a_release_is_recorded_again_at_its_end() {
    let cell = RaceCell::named("cell", 0);
    let lock = racegate::sync::Mutex::new(()).named("lock");
    let report = check(|| {
        cell.with(|_| drop(lock.lock()));
        cell.with(|_| ());
    });
    let told = [
        "begin",
        "read cell",
        "acquire lock",
        "release lock",
        "read cell",
        "read cell",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
}

#[test]
fn a_write_after_what_was_released_inside_a_read_races_with_that_read() {
    let cell = RaceCell::new(0);
    let lock = racegate::sync::Mutex::new(());
    let (released, is_released) = mpsc::channel();
    let report = check(|| {
        thread::scope(|scope| {
            let (cell, lock) = (&cell, &lock);
            scope.spawn(move || {
                cell.with(|_| {
                    drop(lock.lock());
                    released.send(()).unwrap();
                });
            });
            scope.spawn(move || {
                is_released.recv().unwrap();
                drop(lock.lock());
                cell.set(1);
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy);
}

#[test]
fn an_unsafe_cell_records_pointers_and_its_drop() {
    let report = check(|| {
        let cell = UnsafeCell::new(1).named("cell");
        cell.with(|_| ());
        cell.with_mut(|_| ());
        drop(cell.get());
        drop(cell.get_mut());
    });
    let told = [
        "begin",
        "read cell",
        "write cell",
        "read cell",
        "write cell",
        "write cell",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
}

#[test]
fn a_pointer_guard_lasts_until_it_is_dropped() {
    let lock = racegate::sync::Mutex::new(()).named("lock");
    let report = check(|| {
        let cell = std::mem::ManuallyDrop::new(UnsafeCell::new(1).named("cell"));
        let pointer = cell.get();
        drop(lock.lock());
        drop(pointer);
    });
    let told = [
        "begin",
        "read cell",
        "acquire lock",
        "release lock",
        "read cell",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
}

#[test]
fn a_cell_of_one_owner_is_recorded() {
    let report = check(|| {
        let one = Cell::new(1).named("one");
        let other = Cell::new(2).named("other");
        one.set(one.get() + 2);
        one.swap(&other);
        assert_eq!((one.replace(0), other.into_inner()), (2, 3));
    });
    let told = [
        "begin",
        "read one",
        "write one",
        "write one",
        "write other",
        "write one",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
}
