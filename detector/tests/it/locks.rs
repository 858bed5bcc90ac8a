//! What locks, channels and barriers order and what they do not.

use racegate_eventlog::ObjectClass;

use crate::history::{History, MAIN};

#[test]
fn a_mutex_orders_its_critical_sections() {
    let (mut history, x, one, two) = History::with_two_threads();
    let lock = history.mutex("lock");
    for thread in [one, two] {
        history.acquire(thread, lock);
        history.write(thread, x);
        history.release(thread, lock);
    }
    history.assert_clean();
}

#[test]
fn readers_of_a_read_lock_are_unordered() {
    let (mut history, x, one, two) = History::with_two_threads();
    let lock = history.rwlock("table");
    history.read_lock(one, lock);
    history.write(one, x);
    history.read_unlock(one, lock);
    history.read_lock(two, lock);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn a_writer_comes_after_every_reader_and_before_the_next() {
    let (mut history, x, one, two) = History::with_two_threads();
    let lock = history.rwlock("table");
    let three = history.fork(MAIN);
    for reader in [one, two] {
        history.read_lock(reader, lock);
        history.read(reader, x);
        history.read_unlock(reader, lock);
    }
    history.write_lock(three, lock);
    history.write(three, x);
    history.write_unlock(three, lock);
    history.read_lock(one, lock);
    history.read(one, x);
    history.read_unlock(one, lock);
    history.assert_clean();
}

#[test]
fn in_a_channel_of_two_the_first_receive_orders_the_third_send_not_the_second() {
    // A semaphore of capacity two lets both threads in at once.
    let (mut history, x, one, two) = History::with_two_threads();
    let slots = ["slot 0", "slot 1"].map(|name| history.object(ObjectClass::ChannelSlot, name));
    history.exchange(one, slots[0]); // 1st send
    history.write(one, x);
    history.exchange(one, slots[0]); // 1st receive
    history.exchange(two, slots[1]); // 2nd send
    history.write(two, x);
    history.assert_only_the_last_event_races();

    history.exchange(two, slots[1]); // 2nd receive
    let three = history.fork(two);
    history.exchange(three, slots[0]); // 3rd send
    history.write(three, x);
    assert_eq!(history.races().distinct_events(), 1, "the third is ordered");
}

#[test]
fn a_barrier_orders_what_was_before_it_with_what_comes_after() {
    let (mut history, x, one, two) = History::with_two_threads();
    let barrier = history.object(ObjectClass::Barrier, "barrier");
    let y = history.cell("y");
    history.write(one, x);
    history.write(two, y);
    for thread in [one, two] {
        history.merge(thread, barrier);
    }
    for thread in [one, two] {
        history.acquire(thread, barrier);
    }
    history.write(one, y);
    history.write(two, x);
    history.assert_clean();
}

#[test]
fn threads_that_left_the_barrier_are_unordered_again() {
    let (mut history, x, one, two) = History::with_two_threads();
    let barrier = history.object(ObjectClass::Barrier, "barrier");
    for thread in [one, two] {
        history.merge(thread, barrier);
    }
    for thread in [one, two] {
        history.acquire(thread, barrier);
    }
    history.write(one, x);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}
