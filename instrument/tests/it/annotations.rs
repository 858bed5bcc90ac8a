//! Words for the recorder.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use racegate::annotate::{self, Named, Tag, happens_after, happens_before};
use racegate::cell::RaceCell;
use racegate::{Report, Verdict, check, thread};

use crate::story::story_of;

/// A cell handed over by means that racegate does not know.
fn hand_over(tag: Option<&Tag>) -> Report {
    let cake = RaceCell::new("raw");
    check(|| {
        let (flag, raised) = mpsc::channel();
        thread::scope(|scope| {
            let cake = &cake;
            scope.spawn(move || {
                cake.set("baked");
                tag.inspect(|tag| happens_before(tag));
                flag.send(()).expect("somebody waits for it");
            });
            scope.spawn(move || {
                raised.recv().expect("it is raised");
                tag.inspect(|tag| happens_after(tag));
                assert_eq!(cake.get(), "baked");
            });
        });
    })
}

#[test]
fn a_tag_orders_what_nothing_else_does() {
    hand_over(Some(&Tag::new())).assert_clean();
    assert_eq!(hand_over(None).verdict(), Verdict::Racy);
}

#[test]
fn what_is_ignored_is_not_recorded_but_said_and_its_synchronisation_is_recorded() {
    let tag = Tag::new().named("tag");
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        annotate::ignore("a count", || {
            cell.set(1);
            happens_before(&tag);
        });
        cell.set(2);
    });
    let told = [
        "begin",
        "mark ignored: a count",
        "release-merge tag",
        "write cell",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
}

#[test]
fn blocks_and_marks_are_recorded_and_a_block_ends_when_it_panics() {
    let report = check(|| {
        annotate::mark("warm");
        let panics = || annotate::atomic_block("withdraw", || std::panic::panic_any("on purpose"));
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    });
    let told = [
        "begin",
        "mark warm",
        "block-begin withdraw",
        "block-end withdraw",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
}
