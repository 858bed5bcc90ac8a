//! What is told of a race: who, holding what, why nothing orders it, what would.

use racegate_detector::finding::Finding;
use racegate_eventlog::{EventKind, Extent, LoadOrdering, ObjectClass, RmwOrdering, StoreOrdering};

use crate::history::{History, MAIN};
use crate::pairs::scanned;

fn only_finding(history: &History) -> Finding {
    let mut report = scanned(&[history]);
    assert_eq!(report.findings.len(), 1);
    report.findings.remove(0)
}

/// A deposit under a lock, an audit without, both joined.
fn ledger() -> History {
    let mut history = History::new();
    let balance = history.cell("balance");
    let log = history.mutex("log");
    let depositor = history.fork(MAIN);
    history.acquire(depositor, log);
    let auditor = history.fork(MAIN);
    history.write(depositor, balance);
    history.release(depositor, log);
    history.read(auditor, balance);
    history.end(depositor);
    history.end(auditor);
    history.join(MAIN, depositor);
    history.join(MAIN, auditor);
    history
}

fn lines(finding: &Finding) -> Vec<&str> {
    finding.unordered.text.lines().collect()
}

#[test]
fn the_reason_names_the_edge_the_release_and_what_the_second_thread_did_not_do() {
    let finding = only_finding(&ledger());
    assert_eq!(
        lines(&finding),
        [
            "last sync edge T1 -> T2: none; at (2), T2 has seen nothing of T1",
            "nearest release after (1): unlock of `log`, src/main.rs:8 (event #7)",
            "T2 does not lock `log` before (2), so that release orders nothing here",
        ]
    );
    assert_eq!(finding.unordered.last_edge, None);
    let release = "unlock of `log`, src/main.rs:8 (event #7)";
    assert_eq!(finding.unordered.nearest_release.as_deref(), Some(release));
    let spawned_by = finding.second.thread.spawned_by.as_deref();
    assert_eq!(spawned_by, Some("T0 `main`"));
}

#[test]
fn the_drawing_shows_spawns_locks_accesses_and_joins() {
    assert_eq!(
        only_finding(&ledger()).unordered.drawing,
        [
            r"T0 main     --*spawn T1-*spawn T2-----------*join T1-*join T2-",
            r"T1 worker-1    \-acq log--(1) WRITE-rel log/",
            r"T2 worker-2              \-----------(2) READ-------/",
        ]
    );
}

#[test]
fn the_lock_that_one_side_holds_is_proposed_to_the_other() {
    let finding = only_finding(&ledger());
    let [held] = &finding.first.locks[..] else {
        panic!("one lock is held: {:?}", finding.first.locks);
    };
    assert_eq!((held.name.as_str(), held.mode), ("log", "write"));
    assert_eq!(held.acquired_at.line, 4);
    assert!(finding.second.locks.is_empty());
    assert_eq!(
        finding.help,
        ["take `log`, which (1) holds, around (2) too"]
    );
}

#[test]
fn a_lock_is_proposed_although_it_was_taken_at_the_moment_of_the_access() {
    let (mut history, x, one, two) = History::with_two_threads();
    let lock = history.mutex("lock");
    history.acquire(one, lock);
    history.write(one, x);
    history.write(two, x);
    history.release(one, lock);
    let finding = only_finding(&history);
    assert_eq!(
        finding.help,
        ["take `lock`, which (1) holds, around (2) too"]
    );
}

#[test]
fn no_fix_is_proposed_where_none_is_certain() {
    let (mut history, x, one, two) = History::with_two_threads();
    history.write(one, x);
    history.write(two, x);
    let finding = only_finding(&history);
    assert!(finding.help.is_empty());
    let last = "T1 releases nothing after (1)";
    assert_eq!(lines(&finding).last(), Some(&last));
}

#[test]
fn an_edge_that_came_too_early_is_named_by_both_its_ends() {
    let (mut history, x, one, two) = History::with_two_threads();
    let lock = history.mutex("lock");
    for thread in [one, two] {
        history.acquire(thread, lock);
        history.release(thread, lock);
    }
    history.write(one, x);
    history.acquire(one, lock);
    history.release(one, lock);
    history.write(two, x);
    let finding = only_finding(&history);
    assert_eq!(
        lines(&finding),
        [
            "last sync edge T1 -> T2: unlock of `lock`, src/main.rs:7 (event #6) -> \
             lock of `lock`, src/main.rs:8 (event #7); (1) came after it",
            "nearest release after (1): unlock of `lock`, src/main.rs:12 (event #11)",
            "the last lock of `lock` by T2 before (2) is event #7, before that release",
        ]
    );
}

#[test]
fn a_thread_that_ended_unjoined_is_told_and_its_join_proposed() {
    let mut history = History::new();
    let x = history.cell("x");
    let child = history.fork(MAIN);
    history.write(child, x);
    history.end(child);
    history.read(MAIN, x);
    history.join(MAIN, child);
    let finding = only_finding(&history);
    assert_eq!(
        lines(&finding)[1..],
        [
            "nearest release after (1): end of T1, event #4",
            "T0 joined T1 only after (2) (event #6)",
        ]
    );
    assert_eq!(finding.help, ["join T1 `worker-1` before (2)"]);
}

#[test]
fn an_access_of_the_parent_before_the_childs_may_wait_for_the_join_too() {
    let mut history = History::new();
    let x = history.cell("x");
    let child = history.fork(MAIN);
    history.write(MAIN, x);
    history.write(child, x);
    history.end(child);
    history.join(MAIN, child);
    let finding = only_finding(&history);
    assert_eq!(finding.help, ["join T1 `worker-1` before (1)"]);
    assert_eq!(
        lines(&finding)[0],
        "last sync edge T0 -> T1: spawn of T1, src/main.rs:2 (event #1); (1) came after it"
    );
}

#[test]
fn a_relaxed_flag_is_a_near_miss_with_the_orderings_that_would_do() {
    let (mut history, x, one, two) = History::with_two_threads();
    let ready = history.atomic("ready");
    history.write(one, x);
    history.store(one, ready, StoreOrdering::Relaxed);
    history.load(two, ready, LoadOrdering::Relaxed);
    history.read(two, x);
    let finding = only_finding(&history);
    assert_eq!(
        finding.help,
        [
            "Release on the store at src/main.rs:7 and Acquire on the load at src/main.rs:8 would order them"
        ]
    );
    assert_eq!(
        lines(&finding).last(),
        Some(
            &"near miss: Relaxed load of `ready`, src/main.rs:8 (event #7) follows \
              Relaxed store to `ready`, src/main.rs:7 (event #6), but makes no edge"
        )
    );
}

#[test]
fn only_the_ordering_that_is_too_weak_is_blamed() {
    let (mut history, x, one, two) = History::with_two_threads();
    let ready = history.atomic("ready");
    history.write(one, x);
    history.rmw(one, ready, RmwOrdering::Acquire);
    history.load(two, ready, LoadOrdering::Acquire);
    history.read(two, x);
    let help = only_finding(&history).help;
    assert_eq!(
        help,
        ["Release on the store at src/main.rs:7 would order them"]
    );
}

#[test]
fn a_flag_that_another_store_overwrote_is_no_near_miss() {
    let (mut history, x, one, two) = History::with_two_threads();
    let three = history.fork(MAIN);
    let ready = history.atomic("ready");
    history.write(one, x);
    history.store(one, ready, StoreOrdering::Relaxed);
    history.store(three, ready, StoreOrdering::Relaxed);
    history.load(two, ready, LoadOrdering::Relaxed);
    history.read(two, x);
    assert!(only_finding(&history).help.is_empty());
}

#[test]
fn a_write_under_a_read_lock_is_told_to_lock_for_writing() {
    let (mut history, x, one, two) = History::with_two_threads();
    let table = history.rwlock("table");
    for thread in [one, two] {
        history.read_lock(thread, table);
        history.write(thread, x);
        history.read_unlock(thread, table);
    }
    let finding = only_finding(&history);
    assert_eq!(finding.first.locks[0].mode, "read");
    assert_eq!(
        lines(&finding).last(),
        Some(
            &"the lock of `table` by T2, event #8, is for reading: a read-unlock orders \
              only writers"
        )
    );
    assert_eq!(
        finding.help,
        ["take `table` for writing around (1) and (2), which writes under a read lock"]
    );
}

#[test]
fn a_write_lock_is_held_for_writing() {
    let (mut history, x, one, two) = History::with_two_threads();
    let table = history.rwlock("table");
    history.write_lock(one, table);
    history.write(one, x);
    history.write_unlock(one, table);
    history.write(two, x);
    let finding = only_finding(&history);
    assert_eq!(finding.first.locks.len(), 1);
    assert_eq!(finding.first.locks[0].mode, "write");
    assert_eq!(
        finding.help,
        ["take `table`, which (1) holds, around (2) too"]
    );
}

#[test]
fn a_foreign_thread_is_told_to_be_one() {
    let mut history = History::new();
    let x = history.cell("x");
    history.write(MAIN, x);
    let foreign = history.foreign();
    history.read(foreign, x);
    assert_eq!(
        only_finding(&history).notes,
        ["T1 `foreign` was not spawned through racegate: no edge from its parent was seen"]
    );
}

#[test]
fn a_barrier_and_a_channel_have_words_of_their_own() {
    for (class, told) in [
        (ObjectClass::Barrier, "arrival at `gate`"),
        (ObjectClass::WaitGroup, "done on `gate`"),
        (ObjectClass::ChannelClose, "close of `gate`"),
    ] {
        let (mut history, x, one, two) = History::with_two_threads();
        let gate = history.object(class, "gate");
        history.write(one, x);
        history.merge(one, gate);
        history.write(two, x);
        let finding = only_finding(&history);
        let release = finding.unordered.nearest_release.expect("there is one");
        assert!(release.starts_with(told), "{release}");
    }
}

#[test]
fn the_end_of_a_scope_is_drawn_as_the_join_of_its_threads() {
    let (mut history, x, one, two) = History::with_two_threads();
    let scope = history.object(ObjectClass::Scope, "scope");
    for thread in [one, two] {
        history.write(thread, x);
        history.merge(thread, scope);
        history.end(thread);
    }
    history.acquire(MAIN, scope);
    assert_eq!(
        only_finding(&history).unordered.drawing,
        [
            r"T0 main     --*spawn T1-*spawn T2---------------------*join T1-*join T2-",
            r"T1 worker-1    \------------------(1) WRITE----------/",
            r"T2 worker-2              \------------------(2) WRITE---------/",
        ]
    );
}

#[test]
fn two_places_that_raced_in_both_orders_are_told_so() {
    let (mut history, x, one, two) = History::with_two_threads();
    for thread in [one, two] {
        history.push_at(thread, EventKind::Read(Extent::one(x)), 100);
        history.push_at(thread, EventKind::Write(Extent::one(x)), 101);
    }
    let report = scanned(&[&history]);
    let finding = report.findings.iter().find(|it| it.pairs == 2);
    let told = "also the other way round: READ by T1 `worker-1` at src/main.rs:100, \
                then WRITE by T2 `worker-2` at src/main.rs:101";
    assert_eq!(
        finding.map(|it| it.notes.as_slice()),
        Some(&[told.to_owned()][..])
    );
}
