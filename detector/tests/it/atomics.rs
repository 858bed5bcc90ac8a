//! What atomics order and what they do not.

use racegate_eventlog::{FenceOrdering, LoadOrdering, RmwOrdering, StoreOrdering};

use crate::history::History;

#[test]
fn a_release_store_orders_the_acquire_load_that_reads_it() {
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    history.write(one, x);
    history.store(one, flag, StoreOrdering::Release);
    history.load(two, flag, LoadOrdering::Acquire);
    history.write(two, x);
    history.assert_clean();
}

#[test]
fn a_relaxed_store_or_a_relaxed_load_orders_nothing() {
    for (store, load) in [
        (StoreOrdering::Relaxed, LoadOrdering::Acquire),
        (StoreOrdering::Release, LoadOrdering::Relaxed),
    ] {
        let (mut history, x, one, two) = History::with_two_threads();
        let flag = history.atomic("flag");
        history.write(one, x);
        history.store(one, flag, store);
        history.load(two, flag, load);
        history.write(two, x);
        history.assert_only_the_last_event_races();
    }
}

#[test]
fn the_last_owner_may_free_after_an_acquire_fence() {
    // fetch_sub(Release) == 1 { fence(Acquire); free }
    let (mut history, x, one, two) = History::with_two_threads();
    let count = history.atomic("count");
    history.write(one, x);
    history.rmw(one, count, RmwOrdering::Release);
    history.rmw(two, count, RmwOrdering::Release);
    history.fence(two, FenceOrdering::Acquire);
    history.write(two, x);
    history.assert_clean();
}

#[test]
fn the_last_owner_may_not_free_without_the_fence() {
    let (mut history, x, one, two) = History::with_two_threads();
    let count = history.atomic("count");
    history.write(one, x);
    history.rmw(one, count, RmwOrdering::Release);
    history.rmw(two, count, RmwOrdering::Release);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn a_foreign_store_ends_a_release_sequence() {
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    let three = history.fork(crate::history::MAIN);
    history.write(one, x);
    history.store(one, flag, StoreOrdering::Release);
    history.store(three, flag, StoreOrdering::Release);
    history.load(two, flag, LoadOrdering::Acquire);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn ones_own_relaxed_store_ends_the_release_sequence_too() {
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    history.write(one, x);
    history.store(one, flag, StoreOrdering::Release);
    history.store(one, flag, StoreOrdering::Relaxed);
    history.load(two, flag, LoadOrdering::Acquire);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn a_read_modify_write_continues_a_release_sequence() {
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    let three = history.fork(crate::history::MAIN);
    history.write(one, x);
    history.store(one, flag, StoreOrdering::Release);
    history.rmw(three, flag, RmwOrdering::Relaxed);
    history.load(two, flag, LoadOrdering::Acquire);
    history.write(two, x);
    history.assert_clean();
}

#[test]
fn fences_make_relaxed_operations_synchronise() {
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    history.write(one, x);
    history.fence(one, FenceOrdering::Release);
    history.store(one, flag, StoreOrdering::Relaxed);
    history.load(two, flag, LoadOrdering::Relaxed);
    history.fence(two, FenceOrdering::Acquire);
    history.write(two, x);
    history.assert_clean();
}

#[test]
fn a_release_fence_releases_nothing_that_comes_after_it() {
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    history.fence(one, FenceOrdering::Release);
    history.write(one, x);
    history.store(one, flag, StoreOrdering::Relaxed);
    history.load(two, flag, LoadOrdering::Acquire);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn an_acquire_fence_acquires_nothing_that_is_loaded_after_it() {
    let (mut history, x, one, two) = History::with_two_threads();
    let flag = history.atomic("flag");
    history.write(one, x);
    history.store(one, flag, StoreOrdering::Release);
    history.fence(two, FenceOrdering::Acquire);
    history.load(two, flag, LoadOrdering::Relaxed);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn sequentially_consistent_fences_without_an_atomic_between_order_nothing() {
    // docs/decisions/0005-sequentially-consistent-fences.md
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    history.fence(one, FenceOrdering::SeqCst);
    history.fence(two, FenceOrdering::SeqCst);
    history.write(two, x);
    history.assert_only_the_last_event_races();
}
