//! What a channel orders and what it does not.

mod ends;
mod meetings;
mod messages;
mod nothing;
mod room;

use std::sync::mpsc as unrecorded;
use std::time::Duration;

use racegate::cell::RaceCell;
use racegate::channel::{Receiver, Select, Sender, bounded, select, unbounded};
use racegate::{Verdict, thread};

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

/// A channel of that capacity, or without bound.
fn open<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    capacity.map_or_else(unbounded, bounded)
}
