//! Each slot of a channel has a history of its own, whoever uses it.

use std::collections::BTreeMap;

use racegate::cell::RaceCell;
use racegate::channel::{Sender, bounded};
use racegate::thread;
use racegate_eventlog::{EventKind, ObjectClass, ThreadId};

use super::edges::open;
use crate::objects;

#[test]
fn a_slot_is_used_by_a_send_and_a_receive_in_turn() {
    const CAPACITY: usize = 3;
    const SENDERS: usize = 4;
    const MESSAGES: usize = 60;
    let report = racegate::check(|| {
        let (sender, receiver) = bounded(CAPACITY);
        thread::scope(|scope| {
            for _ in 0..SENDERS {
                let sender = sender.clone();
                scope.spawn(move || (0..MESSAGES).try_for_each(|_| sender.send(())));
            }
            drop(sender);
            // The root of the session receives.
            assert_eq!(receiver.iter().count(), SENDERS * MESSAGES);
        });
    });
    let events = objects::events(&report, ObjectClass::ChannelSlot);
    assert_eq!(events.len(), 2 * SENDERS * MESSAGES);
    let mut last_was_send = BTreeMap::new();
    let mut receives = Vec::new();
    for (thread, kind) in events {
        let EventKind::Exchange(slot) = kind else {
            panic!("{kind:?} on a slot of a bounded channel");
        };
        let is_send = thread != ThreadId::ROOT;
        let before = last_was_send.insert(slot.index(), is_send);
        assert_eq!(before.unwrap_or(false), !is_send, "twice the same");
        if !is_send {
            receives.push(slot);
        }
    }
    assert_eq!(last_was_send.len(), CAPACITY);
    assert!(
        receives
            .iter()
            .zip(&receives[CAPACITY..])
            .all(|(a, b)| a == b)
    );
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
