//! Variables: of every size, global and captured, by themselves and by a pointer.

use std::sync::LazyLock;

use racegate::cell::RaceCell;

use crate::go::language::pair::{pair, pair2};
use crate::suite::cases;

static X: LazyLock<RaceCell<i64>> = LazyLock::new(|| RaceCell::named("X", 0));
static Y: LazyLock<RaceCell<i64>> = LazyLock::new(|| RaceCell::named("Y", 0));

fn read_global() {
    Y.set(X.get());
}

fn write_global() {
    X.set(1);
}

fn first() -> i32 {
    1
}

fn second() -> i32 {
    2
}

/// A variable that holds a function.
fn function() -> RaceCell<fn() -> i32> {
    RaceCell::named("f", first)
}

cases! { GO;

/// Globals, in functions.
fn race_int_rw_global_funcs() {
    pair2(read_global, write_global);
}

/// Locals, in closures.
fn race_int_rw_closures() {
    let (x, y) = (RaceCell::named("x", 0_i64), RaceCell::named("y", 0_i64));
    pair2(|| y.set(x.get()), || x.set(1));
}

/// Locals half as big.
fn race_int32_rw_closures() {
    let (x, y) = (RaceCell::named("x", 0_i32), RaceCell::named("y", 0_i32));
    pair2(|| y.set(x.get()), || x.set(1));
}

/// What a pointer points to has a name of its own.
fn race_intptr_rw() {
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    let p = &x;
    pair(
        || p.set(5),
        || {
            y.set(p.get());
            x.set(1);
        },
    );
}

/// A text is two words.
fn race_string_rw() {
    let s = RaceCell::named("s", "");
    pair(|| s.set("abacaba"), || s.get());
}

/// A text that a pointer points to.
fn race_string_ptr_rw() {
    let s = RaceCell::named("s", String::new());
    let p = &s;
    pair(|| p.set("a".to_owned()), || p.with(String::len));
}

/// A number with a point.
fn race_float64_ww() {
    let x = RaceCell::named("x", 0.0);
    pair(|| x.set(1.0), || x.set(2.0));
}

/// A number of two words.
fn race_complex128_ww() {
    let x = RaceCell::named("x", (0.0, 0.0));
    pair(|| x.set((2.0, 2.0)), || x.set((4.0, 4.0)));
}

/// A pointer races, and not what it points to.
fn race_unsafe_ptr_rw() {
    let [x, y, z] = ["x", "y", "z"].map(|name| RaceCell::named(name, 1));
    let p = RaceCell::named("p", &x);
    pair(|| p.set(&z), || y.set(p.get().get()));
}

/// To call what a variable holds is to read it.
fn race_func_variable_rw() {
    let f = function();
    pair(|| f.set(second), || (f.get())());
}

/// Two functions, one variable.
fn race_func_variable_ww() {
    let f = function();
    pair(|| f.set(first), || f.set(second));
}

}
