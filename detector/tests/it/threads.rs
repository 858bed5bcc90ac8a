//! What forks, ends and joins order and what they do not.

use racegate_eventlog::Extent;

use crate::history::{History, MAIN};

#[test]
fn a_fork_orders_the_parents_past_before_the_child() {
    let mut history = History::new();
    let x = history.cell("x");
    history.write(MAIN, x);
    let child = history.fork(MAIN);
    history.write(child, x);
    history.assert_clean();
    history.read(MAIN, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn the_end_of_a_thread_that_is_not_joined_orders_nothing() {
    let mut history = History::new();
    let x = history.cell("x");
    let child = history.fork(MAIN);
    history.write(child, x);
    history.end(child);
    history.read(MAIN, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn a_join_orders_the_child_before_the_joiner() {
    let mut history = History::new();
    let x = history.cell("x");
    let child = history.fork(MAIN);
    history.write(child, x);
    history.end(child);
    history.join(MAIN, child);
    history.read(MAIN, x);
    history.assert_clean();
}

#[test]
fn every_join_of_a_thread_orders_it_before_its_own_joiner() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    history.end(one);
    for joiner in [two, MAIN] {
        history.join(joiner, one);
        history.read(joiner, x);
    }
    history.assert_clean();
}

#[test]
fn a_thread_that_nobody_was_seen_to_fork_knows_nothing() {
    let mut history = History::new();
    let x = history.cell("x");
    history.write(MAIN, x);
    let foreign = history.foreign();
    history.read(foreign, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn a_slot_is_not_taken_over_by_a_thread_that_does_not_know_its_last_access() {
    // One ends unjoined; two would inherit its slot and with it the claim to know it.
    let mut history = History::new();
    let x = history.cell("x");
    let one = history.fork(MAIN);
    history.write(one, x);
    history.end(one);
    let two = history.fork(MAIN);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn one_unordered_reader_is_found_behind_sixty_four_ordered_ones() {
    let mut history = History::new();
    let x = history.cell("x");
    let stranger = history.fork(MAIN);
    history.read(stranger, x);
    for _ in 0..64 {
        let reader = history.fork(MAIN);
        history.read(reader, x);
        history.end(reader);
        history.join(MAIN, reader);
    }
    history.write(MAIN, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn every_part_of_a_range_has_its_own_past() {
    let mut history = History::new();
    let words = history.array("words", 3);
    let parts: Vec<_> = words.locations().collect();
    let child = history.fork(MAIN);
    history.write(child, parts[1]);
    history.write(child, parts[2]);
    history.read(MAIN, parts[0]);
    history.push(
        MAIN,
        racegate_eventlog::EventKind::Write(Extent::new(parts[0], 2)),
    );
    let racy = history.races();
    assert_eq!(racy.events.len(), 1);
    assert_eq!(racy.events[0].1, parts[1]);
}
