//! Cases of `map_test.go`.

use std::sync::Arc;

use racegate::cell::RaceCell;

use super::language::map::Map;
use super::language::pair::pair;
use crate::suite::cases;

cases! { GO;

/// A look-up reads the map, an insertion writes it.
fn race_map_rw() {
    let m = Map::named("m", []);
    pair(|| m.get(&1).unwrap_or(0), || m.insert(1, 1));
}

/// To ask for a key is to read the map.
fn race_map_rw2() {
    let m = Map::named("m", []);
    pair(|| if m.contains(&1) { 1 } else { 0 }, || m.insert(1, 1));
}

/// Two keys are of one map all the same.
fn race_map_rw_array() {
    let m = Map::named("m", [(1, [0; 5]), (2, [0; 5])]);
    pair(
        || m.get(&1).map(|array| array[1]),
        || m.insert(2, [1, 2, 3, 4, 5]),
    );
}

/// Both only read.
fn no_race_map_rr() {
    let m = Map::named("m", [(1, 1)]);
    pair(|| m.contains(&1), || m.get(&1));
}

/// A loop over a map reads it.
fn race_map_range() {
    let m = Map::named("m", [(0, 0)]);
    pair(
        || {
            let mut sum = 0;
            for value in m.values() {
                sum += value;
            }
            sum
        },
        || m.insert(1, 1),
    );
}

/// So does an iterator.
fn race_map_range2() {
    let m = Map::named("m", [(0, 0)]);
    pair(|| m.values().into_iter().sum::<i32>(), || m.insert(1, 1));
}

/// Two loops only read.
fn no_race_map_range_range() {
    let m = Map::named("m", [(0, "zero"), (1, "one")]);
    pair(
        || m.values().concat(),
        || m.values().iter().map(|value| value.len()).max(),
    );
}

/// The length is in the map, which a new key writes.
fn race_map_len() {
    let m = Map::named("m", []);
    pair(|| m.len(), || m.insert("", true));
}

/// To remove is to write.
fn race_map_delete() {
    let m = Map::named("m", []);
    pair(|| m.remove(&""), || m.insert("", true));
}

/// Even what is not there is removed by a write.
fn race_map_len_delete() {
    let m = Map::named("m", [("b", true)]);
    pair(|| m.remove(&"a"), || m.len());
}

/// Two maps, one variable.
fn race_map_variable() {
    let m = RaceCell::named("m", Arc::new(Map::<i32, i32>::named("m{}", [])));
    let renew = || m.set(Arc::new(Map::named("new", [])));
    pair(renew, renew);
}

/// To insert into the map of a variable is to read the variable.
fn race_map_variable2() {
    let m = RaceCell::named("m", Arc::new(Map::named("m{}", [])));
    pair(
        || m.with(Arc::clone).insert(1, 1),
        || m.set(Arc::new(Map::named("new", []))),
    );
}

/// So is to look into it.
fn race_map_variable3() {
    let m = RaceCell::named("m", Arc::new(Map::named("m{}", [(1, 1)])));
    pair(
        || m.with(Arc::clone).get(&1).unwrap_or_default(),
        || drop(m.replace(Arc::new(Map::named("new", [])))),
    );
}

}
