//! The drop of handles, and who finds the channel disconnected.

use racegate::cell::RaceCell;
use racegate::channel::{RecvError, SendError, TryRecvError, select, unbounded};
use racegate::{Verdict, thread};

use super::{in_turn, open};

#[test]
fn the_drop_of_every_sender_is_ordered_before_the_disconnection() {
    for capacity in [None, Some(0), Some(1)] {
        let report = racegate::check(|| {
            let cells = [RaceCell::new(0), RaceCell::new(0)];
            let (sender, receiver) = open::<()>(capacity);
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
                assert_eq!(cells.iter().map(RaceCell::get).sum::<u8>(), 2);
            });
        });
        report.assert_clean();
    }
}

#[test]
fn the_drop_of_every_receiver_is_ordered_before_a_send_that_fails() {
    for capacity in [None, Some(0), Some(1)] {
        let report = racegate::check(|| {
            let cells = [RaceCell::new(0), RaceCell::new(0)];
            let (sender, receiver) = open(capacity);
            thread::scope(|scope| {
                for cell in &cells {
                    let receiver = receiver.clone();
                    scope.spawn(move || {
                        cell.set(1);
                        drop(receiver);
                    });
                }
                drop(receiver);
                while select! { send(sender, ()) -> sent => sent, default => Ok(()) }.is_ok() {
                    thread::yield_now();
                }
                assert_eq!(cells.iter().map(RaceCell::get).sum::<u8>(), 2);
            });
        });
        report.assert_clean();
    }
}

/// What a thread does after it has dropped a handle, and what the other side does
/// that sees no disconnection by it.
#[test]
fn a_drop_that_disconnects_nothing_orders_nothing() {
    let (sender, receiver) = unbounded();
    let other = sender.clone();
    let leave = move |cell: &RaceCell<u8>| {
        cell.set(1);
        drop(other);
    };
    let receive = |cell: &RaceCell<u8>| {
        assert_eq!(receiver.try_recv(), Err::<(), _>(TryRecvError::Empty));
        cell.set(2);
    };
    assert_eq!(in_turn(leave, receive), Verdict::Racy);
    let other = receiver.clone();
    let leave = move |cell: &RaceCell<u8>| {
        cell.set(1);
        drop(other);
    };
    let send = |cell: &RaceCell<u8>| {
        assert_eq!(sender.send(()), Ok::<(), SendError<()>>(()));
        cell.set(2);
    };
    assert_eq!(in_turn(leave, send), Verdict::Racy);
}

#[test]
fn what_follows_a_drop_is_not_ordered_before_the_disconnection() {
    let (sender, receiver) = unbounded::<()>();
    let leave = move |cell: &RaceCell<u8>| {
        drop(sender);
        cell.set(1);
    };
    let receive = |cell: &RaceCell<u8>| {
        assert_eq!(receiver.recv(), Err(RecvError));
        cell.set(2);
    };
    assert_eq!(in_turn(leave, receive), Verdict::Racy);
}
