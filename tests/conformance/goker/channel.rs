//! The cases `Communication Deadlock/Channel`: what is sent or awaited where nobody is
//! at the other end. A sender only tries, or its channel is dropped in the end, which
//! lets it go.

use std::sync::Barrier;

use racegate::cell::RaceCell;
use racegate::channel::{Receiver, Sender, TryRecvError, TrySendError, bounded, select};
use racegate::thread;

use crate::suite::cases;

/// Both ends are with one owner, so that it is never closed by either.
struct Open<T> {
    sender: Sender<T>,
    receiver: Receiver<T>,
}

impl<T> Open<T> {
    fn of_capacity(capacity: usize) -> Self {
        let (sender, receiver) = bounded(capacity);
        Self { sender, receiver }
    }
}

cases! { GOKER;

/// Each sends to the other before it receives.
fn cockroach_2448() {
    let (callbacks, events) = (Open::of_capacity(0), Open::of_capacity(0));
    let (send, sent) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        for channel in [&callbacks, &events] {
            let (send, sent) = (&send, &sent);
            scope.spawn(move || {
                send.wait();
                assert_eq!(channel.sender.try_send(1), Err(TrySendError::Full(1)));
                sent.wait();
            });
        }
    });
}

/// One is sent before the worker is started that would make room.
fn cockroach_24808() {
    let compactions = Open::of_capacity(1);
    let done = RaceCell::named("compactions", 0);
    compactions.sender.send(1).expect("there is room");
    assert_eq!(compactions.sender.try_send(2), Err(TrySendError::Full(2)));
    thread::scope(|scope| {
        scope.spawn(|| done.set(compactions.receiver.recv().expect("it is there")));
    });
    assert_eq!(done.get(), 1);
}

/// What nobody closes is awaited where it should be looked at.
fn cockroach_25456() {
    let quiescing = Open::<()>::of_capacity(0);
    assert_eq!(quiescing.receiver.try_recv(), Err(TryRecvError::Empty));
}

/// Whoever drained it has gone, and has not said so.
fn cockroach_35073() {
    let rows = Open::of_capacity(16);
    let header = RaceCell::named("header", 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            header.set(16);
            for row in 0..16 {
                rows.sender.send(row).expect("there is room");
            }
        });
        let consumer = scope.spawn(|| (rows.receiver.recv(), header.get()));
        assert_eq!(consumer.join().expect("it takes one row"), (Ok(0), 16));
    });
    rows.sender.send(16).expect("there is room for one more");
    assert_eq!(rows.sender.try_send(17), Err(TrySendError::Full(17)));
}

/// Every input is told, the full one first.
fn cockroach_35931() {
    let (full, read) = (Open::of_capacity(1), Open::of_capacity(1));
    let why = RaceCell::named("why", "");
    full.sender.send("row").expect("there is room");
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(read.receiver.recv(), Ok("cancelled"));
            assert_eq!(why.get(), "limit reached");
        });
        why.set("limit reached");
        let told = full.sender.try_send("cancelled");
        assert_eq!(told, Err(TrySendError::Full("cancelled")));
        read.sender.send("cancelled").expect("it is read");
    });
}

/// A node is asked for its status when it has stopped.
fn etcd_6857() {
    let (status, stop) = (Open::of_capacity(0), Open::of_capacity(0));
    let leader = RaceCell::named("leader", 0);
    thread::scope(|scope| {
        let run = || loop {
            select! {
                recv(status.receiver) -> asked => leader.set(asked.expect("it is open")),
                recv(stop.receiver) -> _ => break,
            }
        };
        scope.spawn(run);
        status.sender.send(1).expect("it runs");
        stop.sender.send(1).expect("it runs");
    });
    assert_eq!(status.sender.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(leader.get(), 1);
}

/// A stream is closed without the message that its reader waits for.
fn grpc_1275() {
    let (message, messages) = bounded::<u32>(0);
    let (data, reading) = (RaceCell::named("data", 1), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            reading.wait();
            assert!(messages.recv().is_err(), "it is let go");
            data.set(2);
        });
        reading.wait();
        assert_eq!(data.get(), 1);
        drop(message);
    });
}

/// A parent returns and leaves what one of its children has to tell.
fn grpc_1424() {
    let (done, children) = bounded(0);
    let timeout = RaceCell::named("timeout", 20);
    timeout.set(10);
    let told = thread::scope(|scope| {
        let timeout = &timeout;
        let child = |done: Sender<i32>| scope.spawn(move || done.send(timeout.get()).is_ok());
        let left = [done.clone(), done].map(child);
        // Of either child; the other one is left.
        assert_eq!(children.recv(), Ok(10));
        drop(children);
        left.map(|child| child.join().expect("it does not panic"))
    });
    assert!(told[0] != told[1], "only one of them was heard");
}

/// A parent is told to stop while its worker has something to tell.
fn grpc_660() {
    let ((stop, stopped), (done, finished)) = (bounded(1), bounded::<()>(0));
    let work = RaceCell::named("work", 0);
    let told = thread::scope(|scope| {
        let work = &work;
        stop.send(()).expect("there is room");
        let parent = || select! {
            recv(stopped) -> _ => "stopped",
            recv(finished) -> _ => "finished",
        };
        assert_eq!(parent(), "stopped");
        drop(finished);
        let worker = scope.spawn(move || {
            work.set(1);
            done.send(())
        });
        worker.join().expect("it does not panic")
    });
    assert!(told.is_err(), "it is let go");
    assert_eq!(work.get(), 1);
}

}
