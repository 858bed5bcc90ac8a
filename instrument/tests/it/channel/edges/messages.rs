//! Each message from its send to its receive.

use std::sync::mpsc as unrecorded;
use std::time::Duration;

use racegate::cell::RaceCell;
use racegate::channel::{Receiver, Sender, select};
use racegate::{Verdict, thread};

use super::{SENDS, in_turn, open};

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

/// What served one message serves a later one, of other threads.
#[test]
fn two_messages_one_after_the_other_are_not_ordered() {
    for capacity in [None, Some(0), Some(2)] {
        let (sender, receiver) = open(capacity);
        let pass = || {
            thread::scope(|scope| {
                scope.spawn(|| receiver.recv().expect("it is sent"));
                sender.send(()).expect("it is received");
            });
        };
        let write_and_pass = |cell: &RaceCell<u8>| {
            cell.set(1);
            pass();
        };
        let pass_and_write = |cell: &RaceCell<u8>| {
            pass();
            cell.set(2);
        };
        let verdict = in_turn(write_and_pass, pass_and_write);
        assert_eq!(verdict, Verdict::Racy, "{capacity:?}");
    }
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

/// Every cell is handed over with its message and back with another one.
#[test]
fn cells_are_handed_over_cleanly_by_many_threads() {
    for capacity in [None, Some(0), Some(1), Some(4)] {
        let report = racegate::check(|| {
            let (jobs, queue) = open::<(Box<RaceCell<usize>>, Sender<_>)>(capacity);
            thread::scope(|scope| {
                for _ in 0..3 {
                    let queue = queue.clone();
                    scope.spawn(move || {
                        for (job, back) in queue {
                            job.update(|count| count + 1);
                            back.send(job).expect("it is awaited");
                        }
                    });
                }
                drop(queue);
                for _ in 0..3 {
                    let jobs = jobs.clone();
                    scope.spawn(move || {
                        let (back, done) = open(capacity);
                        for round in 0..20 {
                            let job = Box::new(RaceCell::new(round));
                            assert!(jobs.send((job, back.clone())).is_ok());
                            let job = done.recv().expect("it comes back");
                            assert_eq!(job.get(), round + 1);
                        }
                    });
                }
                drop(jobs);
            });
        });
        report.assert_clean();
    }
}
