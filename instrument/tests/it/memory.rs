//! Memory that is no cell, atomics accessed plainly, and objects used in two ways.

use std::sync::Barrier;

use racegate::annotate::{self, Named, Tag};
use racegate::sync::WaitGroup;
use racegate::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use racegate::{Report, Verdict, check, thread};

/// Two closures on threads that nothing orders, the first one first.
fn unordered(first: impl FnOnce() + Send, second: impl FnOnce() + Send) -> Report {
    let turn = Barrier::new(2);
    check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                first();
                turn.wait();
            });
            scope.spawn(|| {
                turn.wait();
                second();
            });
        });
    })
}

/// The cell of the only finding, its rule and what the two sides are called.
#[track_caller]
fn only(report: &Report) -> (&str, &str, [&str; 2]) {
    let [finding] = report.findings() else {
        panic!("expected one finding\n{report}");
    };
    let verbs = [finding.first.verb, finding.second.verb];
    (&finding.cell.name, finding.rule, verbs)
}

#[test]
fn bytes_race_where_they_overlap_and_nowhere_else() {
    let buffer = [0_u8; 32];
    let race = |written: std::ops::Range<usize>, read: std::ops::Range<usize>| {
        let (written, read) = (&buffer[written], &buffer[read]);
        unordered(
            || {
                annotate::name_memory(&raw const buffer, 32, "buffer");
                annotate::write(written.as_ptr(), written.len());
            },
            || annotate::read(read.as_ptr(), read.len()),
        )
    };
    let overlap = race(0..8, 4..12);
    let expected = ("buffer[4..8]", "RG0001", ["WRITE", "READ"]);
    assert_eq!(only(&overlap), expected);
    assert_eq!(race(0..4, 4..12).verdict(), Verdict::Clean);
    assert_eq!(race(4..4, 0..12).verdict(), Verdict::Clean);
}

#[test]
fn memory_that_is_forgotten_and_used_again_is_new() {
    let block = [0_u64; 4];
    let handed_over = |forgotten: usize| {
        unordered(
            || {
                annotate::write(&raw const block, 32);
                annotate::forget(&raw const block, forgotten);
            },
            || annotate::write(&raw const block, 32),
        )
    };
    assert_eq!(handed_over(32).verdict(), Verdict::Clean);
    let partly = handed_over(24);
    let expected = ("memory that is no cell", "RG0001", ["WRITE", "WRITE"]);
    assert_eq!(only(&partly), expected);
}

#[test]
fn an_atomic_accessed_plainly_races_with_its_operations() {
    let hits = AtomicU32::new(0).named("hits");
    let add = || {
        hits.fetch_add(1, Ordering::SeqCst);
    };
    let read = unordered(add, || annotate::plain_read(&hits));
    assert_eq!(only(&read), ("hits", "RG0001", ["ATOMIC WRITE", "READ"]));
    let written = unordered(
        || annotate::plain_write(&hits),
        || {
            hits.load(Ordering::SeqCst);
        },
    );
    assert_eq!(only(&written), ("hits", "RG0001", ["WRITE", "ATOMIC READ"]));
    let both_read = unordered(
        || annotate::plain_read(&hits),
        || {
            hits.load(Ordering::Relaxed);
        },
    );
    assert_eq!(both_read.verdict(), Verdict::Clean);
    assert_eq!(unordered(add, add).verdict(), Verdict::Clean);
}

#[test]
fn an_atomic_set_up_plainly_and_published_does_not_race() {
    let pointer = AtomicPtr::new(std::ptr::null_mut::<u8>()).named("pointer");
    let report = unordered(
        || {
            annotate::plain_write(&pointer);
            pointer.store(std::ptr::null_mut(), Ordering::Release);
        },
        || {
            pointer.load(Ordering::Acquire);
            annotate::plain_read(&pointer);
        },
    );
    report.assert_clean();
}

#[test]
fn uses_that_exclude_one_another_conflict() {
    let channel = Tag::new().named("channel");
    let use_it = || annotate::use_shared(&channel);
    let close = || annotate::use_exclusive(&channel);
    let misused = unordered(use_it, close);
    let expected = ("channel", "RG0002", ["USE", "EXCLUSIVE USE"]);
    assert_eq!(only(&misused), expected);
    assert!(
        misused
            .to_string()
            .contains("conflicting uses of `channel`")
    );
    assert_eq!(unordered(use_it, use_it).verdict(), Verdict::Clean);
    assert_eq!(unordered(close, close).verdict(), Verdict::Racy);
}

#[test]
fn an_add_from_zero_conflicts_with_a_wait_that_it_is_not_ordered_with() {
    let tasks = WaitGroup::new().named("tasks");
    let add = || tasks.add(1);
    let wait = || tasks.wait();
    // Waiting at zero returns at once, whichever comes first.
    let late = unordered(wait, add);
    let expected = ("tasks", "RG0002", ["WAIT", "ADD FROM ZERO"]);
    assert_eq!(only(&late), expected);
    tasks.done();
    let early = unordered(
        || {
            add();
            tasks.done();
        },
        wait,
    );
    let expected = ("tasks", "RG0002", ["ADD FROM ZERO", "WAIT"]);
    assert_eq!(only(&early), expected);
    assert_eq!(unordered(wait, wait).verdict(), Verdict::Clean);
}

#[test]
fn an_add_before_the_wait_or_above_zero_is_right() {
    let tasks = WaitGroup::new().named("tasks");
    let report = check(|| {
        thread::scope(|scope| {
            tasks.add(1);
            scope.spawn(|| {
                // More, before what was there is done.
                tasks.add(1);
                tasks.done();
                tasks.done();
            });
            tasks.wait();
        });
        tasks.add(1);
        tasks.done();
        tasks.wait();
    });
    report.assert_clean();
}
