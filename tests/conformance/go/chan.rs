//! Cases of `chan_test.go`: messages.

use std::thread::yield_now;

use fixtures::Schedule;
use racegate::cell::RaceCell;
use racegate::thread;

use super::language::chan::Chan;
use super::language::pair::{pair, pair2};
use super::language::select::Select;
use crate::suite::cases;

cases! { GO;

/// A send happens before the end of its receive.
fn no_race_chan_sync() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(0));
    let sender = || {
        v.set(1);
        c.send(0);
    };
    pair(sender, || {
        c.recv();
        v.set(2);
    });
}

/// Without room, a receive happens before the end of its send.
fn no_race_chan_sync_rev() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(0));
    let sender = || {
        c.send(0);
        v.set(2);
    };
    pair(sender, || {
        v.set(1);
        c.recv();
    });
}

/// A send happens before its receive, with room, too.
fn no_race_chan_async() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(10));
    let sender = || {
        v.set(1);
        c.send(0);
    };
    pair(sender, || {
        c.recv();
        v.set(2);
    });
}

/// With room, a send does not wait for its receive.
fn race_chan_async_rev() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(10));
    let sender = || {
        c.send(0);
        v.set(2);
    };
    pair(sender, || {
        v.set(1);
        c.recv();
    });
}

/// To ask for the length of a channel is not to receive.
fn race_chan_send_len() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(10));
    let sender = || {
        v.set(1);
        c.send(1);
    };
    pair(sender, || {
        while c.len() == 0 {
            yield_now();
        }
        v.set(2);
    });
}

/// Nor is it to send.
fn race_chan_recv_len() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(10));
    c.send(1);
    let receiver = || {
        v.set(1);
        c.recv();
    };
    pair(receiver, || {
        while c.len() != 0 {
            yield_now();
        }
        v.set(2);
    });
}

/// That there is no room is no news of whose message takes it.
fn race_chan_send_send() {
    let first = RaceCell::named("v1", 0);
    let second = RaceCell::named("v2", 0);
    let (c, schedule) = (Chan::new(1), Schedule::steered());
    let sender = |turn: usize, own: &RaceCell<i32>, other: &RaceCell<i32>| {
        own.set(1);
        schedule.pass(turn);
        let sent = c.try_send(1);
        schedule.pass(turn + 1);
        if !sent {
            other.set(2);
        }
    };
    pair2(|| sender(0, &first, &second), || sender(2, &second, &first));
}

/// What is sent becomes the receiver's.
fn no_race_chan_ptr() {
    let c = Chan::new(0);
    let sender = || {
        let message = Box::new(RaceCell::named("m.x", 0));
        message.set(1);
        c.send(message);
    };
    pair(sender, || {
        let message = c.recv().expect("nobody closes it");
        message.set(2);
    });
}

/// A receive follows the send of its own message and no other.
fn race_chan_wrong_send() {
    let first = RaceCell::named("v1", 0);
    let second = RaceCell::named("v2", 0);
    let (c, schedule) = (Chan::new(2), Schedule::steered());
    thread::scope(|scope| {
        scope.spawn(|| {
            first.set(1);
            c.send(1);
            schedule.pass(0);
        });
        scope.spawn(|| {
            second.set(2);
            schedule.pass(1);
            c.send(2);
            schedule.pass(2);
        });
        schedule.pass(3);
        match c.recv() {
            Some(1) => second.set(3),
            Some(_) | None => first.set(3),
        }
    });
}

/// What one selected send reads, the other goroutine's selected receive writes.
fn race_select_read_write_async() {
    let x = RaceCell::named("x", 0);
    let (c1, c2, c3) = (Chan::new(10), Chan::new(10), Chan::new(0));
    c2.send(1);
    let reader = || {
        let message = x.get();
        let chosen = Select::new().send(&c1).send(&c3).wait();
        match chosen.case() {
            0 => chosen.send(&c1, message),
            _ => chosen.send(&c3, 1),
        }
    };
    pair(reader, || {
        let chosen = Select::new().recv(&c2).send(&c3).wait();
        match chosen.case() {
            0 => x.set(chosen.recv(&c2).expect("nobody closes it")),
            _ => chosen.send(&c3, 1),
        }
    });
}

/// The same where each of the two meets somebody else.
fn race_select_read_write_sync() {
    let x = RaceCell::named("x", 0);
    let (c1, c2, c3) = (Chan::new(0), Chan::new(0), Chan::new(0));
    let reader = || {
        let message = x.get();
        let chosen = Select::new().send(&c1).send(&c3).wait();
        match chosen.case() {
            0 => chosen.send(&c1, message),
            _ => chosen.send(&c3, 1),
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| c1.recv());
        scope.spawn(|| c2.send(1));
        pair(reader, || {
            let chosen = Select::new().recv(&c2).send(&c3).wait();
            match chosen.case() {
                0 => x.set(chosen.recv(&c2).expect("nobody closes it")),
                _ => chosen.send(&c3, 1),
            }
        });
    });
}

}
