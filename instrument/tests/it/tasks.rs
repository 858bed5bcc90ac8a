//! Logical threads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use racegate::cell::RaceCell;
use racegate::task::Task;
use racegate::{Verdict, check};

use crate::story::{story, story_of};

#[test]
fn two_tasks_of_one_os_thread_race() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        for name in ["ping", "pong"] {
            let task = Task::spawn(name);
            let _entered = task.enter();
            cell.set(1);
        }
    });
    assert_eq!(report.verdict(), Verdict::Racy);
    assert_eq!(story_of(&report, "ping"), ["begin", "write cell"]);
    assert_eq!(story_of(&report, "pong"), ["begin", "write cell"]);
}

#[test]
fn a_spawn_precedes_the_task_and_a_join_follows_it() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        cell.set(1);
        let task = Task::spawn("task");
        let entered = task.enter();
        cell.set(2);
        drop(entered);
        task.finish();
        task.join();
        cell.set(3);
    });
    report.assert_clean();
    let told = [
        "main begin",
        "main write cell",
        "main fork task",
        "task begin",
        "task write cell",
        "task end",
        "main join task",
        "main write cell",
        "main end",
    ];
    assert_eq!(story(&report), told);
}

#[test]
fn a_task_that_finished_and_was_not_joined_has_no_edge_at_its_end() {
    let cell = RaceCell::new(0);
    let report = check(|| {
        let task = Task::spawn("task");
        let entered = task.enter();
        cell.set(1);
        drop(entered);
        task.finish();
        cell.set(2);
    });
    assert_eq!(report.verdict(), Verdict::Racy);
}

#[test]
fn a_task_goes_on_where_it_was_on_any_os_thread() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        let task = Task::spawn("task");
        for value in 0..4 {
            // Not instrumented: an executor's own threads, which have no log.
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let _entered = task.enter();
                    cell.set(value);
                });
            });
        }
        let entered = task.enter();
        cell.get();
        drop(entered);
        task.finish();
        task.join();
        cell.get();
    });
    report.assert_clean();
    let told = [
        "begin",
        "write cell",
        "write cell",
        "write cell",
        "write cell",
        "read cell",
        "end",
    ];
    assert_eq!(story_of(&report, "task"), told);
}

#[test]
fn a_task_may_be_entered_inside_another_and_inside_itself() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        let (outer, inner) = (Task::spawn("outer"), Task::spawn("inner"));
        let entered_outer = outer.enter();
        cell.get();
        let entered_inner = inner.enter();
        cell.get();
        let again = inner.enter();
        cell.get();
        drop(again);
        cell.get();
        drop(entered_inner);
        cell.get();
        drop(entered_outer);
        cell.get();
    });
    assert_eq!(
        story_of(&report, "outer"),
        ["begin", "read cell", "read cell"]
    );
    let told = ["begin", "read cell", "read cell", "read cell"];
    assert_eq!(story_of(&report, "inner"), told);
}

#[test]
fn dropping_an_outer_guard_first_leaves_the_inner_task_too() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        let (outer, inner) = (Task::spawn("outer"), Task::spawn("inner"));
        let entered_outer = outer.enter();
        let entered_inner = inner.enter();
        drop(entered_outer);
        cell.get();
        drop(entered_inner);
        cell.get();
        outer.finish();
        inner.finish();
    });
    assert_eq!(story_of(&report, "outer"), ["begin", "end"]);
    assert_eq!(story_of(&report, "inner"), ["begin", "end"]);
    let told = [
        "begin",
        "fork outer",
        "fork inner",
        "read cell",
        "read cell",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
}

#[test]
fn a_task_of_one_session_can_run_on_a_thread_of_another() {
    let cell = RaceCell::named("cell", 0);
    let mut within = Vec::new();
    let report = check(|| {
        let task = Task::spawn("task");
        let other = check(|| {
            let entered = task.enter();
            cell.get();
            drop(entered);
            cell.get();
        });
        within = story(&other);
        cell.get();
    });
    assert_eq!(within, ["main begin", "main read cell", "main end"]);
    assert_eq!(story_of(&report, "task"), ["begin", "read cell"]);
    let told = ["begin", "fork task", "read cell", "end"];
    assert_eq!(story_of(&report, "main"), told);
}

#[test]
fn a_task_that_never_ran_begins_and_ends() {
    let report = check(|| {
        let task = Task::spawn("task");
        task.finish();
        task.join();
    });
    assert_eq!(story_of(&report, "task"), ["begin", "end"]);
}

#[test]
fn a_task_is_left_when_it_panics() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        let task = Task::spawn("task");
        let panics = || {
            let _entered = task.enter();
            std::panic::panic_any("on purpose");
        };
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        cell.get();
    });
    assert_eq!(story_of(&report, "task"), ["begin"]);
}

#[test]
fn what_no_task_can_do_panics() {
    let panics = |f: &dyn Fn()| catch_unwind(AssertUnwindSafe(f)).is_err();
    let task = Task::spawn("task");
    assert!(panics(&|| task.join()), "joined before it finished");
    let entered = task.enter();
    assert!(panics(&|| task.finish()), "finished while it is entered");
    let elsewhere = std::thread::scope(|scope| {
        let enter = || panics(&|| drop(task.enter()));
        scope.spawn(enter).join().expect("it returns")
    });
    assert!(elsewhere, "entered on two threads");
    drop(entered);
    task.finish();
    assert!(panics(&|| task.finish()), "finished twice");
    assert!(panics(&|| drop(task.enter())), "entered after it finished");
    task.join();
}
