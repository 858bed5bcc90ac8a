//! The operations: each as std's and as racegate's, and what it must come to.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here fails the bench, as it should"
)]

use std::hint::black_box;
use std::sync::atomic::Ordering;

/// An operation, done so many times by either function, which checks its own answer.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) real: fn(u64),
    pub(crate) recorded: fn(u64),
    /// How many events one of it is.
    pub(crate) events: u64,
}

/// An operation that is the same code over std and over racegate, which is `world` in it.
macro_rules! in_both {
    ($name:literal, $events:literal, |$times:ident| $body:block) => {
        Operation {
            name: $name,
            real: |$times| {
                use std as world;
                $body
            },
            recorded: |$times| {
                use racegate as world;
                $body
            },
            events: $events,
        }
    };
}

/// What a read costs that nobody records.
fn read_plainly(times: u64) {
    let cell = std::cell::Cell::new(1_u64);
    for _ in 0..times {
        assert_eq!(black_box(&cell).get(), 1);
    }
}

/// The same of a write.
fn write_plainly(times: u64) {
    let cell = std::cell::Cell::new(0);
    for time in 1..=times {
        black_box(&cell).set(time);
    }
    assert_eq!(cell.get(), times);
}

/// What one thread does alone.
pub(crate) const ALONE: &[Operation] = &[
    Operation {
        name: "racecell-get",
        real: read_plainly,
        recorded: |times| {
            let cell = racegate::cell::RaceCell::new(1_u64);
            for _ in 0..times {
                assert_eq!(black_box(&cell).get(), 1);
            }
        },
        events: 1,
    },
    Operation {
        name: "racecell-set",
        real: write_plainly,
        recorded: |times| {
            let cell = racegate::cell::RaceCell::new(0);
            for time in 1..=times {
                black_box(&cell).set(time);
            }
            assert_eq!(cell.into_inner(), times);
        },
        events: 1,
    },
    Operation {
        name: "unsafecell-with",
        real: read_plainly,
        recorded: |times| {
            let cell = racegate::cell::UnsafeCell::new(1_u64);
            for _ in 0..times {
                // SAFETY: this thread is alone with the cell.
                assert_eq!(black_box(&cell).with(|value| unsafe { *value }), 1);
            }
        },
        events: 1,
    },
    Operation {
        name: "unsafecell-with-mut",
        real: write_plainly,
        recorded: |times| {
            let cell = racegate::cell::UnsafeCell::new(0);
            for time in 1..=times {
                // SAFETY: this thread is alone with the cell.
                black_box(&cell).with_mut(|value| unsafe { *value = time });
            }
            assert_eq!(cell.into_inner(), times);
        },
        events: 1,
    },
    in_both!("mutex", 2, |times| {
        let mutex = world::sync::Mutex::new(0);
        for _ in 0..times {
            *black_box(&mutex).lock().unwrap() += 1;
        }
        assert_eq!(*mutex.lock().unwrap(), times);
    }),
    in_both!("rwlock-read", 2, |times| {
        let lock = world::sync::RwLock::new(1);
        for _ in 0..times {
            assert_eq!(*black_box(&lock).read().unwrap(), 1);
        }
    }),
    in_both!("atomic-add", 1, |times| {
        let atomic = world::sync::atomic::AtomicU64::new(0);
        for _ in 0..times {
            black_box(&atomic).fetch_add(1, Ordering::Relaxed);
        }
        assert_eq!(atomic.into_inner(), times);
    }),
];

/// What several threads do.
pub(crate) const TOGETHER: &[Operation] = &[
    in_both!("channel-round-trip", 4, |times| {
        let (ask, asked) = world::sync::mpsc::channel();
        let (answer, answered) = world::sync::mpsc::channel();
        let echo = world::thread::spawn(move || {
            for question in asked {
                answer.send(question).unwrap();
            }
        });
        for time in 0..times {
            ask.send(time).unwrap();
            assert_eq!(answered.recv(), Ok(time));
        }
        drop(ask);
        echo.join().unwrap();
    }),
    in_both!("spawn-join", 4, |times| {
        for time in 0..times {
            assert_eq!(world::thread::spawn(move || time).join().unwrap(), time);
        }
    }),
];
