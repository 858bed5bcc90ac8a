//! The cases `once`: what the first user initialises.

use std::sync::Barrier;

use racegate::cell::RaceCell;
use racegate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use racegate::sync::{LazyLock, Once, OnceLock};
use racegate::thread;

use crate::suite::cases;

struct Foo {
    x: RaceCell<i32>,
}

impl Foo {
    fn made_of(x: i32) -> Self {
        let made = Self {
            x: RaceCell::named("x", 0),
        };
        made.x.set(x);
        made
    }
}

cases! { TSAN;

/// Two threads use what either of them makes.
fn static_init1() {
    let lazy: LazyLock<Foo> = LazyLock::new(|| Foo::made_of(42));
    let together = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                together.wait();
                assert_eq!(lazy.x.get(), 42);
            });
        }
    });
}

/// The same, made of what the first of them knows.
fn static_init2() {
    let once = OnceLock::new();
    let together = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                together.wait();
                let x = 42;
                assert_eq!(once.get_or_init(|| Foo::made_of(x)).x.get(), 42);
            });
        }
    });
}

/// A relaxed flag publishes nothing of what was initialised before.
fn static_init3() {
    let (once, published) = (Once::new(), AtomicBool::new(false));
    let x = RaceCell::named("x", 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            once.call_once(|| x.set(42));
            published.store(true, Relaxed);
        });
        scope.spawn(|| {
            while !published.load(Relaxed) {
                thread::yield_now();
            }
            x.get()
        });
    });
}

}
