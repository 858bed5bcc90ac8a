//! Capacity zero: a send and its receive meet.

use racegate::cell::RaceCell;
use racegate::channel::{Receiver, Sender, bounded, select};
use racegate::{Verdict, thread};

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
