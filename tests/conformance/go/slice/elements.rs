//! Elements: each is a place of its own.

use racegate::cell::RaceArray;

use crate::go::language::pair::pair;
use crate::go::language::slice::Slice;
use crate::go::parts::racing_parts;
use crate::suite::cases;

/// A struct of two slices.
struct Both {
    a: Slice<i32>,
    b: Slice<i32>,
}

cases! { GO;

/// One element, written and read.
fn race_slice_rw() {
    let a = Slice::named("a", [0; 2]);
    pair(|| a.set(1, 1), || a.get(1));
} told |report| {
    assert_eq!(racing_parts(report), [1]);
}

/// Neighbours.
fn no_race_slice_rw() {
    let a = Slice::named("a", [0; 2]);
    pair(|| a.set(0, 1), || a.get(1));
}

/// One element, written twice.
fn race_slice_ww() {
    let a = Slice::named("a", [0; 10]);
    pair(|| a.set(1, 1), || a.set(1, 2));
} told |report| {
    assert_eq!(racing_parts(report), [1]);
}

/// Neighbours in an array, which has no words to be read.
fn no_race_array_ww() {
    let a = RaceArray::named("a", [0; 5]);
    pair(|| a.set(0, 1), || a.set(1, 2));
}

/// One element of an array.
fn race_array_ww() {
    let a = RaceArray::named("a", [0; 5]);
    pair(|| a.set(1, 1), || a.set(1, 2));
} told |report| {
    assert_eq!(racing_parts(report), [1]);
}

/// Two slices beside each other share nothing.
fn no_race_struct_slices_range_write() {
    let s = Both {
        a: Slice::named("s.a", [0; 10]),
        b: Slice::named("s.b", [0; 10]),
    };
    pair(|| (0..s.a.len()).for_each(drop), || s.b.set(5, 1));
}

/// Two variables, one array.
fn race_slice_different() {
    let s = Slice::named("s", [0; 10]);
    let s2 = Slice::of("s2", s.view());
    pair(|| s.set(3, 3), || s2.set(3, 3));
} told |report| {
    assert_eq!(racing_parts(report), [3]);
}

/// A loop over values reads each.
fn race_slice_range_write() {
    let s = Slice::named("s", [0; 10]);
    pair(
        || s.set(3, 3),
        || {
            let mut sum = 0;
            for value in s.view().iter() {
                sum += value;
            }
            sum
        },
    );
} told |report| {
    assert_eq!(racing_parts(report), [3]);
}

}
