//! Spawning and joining.

use std::cell::RefCell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, mpsc};

use racegate::cell::RaceCell;
use racegate::thread::{Builder, JoinHandle};
use racegate::{Verdict, check, thread};

use crate::story::{story, story_of};

/// Spawns a thread of this name.
#[track_caller]
fn spawn<T: Send + 'static>(name: &str, f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let builder = Builder::new().name(name.to_owned());
    builder.spawn(f).expect("the system has threads")
}

#[test]
fn a_fork_precedes_the_child_and_a_join_follows_it() {
    let report = check(|| {
        let cell = Arc::new(RaceCell::named("cell", 0));
        let theirs = Arc::clone(&cell);
        let alice = spawn("alice", move || theirs.set(1));
        alice.join().unwrap();
        assert_eq!(cell.get(), 1);
    });
    report.assert_clean();
    let told = [
        "main begin",
        "main fork alice",
        "alice begin",
        "alice write cell",
        "alice end",
        "main join alice",
        "main read cell",
        "main end",
    ];
    assert_eq!(story(&report), told);
}

#[test]
fn a_thread_that_is_not_joined_has_no_edge_at_its_end() {
    let report = check(|| {
        let cell = Arc::new(RaceCell::new(0));
        let (done, is_done) = mpsc::channel();
        let theirs = Arc::clone(&cell);
        drop(thread::spawn(move || {
            theirs.set(1);
            done.send(()).unwrap();
        }));
        is_done.recv().unwrap();
        cell.get();
    });
    assert_eq!(report.verdict(), Verdict::Racy);
}

#[test]
fn that_a_thread_is_finished_makes_no_edge() {
    let report = check(|| {
        let cell = Arc::new(RaceCell::new(0));
        let theirs = Arc::clone(&cell);
        let alice = thread::spawn(move || theirs.set(1));
        while !alice.is_finished() {
            thread::yield_now();
        }
        cell.get();
        alice.join().unwrap();
    });
    assert_eq!(report.verdict(), Verdict::Racy);
}

/// Writes to a cell when its thread is past its closure.
struct Farewell(Arc<RaceCell<i32>>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.set(2);
    }
}

thread_local! {
    static FAREWELL: RefCell<Option<Farewell>> = const { RefCell::new(None) };
}

#[test]
fn a_join_follows_the_destructors_of_thread_locals() {
    let report = check(|| {
        let cell = Arc::new(RaceCell::named("cell", 0));
        let theirs = Arc::clone(&cell);
        let alice = spawn("alice", move || {
            FAREWELL.set(Some(Farewell(theirs)));
        });
        alice.join().unwrap();
        assert_eq!(cell.get(), 2);
    });
    report.assert_clean();
    assert_eq!(story_of(&report, "alice"), ["begin", "write cell", "end"]);
}

#[test]
fn a_thread_that_panicked_is_joined_all_the_same() {
    let report = check(|| {
        let cell = Arc::new(RaceCell::new(0));
        let theirs = Arc::clone(&cell);
        let alice = thread::spawn(move || {
            theirs.set(1);
            std::panic::panic_any("on purpose");
        });
        let payload = alice.join().unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"on purpose"));
        cell.get();
    });
    report.assert_clean();
}

// Under Miri every spawn succeeds.
#[cfg(not(miri))]
#[test]
fn a_spawn_that_fails_leaves_a_thread_that_never_began() {
    let report = check(|| {
        let absurd = Builder::new().name("alice".to_owned()).stack_size(1 << 62);
        assert!(absurd.spawn(|| ()).is_err());
        RaceCell::named("cell", 0).set(1);
    });
    report.assert_clean();
    let told = [
        "main begin",
        "main fork alice",
        "main write cell",
        "main end",
    ];
    assert_eq!(story(&report), told);
}

#[test]
fn an_unchecked_spawn_is_recorded() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        let builder = Builder::new().name("alice".to_owned());
        // SAFETY: the thread is joined before the cell's end.
        let alice = unsafe { builder.spawn_unchecked(|| cell.set(1)) }.unwrap();
        alice.join().unwrap();
        cell.get();
    });
    report.assert_clean();
    assert_eq!(story_of(&report, "alice"), ["begin", "write cell", "end"]);
}

#[test]
fn handles_name_the_same_thread_inside_and_outside() {
    let alice = spawn("alice", thread::current);
    let outside = alice.thread().clone();
    let inside = alice.join().unwrap();
    assert_eq!(inside.id(), outside.id());
    assert_eq!(
        (inside.name(), outside.name()),
        (Some("alice"), Some("alice"))
    );
}

#[test]
fn the_twins_may_go_wherever_stds_types_may() {
    fn everywhere<T: Send + Sync + Unpin>() {}
    fn unwinds<T: UnwindSafe + RefUnwindSafe>() {}
    everywhere::<JoinHandle<*const u8>>();
    everywhere::<thread::ScopedJoinHandle<'_, RefCell<u8>>>();
    everywhere::<thread::Scope<'_, '_>>();
    everywhere::<thread::Thread>();
    unwinds::<thread::Thread>();
    everywhere::<Builder>();
    unwinds::<Builder>();
}

#[test]
fn the_result_of_a_thread_may_be_dropped_by_whoever_drops_its_handle() {
    let report = check(|| {
        let cell = Arc::new(RaceCell::new(0));
        let theirs = Arc::clone(&cell);
        let alice = thread::spawn(move || {
            theirs.set(1);
            Farewell(theirs)
        });
        while !alice.is_finished() {
            thread::yield_now();
        }
        drop(alice);
        assert_eq!(cell.get(), 2);
    });
    report.assert_clean();
}
