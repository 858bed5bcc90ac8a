//! The cases `report` that ask what was raced on: its name, its type, and where it was
//! made, by whom.

use std::hint::black_box;
use std::sync::{Barrier, LazyLock};

use racegate::Report;
use racegate::cell::{RaceArray, RaceCell};
use racegate::thread;
use racegate_detector::finding::{Cell, Finding};

use crate::suite::cases;
use crate::turn::in_turn;

static X: RaceCell<i64> = RaceCell::new(0);

/// With a name, which cannot be given in a constant.
static A: LazyLock<RaceArray<i32>> = LazyLock::new(|| RaceArray::named("a", [0; 10]));

#[inline(never)]
fn allocate() -> RaceArray<u8> {
    let block = RaceArray::named("block", [0; 99]);
    black_box(block)
}

#[inline(never)]
fn on_the_stack() {
    let local = RaceCell::named("local", 0);
    race_with_a_thread(&local);
}

#[inline(never)]
fn of_the_thread() {
    OWN.with(race_with_a_thread);
}

racegate::thread_local! {
    static OWN: RaceCell<i32> = RaceCell::named("own", 0);
}

/// Written by this thread and by another one.
fn race_with_a_thread(cell: &RaceCell<i32>) {
    let written = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            written.wait();
            cell.set(43);
        });
        cell.set(42);
        written.wait();
    });
}

fn only(report: &Report) -> &Finding {
    match report.findings() {
        [finding] => finding,
        _ => panic!("one race is expected\n{report}"),
    }
}

/// The line of this file on which a cell was made.
fn birthplace(cell: &Cell) -> &'static str {
    let site = cell.created_at.as_ref().expect("its birth is recorded");
    assert!(site.file.ends_with("location.rs"), "{}", site.file);
    let mut lines = include_str!("location.rs").lines();
    let line = lines.nth(site.line as usize - 1);
    line.expect("the file has that line").trim()
}

cases! { TSAN;

/// An element of a global array, by its name and its index.
fn global_race() {
    in_turn(|| A.set(2, 42), || A.set(2, 43));
} told |report| {
    assert_eq!(only(report).cell.name, "a[2]", "{report}");
    assert_eq!(only(report).cell.type_name.as_deref(), Some("i32"), "{report}");
}

/// A global that has no name, by the line it stands on.
fn global_race2() {
    in_turn(|| X.set(42), || X.set(43));
} told |report| {
    let cell = &only(report).cell;
    assert_eq!(cell.type_name.as_deref(), Some("i64"), "{report}");
    assert!(birthplace(cell).starts_with("static X:"), "{report}");
}

/// A block on the heap, by who allocated it, who has ended since.
fn race_on_heap() {
    let block = thread::spawn(allocate).join().expect("it allocates");
    in_turn(|| block.set(16, 42), || block.set(16, 43));
} told |report| {
    let cell = &only(report).cell;
    assert_eq!(cell.name, "block[16]", "{report}");
    assert!(birthplace(cell).starts_with("let block ="), "{report}");
}

/// A variable on the main thread's stack.
fn stack_race() {
    on_the_stack();
} told |report| {
    assert!(birthplace(&only(report).cell).starts_with("let local ="), "{report}");
}

/// A variable on another thread's stack.
fn stack_race2() {
    assert!(thread::spawn(on_the_stack).join().is_ok());
} told |report| {
    assert!(birthplace(&only(report).cell).starts_with("let local ="), "{report}");
    assert_eq!(only(report).first.thread.id, 1, "{report}");
}

/// A thread-local of the main thread.
fn tls_race() {
    of_the_thread();
} told |report| {
    assert!(birthplace(&only(report).cell).starts_with("static OWN:"), "{report}");
}

/// A thread-local of another thread.
fn tls_race2() {
    assert!(thread::spawn(of_the_thread).join().is_ok());
} told |report| {
    assert!(birthplace(&only(report).cell).starts_with("static OWN:"), "{report}");
    assert_eq!(only(report).first.thread.id, 1, "{report}");
}

}
