//! Park and unpark.

use std::cell::RefCell;
use std::sync::{Arc, Barrier, OnceLock, mpsc};
use std::time::Duration;

use racegate::cell::RaceCell;
use racegate::thread::Thread;
use racegate::{check, thread};

use crate::story::{story, story_of};

/// How often the trace says so.
fn count(story: &[String], line: &str) -> usize {
    story.iter().filter(|told| *told == line).count()
}

#[test]
fn what_comes_before_an_unpark_precedes_the_park_that_takes_its_token() {
    let report = check(|| {
        let cell = Arc::new(RaceCell::new(0));
        let theirs = Arc::clone(&cell);
        let alice = thread::spawn(move || {
            thread::park();
            assert_eq!(theirs.get(), 1);
        });
        cell.set(1);
        alice.thread().unpark();
        alice.join().unwrap();
    });
    report.assert_clean();
}

#[test]
fn two_threads_that_take_turns_by_parking_alone_do_not_race() {
    const ROUNDS: usize = 100;
    let cell = RaceCell::new(0);
    // Not channels: std's would park, too, and take the real tokens.
    let (alice, bob) = (OnceLock::new(), OnceLock::new());
    let turns = |own: &OnceLock<Thread>, other: &OnceLock<Thread>| {
        own.set(thread::current()).expect("set once");
        for _ in 0..ROUNDS {
            thread::park();
            cell.update(|count| count + 1);
            other.wait().unpark();
        }
    };
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| turns(&alice, &bob));
            scope.spawn(|| turns(&bob, &alice));
            alice.wait().unpark();
        });
        assert_eq!(cell.get(), 2 * ROUNDS);
    });
    report.assert_clean();
    let story = story(&report);
    let acquires = story.iter().filter(|line| line.ends_with("acquire Park"));
    assert_eq!(acquires.count(), 2 * ROUNDS);
}

#[test]
fn a_token_is_taken_once() {
    let report = check(|| {
        thread::current().unpark();
        thread::park();
        thread::park_timeout(Duration::ZERO);
    });
    let told = ["begin", "release-merge Park", "acquire Park", "end"];
    assert_eq!(story_of(&report, "main"), told);
}

#[test]
fn a_park_that_timed_out_acquires_nothing() {
    let report = check(|| thread::park_timeout(Duration::ZERO));
    assert_eq!(story(&report), ["main begin", "main end"]);
}

#[test]
fn an_unpark_that_is_not_instrumented_gives_no_edge() {
    let report = check(|| {
        std::thread::current().unpark();
        thread::park();
    });
    assert_eq!(story(&report), ["main begin", "main end"]);
}

#[test]
fn one_park_takes_what_all_unparks_before_it_released() {
    let report = check(|| {
        let cells = [RaceCell::new(0), RaceCell::new(0)];
        let main = thread::current();
        // Not a channel: std's would park, too, and take the real token.
        let unparked = Barrier::new(3);
        thread::scope(|scope| {
            for cell in &cells {
                let (main, unparked) = (main.clone(), &unparked);
                scope.spawn(move || {
                    cell.set(1);
                    main.unpark();
                    unparked.wait();
                });
            }
            unparked.wait();
            thread::park();
            assert_eq!(cells[0].get() + cells[1].get(), 2);
        });
    });
    report.assert_clean();
    assert_eq!(count(&story(&report), "main acquire Park"), 1);
}

/// Parks when its thread is past its closure.
struct Parks(mpsc::Sender<()>);

impl Drop for Parks {
    fn drop(&mut self) {
        self.0.send(()).expect("somebody waits for it");
        thread::park();
    }
}

thread_local! {
    static PARKS: RefCell<Option<Parks>> = const { RefCell::new(None) };
}

#[test]
fn a_destructor_of_a_thread_local_can_park() {
    let report = check(|| {
        let (parks, is_parking) = mpsc::channel();
        let alice = thread::spawn(move || PARKS.set(Some(Parks(parks))));
        is_parking.recv().unwrap();
        alice.thread().unpark();
        alice.join().unwrap();
    });
    assert_eq!(count(&story(&report), "thread-1 acquire Park"), 1);
}
