//! What must hold however long a history is.

use std::collections::BTreeSet;

use racegate_detector::analysis::happens_before::HappensBefore;
use racegate_detector::analysis::{Order, hb};
use racegate_detector::clock::{Reuse, Time};
use racegate_detector::finding::last_drop::LastDrops;
use racegate_detector::finding::pairs;
use racegate_eventlog::ThreadId;

use crate::history::{History, MAIN};

#[test]
fn a_racy_write_is_found_behind_very_many_accesses_of_its_thread() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    for _ in 0..100_000 {
        history.read(one, x);
    }
    history.read(two, x);
    let trace = history.trace();
    let racy = hb::run(&trace);
    assert_eq!(racy.events, [(trace.events().len() - 1, x)]);
    let found = pairs::collect(
        &trace,
        &racy.locations(),
        Order::HappensBefore,
        &LastDrops::default(),
    );
    let first = trace.events()[found.pairs[0].first];
    assert_eq!((found.pairs.len(), found.pairs[0].count), (1, 1));
    assert_eq!(
        (first.thread, found.pairs[0].second),
        (one, racy.events[0].0)
    );
}

#[test]
fn clocks_stay_as_short_as_the_number_of_threads_alive_at_once() {
    let mut history = History::new();
    let counter = history.cell("counter");
    let lock = history.mutex("lock");
    let mut alive: Vec<ThreadId> = Vec::new();
    for _ in 0..100_000 {
        if alive.len() == 64 {
            let oldest = alive.remove(0);
            history.join(MAIN, oldest);
        }
        let child = history.fork(MAIN);
        history.acquire(child, lock);
        history.read(child, counter);
        history.write(child, counter);
        history.release(child, lock);
        history.end(child);
        alive.push(child);
    }
    let trace = history.trace();
    assert!(hb::run(&trace).events.is_empty());
    let mut order = HappensBefore::new(&trace);
    trace.events().iter().for_each(|event| order.step(event));
    assert!(order.slots() <= 66, "{} slots", order.slots());
}

#[test]
fn threads_that_nobody_joins_share_slots_once_their_accesses_are_known() {
    let mut history = History::new();
    let counter = history.cell("counter");
    let lock = history.mutex("lock");
    for _ in 0..1000 {
        let child = history.fork(MAIN);
        for thread in [child, MAIN] {
            history.acquire(thread, lock);
            history.write(thread, counter);
            history.release(thread, lock);
        }
        history.end(child);
    }
    let trace = history.trace();
    let mut order = HappensBefore::new(&trace);
    trace.events().iter().for_each(|event| order.step(event));
    assert_eq!(order.slots(), 2);
    assert!(hb::run(&trace).events.is_empty());
}

#[test]
fn writes_that_nobody_else_reads_leave_the_schedulable_clocks_alone() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(two, x);
    for _ in 0..1000 {
        history.read(one, x);
        history.write(one, x);
    }
    history.read(two, x);
    history.read(one, x);
    let trace = history.trace();
    let mut order = HappensBefore::schedulable(&trace, &BTreeSet::from([x]), Reuse::Exact);
    let (last, before) = trace.events().split_last().expect("events");
    before.iter().for_each(|event| order.step(event));
    let (epoch, _) = order.now(last.thread);
    assert_eq!(epoch.time, Time::FIRST.next(), "one write was read");
}
