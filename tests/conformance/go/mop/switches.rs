//! Branches: what is asked is read, and what is not taken does nothing.

use std::any::Any;
use std::sync::Arc;

use racegate::cell::RaceCell;

use crate::go::language::map::Map;
use crate::go::language::pair::{pair, pair_over, pair2};
use crate::suite::cases;

/// Anything.
type Object = Arc<dyn Any + Send + Sync>;

cases! { GO;

/// One thread alone.
fn no_race_case() {
    let y = RaceCell::named("y", 0);
    for round in 0..3 {
        match round {
            0 | 1 => y.set(2),
            2 => y.set(3),
            later => unreachable!("round {later} of three"),
        }
    }
}

/// The condition is read.
fn race_case_condition() {
    let x = RaceCell::named("x", 0);
    pair2(
        || x.set(2),
        || {
            if x.get() < 2 {
                x.set(1);
            }
        },
    );
}

/// The condition is read, and then something is written in any case.
fn race_case_condition2() {
    let x = RaceCell::named("x", 0);
    pair2(
        || x.set(2),
        || match x.get() {
            less if less < 2 => x.set(1),
            _ => x.set(3),
        },
    );
}

/// The arm that is taken writes.
fn race_case_body() {
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    pair2(
        || y.set(x.get()),
        || match x.get() {
            100 => y.set(100),
            _ => x.set(1),
        },
    );
}

/// The arm that would write is not taken.
fn no_race_case_fallthrough() {
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    let z = RaceCell::named("z", 1);
    pair2(
        || y.set(x.get()),
        || match z.get() {
            1 => "nothing",
            2 => {
                x.set(1);
                "written"
            }
            _ => "unexpected",
        },
    );
}

/// Two arms write by the same line.
fn race_case_fallthrough() {
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    let z = RaceCell::named("z", 1);
    pair2(
        || y.set(x.get()),
        || match z.get() {
            1 | 2 => {
                x.set(1);
                "written"
            }
            _ => "unexpected",
        },
    );
}

/// What is matched on is in a map of a map.
fn race_case_issue6418() {
    let inner = Arc::new(Map::named("m[a]", [("b", "c")]));
    let m = Map::named("m", [("a", inner)]);
    pair_over(
        0,
        || m.get(&"a").map(|inner| inner.insert("x", "y")),
        || match m.get(&"a").and_then(|inner| inner.get(&"b")) {
            Some("c") => 1,
            Some(_) | None => 0,
        },
    );
}

/// To ask for an object's type is to read it.
fn race_case_type() {
    let i: RaceCell<Object> = RaceCell::named("i", Arc::new(0));
    pair(
        || {
            i.with(|object| {
                if object.is::<i32>() {
                    "number"
                } else {
                    "other"
                }
            })
        },
        || i.set(Arc::new("text")),
    );
}

/// The object is a pointer to the variable.
fn race_case_type_body() {
    let x = Arc::new(RaceCell::named("x", 0));
    let y = RaceCell::named("y", 1);
    let i: Object = Arc::clone(&x) as Object;
    pair(
        || {
            if let Some(target) = i.downcast_ref::<RaceCell<i32>>() {
                target.set(y.get());
            }
        },
        || x.set(y.get()),
    );
}

/// The object whose type is asked for is in a map of a map.
fn race_case_type_issue5890() {
    let inner = Map::<_, Object>::named("m[0]", [(1, Arc::new(0))]);
    let m = Map::named("m", [(0, Arc::new(inner))]);
    let inner = || m.get(&0).expect("it is there");
    pair(
        || match inner().get(&1) {
            Some(object) if object.is::<&str>() => "text",
            Some(_) | None => "other",
        },
        || inner().insert(1, Arc::new("text")),
    );
}

}
