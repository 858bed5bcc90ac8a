//! What a forked child does to its parent's log: nothing.

use racegate_eventlog::{EventKind, reader};

use super::super::opened::within;
use super::super::options::StackMode;
use super::*;
use crate::cell::RaceCell;
use crate::sync::Mutex;

/// Forks; the child runs `body` and is gone.
fn in_child(body: impl FnOnce()) {
    // SAFETY: the child runs what the recorder must not do anything in, and ends
    // without any destructor or handler of the process.
    let child = unsafe { libc::fork() };
    if child == 0 {
        body();
        // SAFETY: as above.
        unsafe { libc::_exit(7) };
    }
    assert!(child > 0, "the system can fork");
    let mut status = 0;
    // SAFETY: `status` is valid for the write.
    let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!((ended, libc::WEXITSTATUS(status)), (child, 7));
}

#[test]
fn a_forked_child_writes_nothing_into_its_parents_log() {
    for stacks in [StackMode::Site, StackMode::Full] {
        let parent = std::env::temp_dir().join(format!("racegate-fork-{}", std::process::id()));
        let yields = None;
        let log = Log::in_folder(LogOptions { stacks, yields }, &parent)
            .expect("the temporary folder is writable");
        let (log, cell, mutex) = (Arc::new(log), RaceCell::new(0), Mutex::new(0));
        let write = |value| {
            cell.set(value);
            *mutex.lock().expect("nobody panics") += 1;
        };
        within(&log, "main", || {
            (0..3).for_each(write);
            in_child(|| (3..100).for_each(write));
            (3..5).for_each(write);
        });
        let trace = reader::read(log.folder().expect("it has one")).expect("it can be read");
        let events = trace.events().iter();
        let writes = events.filter(|event| matches!(event.kind, EventKind::Write(_)));
        assert_eq!(writes.count(), 5);
        assert_eq!(trace.events().len(), 5 + 10 + 2, "with begin and end");
        std::fs::remove_dir_all(&parent).expect("it is ours");
    }
}
