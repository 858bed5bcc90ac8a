//! The cases `signal`: a handler that runs in the middle of something. Here it is
//! called there, as a signal that comes just then would have it.

use std::sync::atomic::{AtomicBool, Ordering};

use racegate::annotate::{Named, Tag, happens_after, happens_before};
use racegate::cell::RaceCell;
use racegate::thread;

use crate::suite::cases;

/// A handler, from when it is installed on.
struct Signal {
    /// Who installs it is before every run of it.
    installed: Tag,
    /// No edge is seen of this.
    pending: AtomicBool,
}

impl Signal {
    fn new() -> Self {
        Self {
            installed: Tag::new().named("sigaction"),
            pending: AtomicBool::new(false),
        }
    }

    fn install(&self) {
        happens_before(&self.installed);
        self.pending.store(true, Ordering::Release);
    }

    /// Interrupts this thread as soon as there is a handler.
    fn interrupt(&self, handler: impl FnOnce()) {
        while !self.pending.load(Ordering::Acquire) {
            thread::yield_now();
        }
        happens_after(&self.installed);
        handler();
    }
}

cases! { TSAN;

/// The handler allocates.
fn signal_malloc() {
    let signal = Signal::new();
    let heap = RaceCell::named("heap", Vec::new());
    signal.install();
    signal.interrupt(|| heap.with_mut(|heap| heap.push(Box::new(1))));
}

/// The handler leaves another error number than it found.
fn signal_errno() {
    let signal = Signal::new();
    let errno = RaceCell::named("errno", 0);
    signal.install();
    errno.set(42);
    signal.interrupt(|| errno.set(0));
    assert_eq!(errno.get(), 0, "it is spoilt");
}

/// The handler runs in a thread that was there before it was installed.
fn signal_sync() {
    let (signal, x) = (Signal::new(), RaceCell::named("x", 0));
    thread::scope(|scope| {
        scope.spawn(|| signal.interrupt(|| assert_eq!(x.get(), 1)));
        x.set(1);
        signal.install();
    });
}

}
