//! Cases of `comp_test.go`: a struct of two structs of two fields, as one cell of
//! four parts.

use racegate::cell::{RaceArray, RaceCell};

use super::language::pair::pair;
use super::parts::racing_parts;
use crate::suite::cases;

/// The fields of the whole.
const FIRST_X: usize = 0;
const FIRST_Y: usize = 1;
const SECOND_X: usize = 2;
const SECOND_Y: usize = 3;

/// A pair of numbers, and what it is converted to.
struct Converted {
    x: i32,
}

impl From<&RaceArray<i32>> for Converted {
    fn from(pair: &RaceArray<i32>) -> Self {
        Self { x: pair.get(0) }
    }
}

fn whole() -> RaceArray<i32> {
    RaceArray::named("s", [0; 4])
}

cases! { GO;

/// Two fields of the second struct.
fn no_race_comp() {
    let s = whole();
    pair(|| s.set(SECOND_X, 1), || s.set(SECOND_Y, 2));
}

/// Two fields of the first.
fn no_race_comp2() {
    let s = whole();
    pair(|| s.set(FIRST_X, 1), || s.set(FIRST_Y, 2));
}

/// One field.
fn race_comp() {
    let s = whole();
    pair(|| s.set(SECOND_Y, 1), || s.set(SECOND_Y, 2));
} told |report| {
    assert_eq!(racing_parts(report), [SECOND_Y]);
}

/// The whole begins with the field.
fn race_comp2() {
    let s = whole();
    pair(|| s.set(FIRST_X, 1), || s.write_range(0, &[1, 2, 3, 4]));
} told |report| {
    assert_eq!(racing_parts(report), [FIRST_X]);
}

/// The whole ends with the field.
fn race_comp3() {
    let s = whole();
    pair(
        || s.set(SECOND_Y, 1),
        || s.with_all_mut(|fields| fields.fill(0)),
    );
} told |report| {
    assert_eq!(racing_parts(report), [SECOND_Y]);
}

/// The index is a variable, and read.
fn race_comp_array() {
    let array: [RaceArray<i32>; 10] = std::array::from_fn(|_| whole());
    let x = RaceCell::named("x", 4);
    pair(|| array[x.get()].set(SECOND_Y, 1), || x.set(5));
}

/// What is converted is read.
fn race_conv1() {
    let p = RaceArray::named("p", [0, 0]);
    pair(|| p.set(0, 1), || Converted::from(&p).x);
} told |report| {
    assert_eq!(racing_parts(report), [0]);
}

}
