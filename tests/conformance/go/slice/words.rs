//! The three words of a variable that holds a slice.

use crate::go::language::pair::pair;
use crate::go::language::slice::Slice;
use crate::suite::cases;

cases! { GO;

/// The length is no element.
fn no_race_slice_write_len() {
    let a = Slice::named("a", [true; 1]);
    pair(|| a.set(0, false), || a.len());
}

/// The capacity is none either.
fn no_race_slice_write_cap() {
    let a = Slice::named("a", [0_u64; 100]);
    pair(|| a.set(50, 123), || a.cap());
}

/// A part of a slice has no elements of its own, and reads none.
fn no_race_slice_write_slice2() {
    let a = Slice::named("a", [0.5; 10]);
    pair(|| a.set(2, 1.0), || a.view().part(0..5));
}

/// To write an element is to read where it is.
fn race_slice_write_slice() {
    let a = Slice::named("a", [0; 10]);
    pair(|| a.set(2, 1), || a.assign(a.view().part(5..10)));
}

/// A part that nobody keeps writes nothing.
fn no_race_slice_write_slice() {
    let a = Slice::named("a", [0; 10]);
    pair(|| a.set(2, 1), || drop(a.view().part(5..10)));
}

/// Two words, both only read.
fn no_race_slice_len_cap() {
    let a = Slice::named("a", [(0, 0); 10]);
    pair(|| a.len(), || a.cap());
}

/// A loop that wants no values reads none.
fn no_race_slice_range_write() {
    let s = Slice::named("s", [0; 10]);
    pair(
        || s.set(3, 3),
        || {
            let mut rounds = 0;
            for _ in 0..s.len() {
                rounds += 1;
            }
            rounds
        },
    );
}

/// A loop reads the words that the slice with one more element is written to.
fn race_slice_range_append() {
    let s = Slice::named("s", [1, 2]);
    pair(|| s.assign(s.view().append(3)), || s.view().iter().count());
}

/// Nobody keeps the slice with one more element.
fn no_race_slice_range_append() {
    let s = Slice::named("s", [1, 2]);
    pair(|| drop(s.view().append(3)), || s.view().iter().count());
}

}
