//! The environment is read once, and whoever is told of a log finds it.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::{Gate, UNKNOWN};

struct Shared {
    gate: Gate,
    /// What is set up for the first answer.
    log: AtomicUsize,
}

impl Shared {
    fn ask(&self, logs: usize) {
        let open = self.gate.is_open(|| {
            // ORDERING: relaxed, both; that the gate hands it on is to be shown.
            let before = self.log.load(Ordering::Relaxed);
            self.log.store(before + 1, Ordering::Relaxed);
            logs
        });
        assert_eq!(open, logs > 0);
        if open {
            assert_eq!(self.log.load(Ordering::Relaxed), 1);
        }
    }
}

#[test]
fn the_environment_is_read_once_and_what_it_asks_for_is_found() {
    for logs in [0, 1] {
        loom::model(move || {
            let shared = Arc::new(Shared {
                gate: Gate::unsettled(),
                log: AtomicUsize::new(0),
            });
            assert_eq!(shared.gate.0.load(Ordering::Relaxed), UNKNOWN);
            let other = Arc::clone(&shared);
            let other = thread::spawn(move || {
                other.ask(logs);
                other.ask(logs);
            });
            shared.ask(logs);
            other.join().expect("its assertions hold");
            assert_eq!(shared.log.load(Ordering::Relaxed), 1);
        });
    }
}
