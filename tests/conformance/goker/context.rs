//! The cases `Channel & Context`: threads that wait for what is cancelled, or is not.
//! A context is a channel that is closed when it is cancelled; what is left waiting is
//! let go when its other end is dropped.

use std::sync::Barrier;

use racegate::cell::RaceCell;
use racegate::channel::{Receiver, Sender, bounded, select};
use racegate::thread;

use crate::suite::cases;

/// To be dropped when the context is cancelled, and what tells that it was.
fn context() -> (Sender<()>, Receiver<()>) {
    bounded(0)
}

/// Waits until the context is cancelled.
fn cancelled(context: &Receiver<()>) {
    assert!(context.recv().is_err(), "nothing is sent");
}

cases! { GOKER;

/// A loop returns on the context, and its helpers go on to wait for what it gave them.
fn cockroach_10790() {
    let (cancel, context) = context();
    let (work, to_do) = bounded::<u32>(0);
    let helped = RaceCell::named("helped", 0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                assert_eq!(to_do.iter().count(), 0);
                assert_eq!(helped.get(), 1);
            });
        }
        drop(cancel);
        let run = || select! {
            recv(context) -> _ => helped.set(1),
        };
        run();
        // What the leaked helpers wait for.
        drop(work);
    });
}

/// A context that nobody cancels is waited for.
fn cockroach_13197() {
    let (cancel, context) = context();
    let (rolled_back, began) = (RaceCell::named("rolled back", false), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            began.wait();
            cancelled(&context);
            rolled_back.set(true);
        });
        began.wait();
        assert!(!rolled_back.get(), "the transaction goes on");
        drop(cancel);
    });
}

/// Rows that are never closed leave behind who waits for their end.
fn cockroach_13755() {
    let (rows, context) = context();
    let row = RaceCell::named("row", 0);
    thread::scope(|scope| {
        let (context, row) = (&context, &row);
        scope.spawn(move || {
            cancelled(context);
            assert_eq!(row.get(), 1);
        });
        row.set(1);
        drop(rows);
    });
}

/// The consumer stops on the context, and the producer goes on to send.
fn cockroach_18101() {
    let (cancel, context) = context();
    let (split, splits) = bounded(0);
    let produced = RaceCell::named("produced", 0);
    thread::scope(|scope| {
        let produced = &produced;
        let producer = scope.spawn(move || {
            (0..10).try_for_each(|number| {
                produced.set(number);
                split.send(number)
            })
        });
        assert_eq!(splits.recv(), Ok(0));
        drop(cancel);
        cancelled(&context);
        // What the leaked producer waits for.
        drop(splits);
        assert!(producer.join().expect("it does not panic").is_err());
    });
    assert!(produced.get() > 0, "it was sending the next one");
}

}
