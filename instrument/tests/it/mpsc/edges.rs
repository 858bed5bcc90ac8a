//! What a channel orders and what it does not.

use std::collections::BTreeMap;
use std::sync::mpsc as unrecorded;

use racegate::cell::RaceCell;
use racegate::sync::mpsc::{RecvError, SyncSender, channel, sync_channel};
use racegate::{Verdict, thread};
use racegate_eventlog::{EventKind, ObjectClass, ThreadId};

use crate::objects;

/// Runs two threads on one cell, the second one after the word of the first, which
/// orders nothing in the log.
fn in_turn(
    first: impl FnOnce(&RaceCell<u8>) + Send,
    second: impl FnOnce(&RaceCell<u8>) + Send,
) -> Verdict {
    let report = racegate::check(|| {
        let cell = &RaceCell::new(0);
        let (word, waits) = unrecorded::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                first(cell);
                word.send(()).expect("the second one waits");
            });
            scope.spawn(move || {
                waits.recv().expect("the first one tells");
                second(cell);
            });
        });
    });
    report.verdict()
}

#[test]
fn a_send_is_ordered_before_the_receive_of_its_message() {
    let (sender, receiver) = channel();
    let write = move |cell: &RaceCell<u8>| {
        cell.set(1);
        sender.send(()).expect("the receiver is there");
        drop(sender);
    };
    let read = move |cell: &RaceCell<u8>| {
        receiver.recv().expect("it was sent");
        assert_eq!(cell.get(), 1);
    };
    assert_eq!(in_turn(write, read), Verdict::Clean);
}

#[test]
fn what_follows_a_send_is_not_ordered_before_its_receive() {
    let (sender, receiver) = channel();
    let write = |cell: &RaceCell<u8>| {
        sender.send(()).expect("the receiver is there");
        cell.set(1);
    };
    let read = move |cell: &RaceCell<u8>| {
        receiver.recv().expect("it was sent");
        cell.get();
    };
    assert_eq!(in_turn(write, read), Verdict::Racy);
}

#[test]
fn two_sends_are_not_ordered() {
    let (sender, receiver) = channel();
    let other = sender.clone();
    let send = |sender: racegate::sync::mpsc::Sender<()>| {
        move |cell: &RaceCell<u8>| {
            cell.set(1);
            sender.send(()).expect("the receiver is there");
        }
    };
    assert_eq!(in_turn(send(sender), send(other)), Verdict::Racy);
    assert_eq!(receiver.iter().count(), 2);
}

/// Whether in a channel of this bound the first receive happens before the end of
/// the second send.
fn first_receive_orders_second_send(bound: usize) -> Verdict {
    let (sender, receiver) = sync_channel(bound);
    sender.send(0).expect("there is room");
    // The first send is outside of the session, and the receive too far from its
    // end to be of use: the edge between the two calls below is the slot's alone.
    let receive = move |cell: &RaceCell<u8>| {
        cell.set(1);
        receiver.recv().expect("it was sent");
        // The receiver is kept for the second send.
        std::mem::forget(receiver);
    };
    let send = move |cell: &RaceCell<u8>| {
        sender.send(1).expect("there is room");
        cell.set(2);
    };
    in_turn(receive, send)
}

#[test]
fn a_receive_is_ordered_before_the_send_that_takes_its_room_alone() {
    assert_eq!(first_receive_orders_second_send(1), Verdict::Clean);
    assert_eq!(first_receive_orders_second_send(2), Verdict::Racy);
}

#[test]
fn without_bound_no_receive_is_ordered_before_a_send() {
    let (sender, receiver) = channel();
    sender.send(0).expect("the receiver is there");
    let receive = |cell: &RaceCell<u8>| {
        cell.set(1);
        receiver.recv().expect("it was sent");
        std::mem::forget(receiver);
    };
    let send = move |cell: &RaceCell<u8>| {
        sender.send(1).expect("the receiver is there");
        cell.set(2);
    };
    assert_eq!(in_turn(receive, send), Verdict::Racy);
}

/// Lets a sender and a receiver meet, and says whether both are ordered before the
/// end of the other: each touches a cell before, and the other one's after.
fn meet(
    send: impl FnOnce(SyncSender<()>) + Send,
    receive: impl FnOnce(racegate::sync::mpsc::Receiver<()>) + Send,
) -> Verdict {
    let report = racegate::check(|| {
        let (of_sender, of_receiver) = (&RaceCell::new(0), &RaceCell::new(0));
        let (sender, receiver) = sync_channel(0);
        thread::scope(|scope| {
            scope.spawn(move || {
                of_sender.set(1);
                send(sender);
                of_receiver.set(2);
            });
            scope.spawn(move || {
                of_receiver.set(1);
                receive(receiver);
                of_sender.set(2);
            });
        });
    });
    report.verdict()
}

#[test]
fn a_meeting_orders_both_ways_whoever_comes_first() {
    let sends = |sender: SyncSender<()>| sender.send(()).expect("the receiver comes");
    // A try succeeds only if the other one waits.
    let sends_second = |sender: SyncSender<()>| while sender.try_send(()).is_err() {};
    let verdict = meet(sends_second, |receiver| {
        receiver.recv().expect("the sender comes");
    });
    assert_eq!(verdict, Verdict::Clean);
    let verdict = meet(sends, |receiver| while receiver.try_recv().is_err() {});
    assert_eq!(verdict, Verdict::Clean);
}

#[test]
fn the_drop_of_every_sender_is_ordered_before_the_disconnection() {
    let report = racegate::check(|| {
        let cells = [RaceCell::new(0), RaceCell::new(0)];
        let (sender, receiver) = channel::<()>();
        thread::scope(|scope| {
            for cell in &cells {
                let sender = sender.clone();
                scope.spawn(move || {
                    cell.set(1);
                    drop(sender);
                });
            }
            drop(sender);
            assert_eq!(receiver.recv(), Err(RecvError));
            let written: u8 = cells.iter().map(RaceCell::get).sum();
            assert_eq!(written, 2);
        });
    });
    report.assert_clean();
}

#[test]
fn the_drop_of_the_receiver_is_ordered_before_a_send_that_fails() {
    let (sender, receiver) = channel();
    let leave = move |cell: &RaceCell<u8>| {
        cell.set(1);
        drop(receiver);
    };
    let send = move |cell: &RaceCell<u8>| {
        assert!(sender.send(()).is_err());
        assert_eq!(cell.get(), 1);
    };
    assert_eq!(in_turn(leave, send), Verdict::Clean);
}

/// Reads its cell when dropped.
struct ReadWhenDropped<'a>(&'a RaceCell<u8>);

impl Drop for ReadWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.get();
    }
}

#[test]
fn a_message_dropped_with_the_receiver_is_ordered_after_its_send() {
    let report = racegate::check(|| {
        let cell = &RaceCell::new(0);
        let (sender, receiver) = sync_channel(1);
        let (word, waits) = unrecorded::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                cell.set(1);
                let message = ReadWhenDropped(cell);
                assert!(sender.send(message).is_ok());
                word.send(()).expect("the other one waits");
                std::mem::forget(sender);
            });
            scope.spawn(move || {
                waits.recv().expect("the other one tells");
                drop(receiver);
            });
        });
    });
    report.assert_clean();
}

#[test]
fn a_slot_is_used_by_a_send_and_a_receive_in_turn() {
    const BOUND: usize = 3;
    const SENDERS: usize = 4;
    const MESSAGES: usize = 60;
    let report = racegate::check(|| {
        let (sender, receiver) = sync_channel(BOUND);
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
        let turn = last_was_send.insert(slot.index(), is_send);
        assert_eq!(turn.unwrap_or(false), !is_send, "twice the same");
        if !is_send {
            receives.push(slot);
        }
    }
    assert_eq!(last_was_send.len(), BOUND);
    assert!(receives.iter().zip(&receives[BOUND..]).all(|(a, b)| a == b));
}
