//! The room that a receive makes for a send.

use std::collections::BTreeMap;

use racegate::cell::RaceCell;
use racegate::channel::{Sender, bounded};
use racegate::{Verdict, thread};
use racegate_eventlog::{EventKind, ObjectClass, ThreadId};

use super::{SENDS, in_turn, open};
use crate::objects;

/// Whether the first receive happens before the end of the second send.
fn first_receive_orders_second_send(capacity: Option<usize>, send: fn(&Sender<u8>)) -> Verdict {
    let (sender, receiver) = open(capacity);
    // This one is outside of the session: the edge below is the slot's alone.
    sender.send(0).expect("there is room");
    let receive = |cell: &RaceCell<u8>| {
        cell.set(1);
        assert_eq!(receiver.recv(), Ok(0));
    };
    let send = |cell: &RaceCell<u8>| {
        send(&sender);
        cell.set(2);
    };
    in_turn(receive, send)
}

#[test]
fn a_receive_is_ordered_before_the_send_that_takes_its_room_alone() {
    for send in SENDS {
        let verdict = |capacity| first_receive_orders_second_send(capacity, send);
        assert_eq!(verdict(Some(1)), Verdict::Clean);
        assert_eq!(verdict(Some(2)), Verdict::Racy);
        assert_eq!(verdict(None), Verdict::Racy);
    }
}

#[test]
fn what_follows_a_receive_is_not_ordered_before_the_send_that_takes_its_room() {
    let (sender, receiver) = bounded(1);
    sender.send(0).expect("there is room");
    let receive = |cell: &RaceCell<u8>| {
        receiver.recv().expect("it was sent");
        cell.set(1);
    };
    let send = |cell: &RaceCell<u8>| {
        sender.send(1).expect("there is room");
        cell.set(2);
    };
    assert_eq!(in_turn(receive, send), Verdict::Racy);
}

/// Two threads that each enter by a send and leave by a receive.
fn semaphore(capacity: usize) -> Verdict {
    let (enter, leave) = bounded(capacity);
    let work = |cell: &RaceCell<u8>| {
        enter.send(()).expect("there are receivers");
        cell.update(|count| count + 1);
        leave.recv().expect("it was sent");
    };
    in_turn(work, work)
}

#[test]
fn a_channel_is_a_semaphore_of_its_capacity() {
    assert_eq!(semaphore(1), Verdict::Clean);
    assert_eq!(semaphore(2), Verdict::Racy);
}

#[test]
fn a_semaphore_of_one_holds_under_contention() {
    let report = racegate::check(|| {
        let count = RaceCell::new(0);
        let (enter, leave) = bounded(1);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        enter.send(()).expect("there are receivers");
                        count.update(|count| count + 1);
                        leave.recv().expect("it was sent");
                    }
                });
            }
        });
        assert_eq!(count.get(), 80);
    });
    report.assert_clean();
}

#[test]
fn a_slot_is_used_by_a_send_and_a_receive_in_turn() {
    const CAPACITY: usize = 3;
    const SENDERS: usize = 4;
    const MESSAGES: usize = 60;
    let report = racegate::check(|| {
        let (sender, receiver) = bounded(CAPACITY);
        thread::scope(|scope| {
            for _ in 0..SENDERS {
                let sender = sender.clone();
                scope.spawn(move || (0..MESSAGES).try_for_each(|_| sender.send(())));
            }
            drop(sender);
            // The root of the session receives.
            assert_eq!(receiver.iter().count(), SENDERS * MESSAGES);
        });
    });
    let events = objects::events(&report, ObjectClass::ChannelSlot);
    assert_eq!(events.len(), 2 * SENDERS * MESSAGES);
    let mut last_was_send = BTreeMap::new();
    let mut receives = Vec::new();
    for (thread, kind) in events {
        let EventKind::Exchange(slot) = kind else {
            panic!("{kind:?} on a slot of a bounded channel");
        };
        let is_send = thread != ThreadId::ROOT;
        let before = last_was_send.insert(slot.index(), is_send);
        assert_eq!(before.unwrap_or(false), !is_send, "twice the same");
        if !is_send {
            receives.push(slot);
        }
    }
    assert_eq!(last_was_send.len(), CAPACITY);
    assert!(
        receives
            .iter()
            .zip(&receives[CAPACITY..])
            .all(|(a, b)| a == b)
    );
}
