//! Cases of `regression_test.go`.

use std::ptr;
use std::sync::Arc;

use racegate::cell::RaceCell;

use super::language::map::Map;
use super::language::pair::pair;
use crate::suite::cases;

cases! { GO;

/// The inner map has no variable, and is a map all the same.
fn race_unaddressable_map_len() {
    let m = Map::named("m", [(0, Arc::new(Map::named("m[0]", [])))]);
    let inner = || m.get(&0).expect("it is there");
    pair(|| inner().len(), || inner().insert(0, 1));
}

/// To know where a variable is, is not to read it.
fn no_race_stack_push_pop() {
    let stack = RaceCell::named("stack", Vec::new());
    pair(
        || ptr::from_ref(&stack).addr(),
        || {
            stack.with_mut(|stack| stack.push(1));
            stack.with_mut(Vec::pop)
        },
    );
}

}
