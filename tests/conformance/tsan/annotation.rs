//! The cases `annotation`: what the program says is not to be recorded.

use std::panic::resume_unwind;
use std::sync::{Barrier, Mutex};

use racegate::annotate::ignore;
use racegate::cell::{RaceArray, RaceCell};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

cases! { TSAN;

/// Every access to these cells is one that was said to do no harm.
fn benign_race() {
    let (global, wide) = (RaceCell::named("Global", 0), RaceArray::named("wide", [0; 16]));
    let harmless = || {
        ignore("a benign race", || {
            global.set(1);
            wide.write_range(4, &[1; 8]);
        });
    };
    in_turn(harmless, harmless);
}

/// One side of the race is left out.
fn ignore_race() {
    let global = RaceCell::named("Global", 0);
    in_turn(
        || ignore("the other side is enough", || global.set(42)),
        || global.set(43),
    );
}

/// A lock that is not to be seen is std's, and orders nothing.
fn ignore_sync() {
    let unseen = Mutex::new(());
    let global = RaceCell::named("Global", 0);
    let update = || {
        let _held = unseen.lock().expect("no holder panics");
        global.update(|count| count + 1);
    };
    in_turn(update, update);
}

/// The end of a value's life is left out.
fn ignore_free() {
    let slot = RaceCell::named("p", Some(Box::new(0)));
    in_turn(
        || slot.with_mut(|p| **p.as_mut().expect("it is not freed yet") = 42),
        || drop(ignore("freed when nobody is left", || slot.take())),
    );
}

/// A thread that dies inside leaves nothing ignored behind: neither its heir nor what
/// follows in the thread that saw it die.
fn thread_end_with_ignore() {
    let (unseen, seen) = (RaceCell::named("unseen", 0), RaceCell::named("seen", 0));
    let (died, both) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let dying = scope.spawn(|| {
            ignore("it never comes back", || {
                unseen.set(1);
                died.wait();
                resume_unwind(Box::new("cancelled"));
            });
        });
        died.wait();
        unseen.set(2);
        assert!(dying.join().is_err());
        scope.spawn(|| {
            seen.set(1);
            both.wait();
        });
        both.wait();
        seen.set(2);
    });
}

}
