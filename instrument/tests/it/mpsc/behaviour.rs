//! What std promises of a channel, in a session.

use std::sync::Arc;
use std::time::Duration;

use racegate::sync::mpsc::{
    Receiver, RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError, channel,
    sync_channel,
};
use racegate::thread;
use racegate_eventlog::ObjectClass;

use crate::objects;

#[test]
fn messages_come_in_order_and_then_the_disconnection() {
    racegate::check(|| {
        let (sender, receiver) = channel();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        let second = sender.clone();
        assert_eq!(sender.send(1), Ok(()));
        assert_eq!(second.send(2), Ok(()));
        drop(sender);
        assert_eq!(receiver.recv(), Ok(1));
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [2]);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        drop(second);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(receiver.recv(), Err(RecvError));
        let timed = receiver.recv_timeout(Duration::MAX);
        assert_eq!(timed, Err(RecvTimeoutError::Disconnected));
    });
}

#[test]
fn a_receive_gives_up_in_time() {
    racegate::check(|| {
        let brief = Duration::from_millis(1);
        let (sender, receiver) = channel::<u8>();
        assert_eq!(receiver.recv_timeout(brief), Err(RecvTimeoutError::Timeout));
        drop(sender);
        let (sender, receiver) = sync_channel::<u8>(0);
        assert_eq!(receiver.recv_timeout(brief), Err(RecvTimeoutError::Timeout));
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
    });
}

#[test]
fn a_full_channel_gives_the_value_back() {
    racegate::check(|| {
        let (sender, receiver) = sync_channel(1);
        assert_eq!(sender.try_send(1), Ok(()));
        assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
        assert_eq!(receiver.recv(), Ok(1));
        assert_eq!(sender.send(3), Ok(()));
        drop(receiver);
        assert_eq!(sender.try_send(4), Err(TrySendError::Disconnected(4)));
        assert_eq!(sender.send(5), Err(SendError(5)));
    });
}

#[test]
fn failed_tries_leave_no_event_on_a_slot() {
    let report = racegate::check(|| {
        let (sender, receiver) = sync_channel(0);
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    });
    assert_eq!(objects::events(&report, ObjectClass::ChannelSlot), []);
}

#[test]
fn what_was_not_received_is_dropped_with_the_receiver() {
    racegate::check(|| {
        let value = Arc::new(());
        let (sender, receiver) = channel();
        sender
            .send(Arc::clone(&value))
            .expect("the receiver is there");
        assert_eq!(Arc::strong_count(&value), 2);
        drop(receiver);
        assert_eq!(Arc::strong_count(&value), 1);
    });
}

#[test]
fn a_sender_that_waits_for_a_meeting_gets_its_value_back() {
    racegate::check(|| {
        let (sender, receiver) = sync_channel(0);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| sender.send(7));
            drop(receiver);
            assert_eq!(waiting.join().expect("no panic"), Err(SendError(7)));
        });
    });
}

#[test]
fn a_sender_that_waits_for_room_gets_its_value_back() {
    racegate::check(|| {
        let (sender, receiver) = sync_channel(1);
        sender.send(6).expect("there is room");
        thread::scope(|scope| {
            let waiting = scope.spawn(|| sender.send(7));
            drop(receiver);
            assert_eq!(waiting.join().expect("no panic"), Err(SendError(7)));
        });
    });
}

#[test]
fn every_message_of_many_senders_is_received_once() {
    for bound in [None, Some(0), Some(1), Some(3)] {
        racegate::check(|| {
            let sum = |receiver: Receiver<usize>| receiver.into_iter().sum::<usize>();
            let received = thread::scope(|scope| match bound {
                None => {
                    let (sender, receiver) = channel();
                    for _ in 0..4 {
                        let sender = sender.clone();
                        scope.spawn(move || (0..50).try_for_each(|value| sender.send(value)));
                    }
                    drop(sender);
                    sum(receiver)
                }
                Some(bound) => {
                    let (sender, receiver) = sync_channel(bound);
                    for _ in 0..4 {
                        let sender = sender.clone();
                        scope.spawn(move || (0..50).try_for_each(|value| sender.send(value)));
                    }
                    drop(sender);
                    sum(receiver)
                }
            });
            assert_eq!(received, 4 * (0..50).sum::<usize>(), "{bound:?}");
        });
    }
}

#[test]
fn a_meeting_that_is_given_up_loses_no_message() {
    const MESSAGES: usize = 300;
    racegate::check(|| {
        let (sender, receiver) = sync_channel(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                for value in 0..MESSAGES {
                    // Blocking and trying in turn, against a receiver who gives up.
                    if value % 2 == 0 {
                        sender.send(value).expect("the receiver is there");
                    } else {
                        while sender.try_send(value).is_err() {
                            thread::yield_now();
                        }
                    }
                }
            });
            let brief = Duration::from_micros(20);
            let mut received = Vec::new();
            while received.len() < MESSAGES {
                received.extend(receiver.recv_timeout(brief));
                received.extend(receiver.try_recv());
            }
            assert_eq!(received, (0..MESSAGES).collect::<Vec<_>>());
        });
    });
}
