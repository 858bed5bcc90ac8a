//! What a channel orders and what it does not.

use std::sync::mpsc as unrecorded;
use std::time::Duration;

use racegate::cell::RaceCell;
use racegate::channel::{
    Receiver, Select, Sender, TryRecvError, TrySendError, after, bounded, never, select, tick,
    unbounded,
};
use racegate::{Verdict, thread};
use racegate_eventlog::ObjectClass;

use crate::objects;

/// Runs two threads on one cell, the second one after the word of the first, which
/// orders nothing in the log.
pub(super) fn in_turn(
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

/// Each way to send, of which none fails where there is room.
const SENDS: [fn(&Sender<u8>); 5] = [
    |sender| sender.send(1).expect("it is received"),
    |sender| sender.try_send(1).expect("there is room"),
    |sender| {
        sender
            .send_timeout(1, Duration::MAX)
            .expect("it is received")
    },
    |sender| select! { send(sender, 1) -> sent => sent.expect("it is received") },
    |sender| {
        let mut select = Select::new();
        select.send(sender);
        let selected = select.try_select().expect("there is room");
        selected.send(sender, 1).expect("it is received");
    },
];

type Receive = fn(&Receiver<u8>) -> Option<u8>;

/// Each way to receive, of which none fails where there is a message.
const RECEIVES: [Receive; 7] = [
    |receiver| receiver.recv().ok(),
    |receiver| receiver.try_recv().ok(),
    |receiver| receiver.recv_timeout(Duration::MAX).ok(),
    |receiver| receiver.iter().next(),
    |receiver| receiver.clone().into_iter().next(),
    |receiver| receiver.try_iter().next(),
    |receiver| select! { recv(receiver) -> message => message.ok(), default => None },
];

/// A channel of that capacity, or without bound.
pub(super) fn open<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    capacity.map_or_else(unbounded, bounded)
}

#[test]
fn a_send_is_ordered_before_the_receive_of_its_message() {
    for capacity in [None, Some(1), Some(3)] {
        for (way, send) in SENDS.into_iter().enumerate() {
            let (sender, receiver) = open(capacity);
            let write = |cell: &RaceCell<u8>| {
                cell.set(1);
                send(&sender);
            };
            let read = |cell: &RaceCell<u8>| {
                assert_eq!(receiver.recv(), Ok(1));
                assert_eq!(cell.get(), 1);
            };
            assert_eq!(
                in_turn(write, read),
                Verdict::Clean,
                "{capacity:?} send {way}"
            );
        }
        for (way, receive) in RECEIVES.into_iter().enumerate() {
            let (sender, receiver) = open(capacity);
            let write = |cell: &RaceCell<u8>| {
                cell.set(1);
                sender.send(1).expect("it is received");
            };
            let read = |cell: &RaceCell<u8>| {
                assert_eq!(receive(&receiver), Some(1));
                assert_eq!(cell.get(), 1);
            };
            assert_eq!(
                in_turn(write, read),
                Verdict::Clean,
                "{capacity:?} receive {way}"
            );
        }
    }
}

#[test]
fn what_follows_a_send_is_not_ordered_before_its_receive() {
    for capacity in [None, Some(1), Some(3)] {
        for send in SENDS {
            let (sender, receiver) = open(capacity);
            let write = |cell: &RaceCell<u8>| {
                send(&sender);
                cell.set(1);
            };
            let read = |cell: &RaceCell<u8>| {
                assert_eq!(receiver.recv(), Ok(1));
                assert_eq!(cell.get(), 1);
            };
            assert_eq!(in_turn(write, read), Verdict::Racy, "{capacity:?}");
        }
    }
}

#[test]
fn two_sends_are_not_ordered_nor_two_receives() {
    for capacity in [None, Some(2)] {
        let (sender, receiver) = open(capacity);
        let send = |cell: &RaceCell<u8>| {
            cell.set(1);
            sender.send(()).expect("it is received");
        };
        assert_eq!(in_turn(send, send), Verdict::Racy, "{capacity:?}");
        let receive = |cell: &RaceCell<u8>| {
            cell.set(1);
            receiver.recv().expect("it was sent");
        };
        assert_eq!(in_turn(receive, receive), Verdict::Racy, "{capacity:?}");
    }
}

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

/// Lets a sender and a receiver meet, and says whether both are ordered before the
/// end of the other: each touches a cell before, and the other one's after.
fn meet(
    send: impl FnOnce(&Sender<u8>) + Send,
    receive: impl FnOnce(&Receiver<u8>) + Send,
) -> Verdict {
    let report = racegate::check(|| {
        let (of_sender, of_receiver) = (&RaceCell::new(0), &RaceCell::new(0));
        let (sender, receiver) = &bounded(0);
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
    let send = |sender: &Sender<u8>| sender.send(1).expect("it is received");
    let receive = |receiver: &Receiver<u8>| assert_eq!(receiver.recv(), Ok(1));
    // A try succeeds only if the other one waits.
    let send_second = |sender: &Sender<u8>| while sender.try_send(1).is_err() {};
    let receive_second = |receiver: &Receiver<u8>| while receiver.try_recv().is_err() {};
    let selects_send = |sender: &Sender<u8>| select! { send(sender, 1) -> _ => {} };
    let selects_receive = |receiver: &Receiver<u8>| select! { recv(receiver) -> _ => {} };
    assert_eq!(meet(send, receive), Verdict::Clean);
    assert_eq!(meet(send, receive_second), Verdict::Clean);
    assert_eq!(meet(send_second, receive), Verdict::Clean);
    assert_eq!(meet(send_second, selects_receive), Verdict::Clean);
    assert_eq!(meet(selects_send, receive_second), Verdict::Clean);
    assert_eq!(meet(selects_send, selects_receive), Verdict::Clean);
}

#[test]
fn what_follows_a_meeting_is_not_ordered() {
    let report = racegate::check(|| {
        let cell = &RaceCell::new(0);
        let (sender, receiver) = bounded(0);
        thread::scope(|scope| {
            scope.spawn(move || {
                sender.send(()).expect("it is received");
                cell.set(1);
            });
            scope.spawn(move || {
                receiver.recv().expect("it is sent");
                cell.set(2);
            });
        });
    });
    assert_eq!(report.verdict(), Verdict::Racy);
}

#[test]
fn a_full_or_empty_channel_and_its_size_order_nothing() {
    let (sender, receiver) = bounded(1);
    let send = |cell: &RaceCell<u8>| {
        cell.set(1);
        sender.send(0).expect("there is room");
    };
    let look = |cell: &RaceCell<u8>| {
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
        assert_eq!((receiver.len(), receiver.is_full()), (1, true));
        let mut select = Select::new();
        select.recv(&receiver);
        assert_eq!(select.ready(), 0);
        cell.set(2);
    };
    assert_eq!(in_turn(send, look), Verdict::Racy);
}

#[test]
fn clocks_order_nothing() {
    let alarm = after(Duration::ZERO);
    let other = tick(Duration::from_millis(1));
    let wait = |cell: &RaceCell<u8>| {
        select! {
            recv(alarm) -> _ => {}
            recv(other) -> _ => {}
            recv(never::<u8>()) -> _ => {}
        }
        cell.set(1);
    };
    assert_eq!(in_turn(wait, wait), Verdict::Racy);
}

#[test]
fn failed_attempts_leave_no_event_on_a_slot() {
    let report = racegate::check(|| {
        let brief = Duration::from_millis(1);
        let (sender, receiver) = bounded(0);
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
        assert!(sender.send_timeout(1, brief).is_err());
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        assert!(select! { send(sender, 1) -> _ => false, default => true });
    });
    assert_eq!(objects::events(&report, ObjectClass::ChannelSlot), []);
}

/// Reads its cell when dropped.
struct ReadWhenDropped<'a>(&'a RaceCell<u8>);

impl Drop for ReadWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.get();
    }
}

#[test]
fn a_message_dropped_with_its_channel_is_ordered_after_its_send() {
    for capacity in [None, Some(1)] {
        let report = racegate::check(|| {
            let cell = &RaceCell::new(0);
            let (sender, receiver) = open(capacity);
            let (word, waits) = unrecorded::channel();
            thread::scope(|scope| {
                scope.spawn(move || {
                    cell.set(1);
                    assert!(sender.send(ReadWhenDropped(cell)).is_ok());
                    drop(sender);
                    word.send(()).expect("the other one waits");
                });
                scope.spawn(move || {
                    waits.recv().expect("the other one tells");
                    drop(receiver);
                });
            });
        });
        report.assert_clean();
    }
}
