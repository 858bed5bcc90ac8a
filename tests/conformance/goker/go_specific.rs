//! The cases `Go-Specific`: closures that share a variable, channels in cells, a wait
//! group, and a test that has ended.

use std::sync::Barrier;

use racegate::annotate::Named;
use racegate::cell::{RaceArray, RaceCell};
use racegate::channel::{Receiver, Sender, bounded};
use racegate::sync::{Mutex, WaitGroup};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

/// A client's stream, as a handler has it.
struct Stream {
    /// Taken when it is closed.
    writes: RaceCell<Option<Sender<&'static str>>>,
}

impl Stream {
    fn write(&self, frame: &'static str) -> Result<(), &'static str> {
        let writes = self.writes.with(Clone::clone).ok_or("closed")?;
        writes.send(frame).map_err(|_| "closed")
    }

    fn write_status(&self, frame: &'static str) -> Result<(), &'static str> {
        self.write(frame)?;
        drop(self.writes.take());
        Ok(())
    }
}

/// Where a resolver is, and who resolves through it.
struct ClientConnection {
    lock: Mutex<()>,
    wrapper: RaceCell<Option<u32>>,
}

impl ClientConnection {
    fn close(&self) {
        let _held = self.lock.lock().expect("no holder panics");
        self.wrapper.set(None);
    }

    fn handle_service_config(&self) -> Option<u32> {
        let _held = self.lock.lock().expect("no holder panics");
        self.wrapper.get()
    }
}

/// One piece of work: every row that nobody has filled is filled.
fn fill(results: &RaceArray<i32>) {
    for row in 0..results.len() {
        if results.get(row) != 4 {
            results.set(row, 4);
        }
    }
}

cases! { GOKER;

/// Every closure reads the one variable of the loop that made it, and the loop goes on.
fn cockroach_35501() {
    let check = RaceCell::named("c", "");
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    thread::scope(|scope| {
        for name in names {
            check.set(name);
            scope.spawn(|| check.get());
        }
    });
}

/// Each of two workers gets a piece of work, and either fills all rows.
fn kubernetes_70892() {
    let results = RaceArray::named("results", [0; 3]);
    let (piece, pieces) = bounded(2);
    (0..2).for_each(|number| piece.send(number).expect("there is room"));
    drop(piece);
    let both_have_one = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in &pieces {
                    both_have_one.wait();
                    fill(&results);
                }
            });
        }
    });
}

/// Work is added from zero while somebody may wait for all of it.
fn cockroach_4407() {
    let (lock, group) = (Mutex::new(()), WaitGroup::new().named("wg"));
    let (close, stopper) = bounded::<()>(0);
    thread::scope(|scope| {
        let run_worker = || {
            group.add(1);
            scope.spawn(|| {
                assert!(stopper.recv().is_err(), "nothing is sent");
                group.done();
            });
        };
        let stop = || {
            drop(close);
            group.wait();
            drop(lock.lock().expect("no holder panics"));
        };
        in_turn(run_worker, stop);
    });
}

/// A thread is told by channels that it may not have put there yet.
fn etcd_3077() {
    let stopped: RaceCell<Option<Sender<()>>> = RaceCell::named("stopped", None);
    let done: RaceCell<Option<Receiver<()>>> = RaceCell::named("done", None);
    let put = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            let (stop, asked_to_stop) = bounded(0);
            let (_ends, ended) = bounded(0);
            done.set(Some(ended));
            stopped.set(Some(stop));
            put.wait();
            asked_to_stop.recv().expect("somebody stops it");
        });
        put.wait();
        let stop = stopped.with(Clone::clone).expect("it was put there");
        stop.send(()).expect("it waits");
        let done = done.with(Clone::clone).expect("it was put there");
        assert!(done.recv().is_err(), "nothing is sent");
    });
}

/// A stream that its own handler closed is written to.
fn grpc_1687() {
    let (writes, frames) = bounded(0);
    let stream = Stream { writes: RaceCell::named("writes", Some(writes)) };
    let written = thread::scope(|scope| {
        scope.spawn(|| frames.iter().count());
        stream.write_status("status").and_then(|()| stream.write("data"))
    });
    assert_eq!(written, Err("closed"), "which is a panic in Go");
}

/// What the lock protects is gone for the one who has the lock last.
fn grpc_2371() {
    let connection = ClientConnection {
        lock: Mutex::new(()),
        wrapper: RaceCell::named("wrapper", Some(1)),
    };
    in_turn(
        || connection.close(),
        || assert_eq!(connection.handle_service_config(), None, "which is a panic in Go"),
    );
}

/// Somebody logs to a test that has ended.
fn serving_4908() {
    let done = RaceCell::named("done", false);
    let ended = Barrier::new(2);
    thread::scope(|scope| {
        let log = || {
            ended.wait();
            if done.get() {
                "logged after the end"
            } else {
                "logged"
            }
        };
        let logger = scope.spawn(log);
        done.set(true);
        ended.wait();
        assert_eq!(logger.join().ok(), Some("logged after the end"));
    });
}

}
