//! Cases of `chan_test.go`: channels that are closed under somebody.

use fixtures::Schedule;
use racegate::cell::RaceCell;

use super::language::chan::Chan;
use super::language::pair::{pair, pair2};
use super::language::panic::panics;
use super::language::select::Select;
use crate::suite::cases;

cases! { GO;

/// A send that fails learns nothing of the close.
fn race_chan_sync_close_send() {
    let (v, c) = (RaceCell::named("v", 0), Chan::named("c", 0));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        assert!(panics(|| c.send(0)));
        v.set(2);
    });
}

/// Nor does the one that fails after some that did not.
fn race_chan_async_close_send() {
    let (v, c) = (RaceCell::named("v", 0), Chan::named("c", 10));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        while !panics(|| c.send(0)) {}
        v.set(2);
    });
}

/// A close that fails learns nothing of the other one.
fn race_chan_close_close() {
    let first = RaceCell::named("v1", 0);
    let second = RaceCell::named("v2", 0);
    let (c, schedule) = (Chan::<i32>::named("c", 0), Schedule::steered());
    let closer = |turn: usize, own: &RaceCell<i32>, other: &RaceCell<i32>| {
        own.set(1);
        schedule.pass(turn);
        let failed = panics(|| c.close());
        schedule.pass(turn + 1);
        if failed {
            other.set(2);
        }
    };
    pair2(|| closer(0, &first, &second), || closer(2, &second, &first));
}

/// A send that nothing orders before the close could have failed.
fn race_chan_send_close() {
    let (c, schedule) = (Chan::named("c", 1), Schedule::steered());
    let sender = || {
        assert!(!panics(|| c.send(1)));
        schedule.pass(0);
    };
    pair2(sender, || {
        schedule.pass(1);
        c.close();
    });
}

/// A selected send is no different.
fn race_chan_send_select_close() {
    let (c, c1) = (Chan::named("c", 1), Chan::<i32>::new(0));
    let schedule = Schedule::steered();
    let sender = || {
        schedule.pass(1);
        let chosen = Select::new().send(&c).recv(&c1).wait();
        assert_eq!(chosen.case(), 0);
        assert!(panics(|| chosen.send(&c, 1)));
    };
    pair2(sender, || {
        c.close();
        schedule.pass(0);
    });
}

}
