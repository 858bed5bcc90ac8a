//! Copies from slice to slice: one access to all the elements that are copied.

use crate::go::language::pair::pair;
use crate::go::language::slice::Slice;
use crate::go::parts::racing_parts;
use crate::suite::cases;

static ONE: i32 = 1;

fn numbers(name: &str) -> Slice<i32> {
    Slice::named(name, [0; 10])
}

fn pointers(name: &str) -> Slice<Option<&'static i32>> {
    Slice::named(name, [None; 10])
}

cases! { GO;

/// What is copied to is written.
fn race_slice_copy_read() {
    let (a, b) = (numbers("a"), numbers("b"));
    pair(|| a.get(5), || a.view().copy_from(&b.view()));
} told |report| {
    assert_eq!(racing_parts(report), [5]);
}

/// The copy ends before the element.
fn no_race_slice_write_copy() {
    let (a, b) = (numbers("a"), numbers("b"));
    pair(
        || a.set(5, 1),
        || a.view().part(0..5).copy_from(&b.view().part(0..5)),
    );
}

/// What is copied from is read.
fn race_slice_copy_write2() {
    let (a, b) = (numbers("a"), numbers("b"));
    pair(|| b.set(5, 1), || a.view().copy_from(&b.view()));
} told |report| {
    assert_eq!(racing_parts(report), [5]);
}

/// A text is copied to bytes as far as they go.
fn race_slice_copy_write3() {
    let a = Slice::named("a", [0_u8; 10]);
    pair(|| a.set(7, 1), || a.view().copy_in(b"qwertyqwerty"));
} told |report| {
    assert_eq!(racing_parts(report), [7]);
}

/// Both read what is copied from.
fn no_race_slice_copy_read() {
    let (a, b) = (numbers("a"), numbers("b"));
    pair(|| b.get(5), || a.view().copy_from(&b.view()));
}

/// The elements are pointers: what is copied to is written.
fn race_pointer_slice_copy_read() {
    let (a, b) = (pointers("a"), pointers("b"));
    pair(|| a.get(5), || a.view().copy_from(&b.view()));
} told |report| {
    assert_eq!(racing_parts(report), [5]);
}

/// The elements are pointers: the copy ends before the element.
fn no_race_pointer_slice_write_copy() {
    let (a, b) = (pointers("a"), pointers("b"));
    pair(
        || a.set(5, Some(&ONE)),
        || a.view().part(0..5).copy_from(&b.view().part(0..5)),
    );
}

/// The elements are pointers: what is copied from is read.
fn race_pointer_slice_copy_write2() {
    let (a, b) = (pointers("a"), pointers("b"));
    pair(|| b.set(5, Some(&ONE)), || a.view().copy_from(&b.view()));
} told |report| {
    assert_eq!(racing_parts(report), [5]);
}

/// The elements are pointers: both read what is copied from.
fn no_race_pointer_slice_copy_read() {
    let (a, b) = (pointers("a"), pointers("b"));
    pair(|| b.get(5).copied(), || a.view().copy_from(&b.view()));
}

}
