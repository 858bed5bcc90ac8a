//! Structs and arrays: a whole, and its parts.

use racegate::cell::RaceArray;

use crate::go::language::pair::pair;
use crate::go::parts::racing_parts;
use crate::suite::cases;

/// A point's fields.
const X: usize = 0;
const Y: usize = 1;

/// The points of a large array, and the index of one's field in it.
const POINTS: usize = 1 << 12;
const MIDDLE_Y: usize = 2 * (POINTS / 2) + Y;

/// A struct with a point in it.
struct Named {
    name: &'static str,
    point: RaceArray<i32>,
}

fn point() -> RaceArray<i32> {
    RaceArray::named("p", [0, 0])
}

cases! { GO;

/// The array contains the element.
fn race_array_copy() {
    let a = RaceArray::named("a", [0; 5]);
    pair(|| a.set(3, 1), || a.write_range(0, &[1, 2, 3, 4, 5]));
} told |report| {
    assert_eq!(racing_parts(report), [3]);
}

/// Thousands of points contain the field of one.
fn race_nested_array_copy() {
    let a = RaceArray::named("a", vec![0_u8; 2 * POINTS]);
    pair(
        || a.set(MIDDLE_Y, 1),
        || a.with_all_mut(|points| points.fill(2)),
    );
} told |report| {
    assert_eq!(racing_parts(report), [MIDDLE_Y]);
}

/// Both use the whole.
fn race_struct_rw() {
    let p = point();
    pair(|| p.write_range(X, &[1, 2]), || p.read_range(..));
    p.write_range(X, &[3, 4]);
} told |report| {
    assert_eq!(racing_parts(report), [X, Y]);
}

/// One field.
fn race_struct_field_rw1() {
    let p = point();
    pair(|| p.set(X, 1), || p.get(X));
} told |report| {
    assert_eq!(racing_parts(report), [X]);
}

/// Two fields, and then the whole.
fn no_race_struct_field_rw1() {
    let p = point();
    pair(|| p.set(X, 1), || p.set(Y, 2));
    assert_eq!(p.read_range(..), [1, 2]);
}

/// Two fields behind a pointer, and then the whole.
fn no_race_struct_field_rw2() {
    let p = Box::new(point());
    pair(|| p.set(X, 1), || p.set(Y, 2));
    p.with_all(|fields| assert_eq!(fields, [1, 2]));
}

/// One field behind a pointer.
fn race_struct_field_rw2() {
    let p = Box::new(point());
    pair(|| p.replace(X, 1), || p.get(X));
} told |report| {
    assert_eq!(racing_parts(report), [X]);
}

/// A field of a field.
fn race_struct_field_rw3() {
    let n = Named {
        name: "origin",
        point: point(),
    };
    pair(|| n.point.set(X, 1), || (n.name, n.point.get(X)));
} told |report| {
    assert_eq!(racing_parts(report), [X]);
}

/// Elements that are only read, and written once all is over.
fn no_race_blank() {
    let a = RaceArray::named("a", [1; 4]);
    pair(|| (a.get(0), a.get(1)), || (a.get(2), a.get(3)));
    a.set(1, a.get(0));
}

}
