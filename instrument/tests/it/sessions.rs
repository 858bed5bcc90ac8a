//! Sessions keep apart, and a test under the attribute fails on a race.

#[cfg(not(miri))]
use std::process::Command;
use std::sync::mpsc;

use racegate::cell::RaceCell;
use racegate::sync::Mutex;
use racegate::{Verdict, check, thread};

/// Both tellers deposit, ordered by nothing.
fn race_on(balance: &RaceCell<i64>) {
    thread::scope(|scope| {
        scope.spawn(|| balance.set(200));
        scope.spawn(|| balance.set(100));
    });
}

#[test]
fn a_race_is_found_with_both_sites() {
    let balance = RaceCell::named("balance", 0);
    let report = check(|| race_on(&balance));
    assert_eq!(report.verdict(), Verdict::Racy);
    let finding = &report.findings()[0];
    assert_eq!(finding.cell.name, "balance");
    assert!(finding.first.site.file.ends_with("sessions.rs"));
    assert_ne!(finding.first.site.line, finding.second.site.line);
}

// Under Miri a program is in no file that has symbols.
#[cfg(not(miri))]
#[test]
fn both_stacks_hold_the_calls_that_led_there() {
    let balance = RaceCell::named("balance", 0);
    let report = check(|| race_on(&balance));
    let finding = &report.findings()[0];
    for access in [&finding.first, &finding.second] {
        let functions: Vec<_> = access
            .stack
            .iter()
            .filter_map(|frame| frame.function.as_deref())
            .collect();
        assert!(
            functions
                .iter()
                .any(|function| function.contains("race_on")),
            "{functions:?}"
        );
    }
}

#[test]
fn what_happens_outside_is_in_no_session() {
    let balance = RaceCell::new(0);
    balance.set(1);
    let report = check(|| balance.set(2));
    balance.set(3);
    assert_eq!(report.detail().logs[0].cells, 1);
    let writes = report.trace().events().iter();
    let writes =
        writes.filter(|event| matches!(event.kind, racegate_eventlog::EventKind::Write(_)));
    assert_eq!(writes.count(), 1);
}

#[test]
fn a_session_without_accesses_is_no_success() {
    let report = check(|| thread::spawn(|| {}).join().expect("it returns"));
    assert_eq!(report.verdict(), Verdict::NothingRecorded);
}

#[test]
fn sessions_side_by_side_do_not_mix() {
    static SHARED: Mutex<i64> = Mutex::new(0);
    let one_session = |racy: bool| {
        let balance = RaceCell::new(0);
        let report = check(|| {
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..if cfg!(miri) { 2 } else { 50 } {
                            let guard = (!racy).then(|| SHARED.lock().expect("nobody panics"));
                            balance.set(balance.get() + 1);
                            drop(guard);
                        }
                    });
                }
            });
        });
        (report.verdict(), racy)
    };
    let verdicts: Vec<_> = std::thread::scope(|scope| {
        let sessions = (0..8).map(|n| scope.spawn(move || one_session(n % 2 == 0)));
        let sessions: Vec<_> = sessions.collect();
        sessions
            .into_iter()
            .map(|session| session.join().expect("no session panics"))
            .collect()
    });
    for (verdict, racy) in verdicts {
        assert_eq!(verdict, if racy { Verdict::Racy } else { Verdict::Clean });
    }
}

#[test]
fn a_thread_that_outlives_its_session_is_recorded_up_to_its_end() {
    let (release, held) = mpsc::channel::<()>();
    let (done, finished) = mpsc::channel();
    let report = check(|| {
        let balance = RaceCell::new(0);
        balance.set(1);
        thread::spawn(move || {
            balance.set(2);
            done.send(()).expect("the test is listening");
            // Blocks until the session is over.
            let _ = held.recv();
            balance.set(3);
        });
        finished.recv().expect("the thread gets there");
    });
    assert_eq!(report.verdict(), Verdict::Clean);
    drop(release);
}

#[test]
fn a_panic_in_a_session_leaves_it_closed() {
    let balance = RaceCell::new(0);
    let outcome = std::panic::catch_unwind(|| check(|| panic!("on purpose")));
    assert!(outcome.is_err());
    balance.set(1);
    assert_eq!(check(|| balance.set(2)).verdict(), Verdict::Clean);
}

/// The variable that makes the tests below race.
const RACE: &str = "RACEGATE_TEST_RACES";

fn race_if_asked() {
    let balance = RaceCell::named("balance", 0);
    balance.set(1);
    if std::env::var_os(RACE).is_some() {
        race_on(&balance);
    }
}

#[racegate::test]
fn judged() {
    race_if_asked();
}

#[racegate::test]
fn judged_with_a_result() -> Result<(), String> {
    race_if_asked();
    Ok(())
}

#[racegate::test]
#[should_panic(expected = "as it should")]
fn judged_and_panicking() {
    race_if_asked();
    panic!("as it should");
}

/// Runs one of the tests above in a process of its own.
#[cfg(not(miri))]
fn run(test: &str, races: bool) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().expect("the test has a file"));
    command
        .args(["--exact", &format!("sessions::{test}"), "--nocapture"])
        .env_remove(RACE);
    if races {
        command.env(RACE, "1");
    }
    let output = command.output().expect("the test starts");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

// Miri starts no processes.
#[cfg(not(miri))]
#[test]
fn a_judged_test_passes_without_a_race_and_fails_with_one() {
    for test in ["judged", "judged_with_a_result", "judged_and_panicking"] {
        let (passed, text) = run(test, false);
        assert!(passed && text.contains("1 passed"), "{test}: {text}");
        let (passed, text) = run(test, true);
        assert!(!passed && text.contains("1 failed"), "{test}: {text}");
        let title = format!("data race on `balance` in test `{test}`");
        assert!(text.contains(&title), "{test}: {text}");
    }
}

#[test]
fn an_expected_race_that_does_not_come_fails() {
    let outcome = std::panic::catch_unwind(|| {
        racegate::expect_race!(|| RaceCell::new(0).set(1));
    });
    assert!(outcome.is_err());
    let other = RaceCell::named("other", 0);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        racegate::expect_race!("balance", || race_on(&other));
    }));
    assert!(outcome.is_err());
    racegate::expect_race!("other", || race_on(&other));
}
