//! What crossbeam promises of a channel.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::channel::{
    Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Sender, TryRecvError,
    TrySendError, after, at, bounded, never, tick, unbounded,
};
use super::{session, thread};

const BRIEF: Duration = Duration::from_millis(2);

/// A channel of that capacity, or without bound.
fn open<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    capacity.map_or_else(unbounded, bounded)
}

#[test]
fn the_two_sides_may_go_wherever_crossbeams_may() {
    fn anywhere<T: Send + Sync + UnwindSafe + RefUnwindSafe>(_: T) {}
    session(|| {
        // Of what may be sent and no more.
        let (sender, receiver) = unbounded::<std::cell::Cell<&mut u8>>();
        anywhere(sender.clone());
        anywhere(receiver.clone());
        assert_eq!(
            format!("{sender:?} {receiver:?}"),
            "Sender { .. } Receiver { .. }"
        );
    });
}

#[test]
fn a_disconnected_channel_is_emptied_first() {
    for capacity in [None, Some(2)] {
        session(|| {
            let (sender, receiver) = open(capacity);
            assert_eq!(sender.send(1), Ok(()));
            assert_eq!(sender.send(2), Ok(()));
            drop(sender);
            assert_eq!(receiver.recv(), Ok(1));
            assert_eq!(receiver.try_recv(), Ok(2));
            assert_eq!(receiver.recv(), Err(RecvError));
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
            let timed = receiver.recv_timeout(Duration::MAX);
            assert_eq!(timed, Err(RecvTimeoutError::Disconnected));
            assert_eq!(receiver.into_iter().next(), None);
        });
    }
}

#[test]
fn a_send_without_receivers_gives_the_message_back() {
    for capacity in [None, Some(0), Some(1), Some(2)] {
        session(|| {
            let (sender, receiver) = open(capacity);
            let other = receiver.clone();
            drop(receiver);
            drop(other);
            assert_eq!(sender.send(1), Err(SendError(1)));
            assert_eq!(sender.try_send(2), Err(TrySendError::Disconnected(2)));
            let timed = sender.send_timeout(3, Duration::MAX);
            assert_eq!(timed, Err(SendTimeoutError::Disconnected(3)));
            let timed = sender.send_deadline(4, Instant::now());
            assert_eq!(timed, Err(SendTimeoutError::Disconnected(4)));
        });
    }
}

#[test]
fn an_operation_gives_up_in_time_and_not_before() {
    for capacity in [0, 1] {
        session(|| {
            let (sender, receiver) = bounded(capacity);
            let start = Instant::now();
            assert_eq!(receiver.recv_timeout(BRIEF), Err(RecvTimeoutError::Timeout));
            assert!(start.elapsed() >= BRIEF);
            for message in 0..capacity {
                assert_eq!(sender.send_timeout(message, BRIEF), Ok(()));
            }
            let deadline = Instant::now() + BRIEF;
            let failed = sender.send_deadline(7, deadline);
            assert_eq!(failed, Err(SendTimeoutError::Timeout(7)));
            assert!(Instant::now() >= deadline);
            assert_eq!(sender.try_send(8), Err(TrySendError::Full(8)));
        });
    }
}

#[test]
fn a_send_that_waits_sees_the_receiver_go() {
    for capacity in [0, 1] {
        session(|| {
            let (sender, receiver) = bounded(capacity);
            for message in 0..capacity {
                assert_eq!(sender.send(message), Ok(()));
            }
            thread::scope(|scope| {
                let waits = scope.spawn(|| sender.send(7));
                drop(receiver);
                assert_eq!(waits.join().expect("no panic"), Err(SendError(7)));
            });
        });
    }
}

#[test]
fn a_receive_that_waits_sees_the_last_sender_go() {
    for capacity in [None, Some(0), Some(1)] {
        session(|| {
            let (sender, receiver) = open::<u8>(capacity);
            let other = sender.clone();
            thread::scope(|scope| {
                let waits = scope.spawn(|| receiver.recv());
                scope.spawn(move || drop(other));
                drop(sender);
                assert_eq!(waits.join().expect("no panic"), Err(RecvError));
            });
        });
    }
}

#[test]
fn without_bound_what_was_not_received_is_dropped_with_the_last_receiver() {
    session(|| {
        let message = Arc::new(());
        let (sender, receiver) = unbounded();
        assert_eq!(sender.send(Arc::clone(&message)), Ok(()));
        let last = receiver.clone();
        drop(receiver);
        assert_eq!(Arc::strong_count(&message), 2);
        drop(last);
        assert_eq!(Arc::strong_count(&message), 1);
        assert!(sender.is_empty());
    });
}

#[test]
fn with_a_bound_what_was_not_received_is_dropped_with_the_last_of_either_side() {
    session(|| {
        let message = Arc::new(());
        let (sender, receiver) = bounded(1);
        assert_eq!(sender.send(Arc::clone(&message)), Ok(()));
        drop(receiver);
        assert_eq!(Arc::strong_count(&message), 2);
        assert!(sender.is_full());
        drop(sender);
        assert_eq!(Arc::strong_count(&message), 1);
    });
}

/// A message that has the receiver of its own channel.
struct Loop {
    _receiver: Receiver<Loop>,
}

#[test]
fn a_message_may_be_the_last_receiver() {
    for capacity in [None, Some(1)] {
        session(|| {
            let (sender, receiver) = open(capacity);
            let sent = sender.send(Loop {
                _receiver: receiver.clone(),
            });
            assert!(sent.is_ok());
            drop(receiver.recv());
            drop(receiver);
            assert!(sender.is_empty());
        });
    }
}

#[test]
fn a_clone_is_of_the_same_channel() {
    session(|| {
        for capacity in [None, Some(0), Some(1)] {
            let (sender, receiver) = open::<u8>(capacity);
            let (stranger, strange) = open::<u8>(capacity);
            assert!(sender.same_channel(&sender.clone()));
            assert!(receiver.same_channel(&receiver.clone()));
            assert!(!sender.same_channel(&stranger));
            assert!(!receiver.same_channel(&strange));
            assert!(!receiver.same_channel(&never()));
        }
        assert!(never::<u8>().same_channel(&never()));
        let alarm = after(BRIEF);
        assert!(alarm.same_channel(&alarm.clone()));
        assert!(!alarm.same_channel(&after(BRIEF)));
        assert!(!alarm.same_channel(&tick(BRIEF)));
    });
}

#[test]
fn clocks_deliver_in_time() {
    // Nothing else is recorded, so no verdict is asked for.
    const NEVER: Receiver<u8> = never();
    assert_eq!(NEVER.try_recv(), Err(TryRecvError::Empty));
    let when = Instant::now() + BRIEF;
    assert_eq!(at(when).recv(), Ok(when));
    assert!(Instant::now() >= when);
    let alarm = after(BRIEF);
    assert_eq!((alarm.capacity(), alarm.len()), (Some(1), 0));
    assert!(alarm.recv().is_ok_and(|at| at >= when + BRIEF));
    assert_eq!(alarm.try_recv(), Err(TryRecvError::Empty));
    let ticks: Vec<Instant> = tick(BRIEF).into_iter().take(3).collect();
    assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] >= BRIEF));
}

#[test]
fn a_capacity_beyond_memory_panics() {
    let opened = catch_unwind(AssertUnwindSafe(|| bounded::<u8>(usize::MAX)));
    assert!(opened.is_err());
}

#[test]
fn every_message_arrives_once_and_each_senders_in_its_order() {
    const SENDERS: usize = 3;
    const RECEIVERS: usize = 3;
    const MESSAGES: usize = 60;
    for capacity in [None, Some(0), Some(1), Some(2), Some(5)] {
        session(|| {
            let (sender, receiver) = open(capacity);
            let received = thread::scope(|scope| {
                for number in 0..SENDERS {
                    let sender = sender.clone();
                    scope.spawn(move || {
                        for message in 0..MESSAGES {
                            sender.send((number, message)).expect("they are received");
                        }
                    });
                }
                drop(sender);
                let receive = || scope.spawn(|| receiver.iter().collect::<Vec<_>>());
                let receivers: Vec<_> = (0..RECEIVERS).map(|_| receive()).collect();
                let results = receivers.into_iter().map(|one| one.join());
                results
                    .collect::<Result<Vec<_>, _>>()
                    .expect("nothing panics")
            });
            for of_one in &received {
                let mut last = BTreeMap::new();
                for (sender, message) in of_one {
                    assert!(last.insert(sender, message) < Some(message), "{capacity:?}");
                }
            }
            let mut all: Vec<_> = received.into_iter().flatten().collect();
            all.sort_unstable();
            let sent =
                (0..SENDERS).flat_map(|one| (0..MESSAGES).map(move |message| (one, message)));
            assert!(all.into_iter().eq(sent), "{capacity:?}");
        });
    }
}

/// One thread alone sends, so what it is told of room must be so, whatever the
/// receivers are in the middle of; and the same on the other side.
#[test]
fn what_one_side_is_told_holds_while_nobody_else_uses_it() {
    const MESSAGES: usize = 200;
    session(|| {
        let (sender, receiver) = bounded(2);
        thread::scope(|scope| {
            let received = receiver.clone();
            for _ in 0..2 {
                let receiver = receiver.clone();
                scope.spawn(move || receiver.iter().count());
            }
            for message in 0..MESSAGES {
                while sender.is_full() {
                    thread::yield_now();
                }
                assert_eq!(sender.try_send(message), Ok(()));
            }
            drop((sender, received));
        });
        let (sender, receiver) = bounded(2);
        thread::scope(|scope| {
            for _ in 0..2 {
                let sender = sender.clone();
                scope.spawn(move || (0..MESSAGES).try_for_each(|message| sender.send(message)));
            }
            for _ in 0..2 * MESSAGES {
                while receiver.is_empty() {
                    thread::yield_now();
                }
                assert!(receiver.try_recv().is_ok());
            }
        });
    });
}
