//! Variables that hold an object: two words, and one value.

use std::any::Any;
use std::num::{IntErrorKind, ParseIntError};

use racegate::cell::RaceCell;

use crate::go::language::pair::pair;
use crate::suite::cases;

/// Anything.
type Object = Box<dyn Any + Send + Sync>;

/// Anything that has a size.
trait Sized: Send + Sync {
    fn size(&self) -> usize;
}

impl Sized for &str {
    fn size(&self) -> usize {
        self.len()
    }
}

impl Sized for Vec<u8> {
    fn size(&self) -> usize {
        self.len()
    }
}

impl PartialEq for dyn Sized {
    fn eq(&self, other: &Self) -> bool {
        self.size() == other.size()
    }
}

type SizedObject = Box<dyn Sized>;

fn parsed(result: &RaceCell<Result<i32, ParseIntError>>) -> Result<i32, ParseIntError> {
    let number = result.with(Clone::clone)?;
    Ok(number + 1)
}

cases! { GO;

/// Two objects of two types, one variable of any.
fn race_eface_ww() {
    let a: RaceCell<Object> = RaceCell::named("a", Box::new(()));
    pair(|| a.set(Box::new(1)), || a.set(Box::new("two")));
}

/// Two objects of two types, one variable of what they share.
fn race_iface_ww() {
    let a: RaceCell<SizedObject> = RaceCell::named("a", Box::new(""));
    pair(|| a.set(Box::new("one")), || a.set(Box::new(vec![2])));
}

/// To compare is to read both sides.
fn race_iface_cmp() {
    let a: RaceCell<SizedObject> = RaceCell::named("a", Box::new(""));
    let b: RaceCell<SizedObject> = RaceCell::named("b", Box::new(vec![]));
    pair(
        || a.set(Box::new("one")),
        || a.with(|a| b.with(|b| **a == **b)),
    );
}

/// To ask whether there is one is to read.
fn race_iface_cmp_nil() {
    let a: RaceCell<Option<SizedObject>> = RaceCell::named("a", None);
    pair(|| a.set(Some(Box::new("one"))), || a.with(Option::is_none));
}

/// An error is asked for by the `?`.
fn race_error() {
    let err = RaceCell::named("err", "1".parse::<i32>());
    pair(
        || err.set("".parse()),
        || parsed(&err).is_err_and(|why| *why.kind() == IntErrorKind::Empty),
    );
}

}
