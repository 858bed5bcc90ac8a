//! Cases of `issue12664_test.go`.

use std::any::Any;
use std::sync::LazyLock;

use racegate::cell::RaceCell;

use super::language::pair::pair_closing;
use crate::suite::cases;

static TEXT: LazyLock<RaceCell<&str>> = LazyLock::new(|| RaceCell::named("TEXT", "a"));
static NUMBER: LazyLock<RaceCell<i64>> = LazyLock::new(|| RaceCell::named("NUMBER", 0));

fn show(text: &str) -> usize {
    text.len()
}

fn is_number(value: &dyn Any) -> bool {
    value.is::<i64>()
}

cases! { GO;

/// The argument of a call is read by the caller.
fn race_issue12664() {
    pair_closing(|| TEXT.set("b"), || show(TEXT.get()));
}

/// It is read to be passed as something else, too.
fn race_issue12664_2() {
    pair_closing(|| NUMBER.set(1), || is_number(&NUMBER.get()));
}

}
