//! Operators: each operand is read, and what the result goes to is written.

use std::ops::Add;

use racegate::cell::RaceCell;

use crate::go::language::pair::pair2;
use crate::suite::cases;

/// The variables `x`, `y` and `z`.
fn three() -> [RaceCell<i32>; 3] {
    [("x", 1), ("y", 2), ("z", 3)].map(|(name, value)| RaceCell::named(name, value))
}

cases! { GO;

/// Both write the sum.
fn race_plus() {
    let [x, y, z] = three();
    let sum = || y.set(x.get() + z.get());
    pair2(sum, sum);
}

/// A method is an operator, too.
fn race_plus2() {
    let [x, y, z] = three();
    pair2(|| x.set(1), || y.set(x.get().add(z.get())));
}

/// Two sums of the same are written to two variables.
fn no_race_plus() {
    let [x, y, z] = three();
    let f = RaceCell::named("f", 0);
    pair2(|| y.set(x.get() + z.get()), || f.set(z.get() + x.get()));
}

/// `!`
fn race_complement() {
    let [x, y, z] = three();
    pair2(|| x.set(!y.get()), || y.set(!z.get()));
}

/// `/`
fn race_div() {
    let [x, y, z] = three();
    pair2(|| x.set(y.get() / (z.get() + 1)), || y.set(z.get()));
}

/// `/`, and one operand is a constant.
fn race_div_const() {
    let [x, y, z] = three();
    pair2(|| x.set(y.get() / 3), || y.set(z.get()));
}

/// `%`
fn race_mod() {
    let [x, y, z] = three();
    pair2(|| x.set(y.get() % (z.get() + 1)), || y.set(z.get()));
}

/// `%`, and one operand is a constant.
fn race_mod_const() {
    let [x, y, z] = three();
    pair2(|| x.set(y.get() % 3), || y.set(z.get()));
}

/// The operand is read twice.
fn race_rotate() {
    let [x, y, z] = three();
    pair2(|| x.set(y.get() << 12 | y.get() >> 20), || y.set(z.get()));
}

}
