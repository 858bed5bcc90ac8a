//! Text traces: what they say, what they may not say, and that they say it again.

use proptest::prelude::*;
use racegate_eventlog::reader::{LogImage, read_image};
use racegate_eventlog::text::{TextForm, parse, write};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{EventKind, ObjectClass, ThreadOrigin, Trace};

use crate::program::Run;

fn rgt(text: &str) -> Trace {
    parse(text.as_bytes(), TextForm::Rgt).expect("a possible history")
}

/// What is wrong with a text.
fn wrong(text: &str, form: TextForm) -> String {
    parse(text.as_bytes(), form)
        .expect_err("no trace")
        .to_string()
}

/// Every verb of the form, with stacks, declarations and escapes.
const EVERY_VERB: &str = "\
main|begin|src/main.rs:3:5
|cell(table,8,Vec<u8>)|src/main.rs:4:5
main|w(table)|src/main.rs:5:1|main::fill;main
main|r(table[2])|src/main.rs:6:1|main
main|w(table[2..5])|src/main.rs:7:1|main
|thread(task%20one,task)
main|fork(task%20one)|src/main.rs:8:1
main|fork(other)|src/main.rs:9:1
main|acq(m)
main|rel(m)
|object(lock,rwlock)
main|acq(lock)
main|rel(lock)
main|racq(lock)
main|rrel(lock)
main|rreq(lock)
main|req(m)
main|ld(flag,relaxed)
main|ld(flag,acquire)
main|ld(flag,seqcst)
main|st(flag,relaxed)
main|st(flag,release)
main|st(flag,seqcst)
main|rmw(flag,relaxed)
main|rmw(flag,acquire)
main|rmw(flag,release)
main|rmw(flag,acqrel)
main|rmw(flag,seqcst)
main|fence(acquire)
main|fence(release)
main|fence(acqrel)
main|fence(seqcst)
main|signal(tag)
main|wait(tag)
main|post(tag)
|object(slot,slot)
main|xchg(slot)
|object(round,barrier)
main|signal(round)
main|tbegin(block)
main|mark(a%7cb%20%28c%29)
main|tend(block)
task%20one|begin
task%20one|r(x)|any text, with (parentheses)
task%20one|end
main|join(task%20one)|src/main.rs:20:1
other|begin
other|w(x)||first frame;second%3b frame
main|end
";

#[test]
fn every_verb_comes_back_line_by_line() {
    let trace = rgt(EVERY_VERB);
    assert_eq!(write(&trace, TextForm::Rgt).unwrap(), EVERY_VERB);
}

#[test]
fn every_verb_survives_the_way_through_a_log() {
    let trace = rgt(EVERY_VERB);
    let image = LogImage {
        sealed: write_log(&trace),
        windows: Vec::new(),
    };
    let read = read_image(&image).unwrap();
    assert!(read.integrity().is_complete());
    let kinds = |trace: &Trace, thread| -> Vec<EventKind> {
        let events = trace.events().iter();
        let events = events.filter(|event| event.thread.number() == thread);
        events.map(|event| event.kind).collect()
    };
    for thread in 0..3 {
        assert_eq!(kinds(&read, thread), kinds(&trace, thread));
    }
    assert_eq!(read.tables().objects, trace.tables().objects);
    assert_eq!(read.tables().cells, trace.tables().cells);
    assert_eq!(read.tables().threads, trace.tables().threads);
    assert_eq!(read.tables().names, trace.tables().names);
}

#[test]
fn a_thread_begins_with_its_first_line_and_ends_before_its_join() {
    let trace = rgt("A|fork(B)\nB|w(x)\nA|join(B)\n");
    let told = "A|begin\nA|fork(B)\nB|begin\nB|w(x)\nB|end\nA|join(B)\n";
    assert_eq!(write(&trace, TextForm::Rgt).unwrap(), told);
    assert_eq!(trace.tables().threads[0].origin, ThreadOrigin::Root);
    assert_eq!(trace.tables().threads[1].origin, ThreadOrigin::Spawned);
}

#[test]
fn a_lock_taken_again_counts() {
    let trace = parse(
        b"A|acq(m)|1\nA|acq(m)|2\nA|rel(m)|3\nA|w(m)|4\nA|rel(m)|5\n",
        TextForm::Std,
    )
    .unwrap();
    let told = "A|begin(A)|0\nA|acq(m)|1\nA|w(m)|4\nA|rel(m)|5\n";
    assert_eq!(write(&trace, TextForm::Std).unwrap(), told);
}

#[test]
fn a_channel_is_its_slots() {
    let trace = rgt(
        "A|chan(c,2)\nA|send(c)\nA|send(c)\nB|recv(c)\nA|send(c)\nA|close(c)\n\
                     B|recv(c)\nB|recv(c)\nB|recvclosed(c)\n",
    );
    let told = write(&trace, TextForm::Rgt).unwrap();
    let verbs: Vec<&str> = told
        .lines()
        .filter_map(|line| line.split_once('|'))
        .filter(|(thread, _)| !thread.is_empty())
        .map(|(_, verb)| verb)
        .collect();
    assert_eq!(
        verbs,
        [
            "begin",
            "xchg(c.0)",
            "xchg(c.1)",
            "begin",
            "xchg(c.0)",
            "xchg(c.0)",
            "post(c.close)",
            "xchg(c.1)",
            "xchg(c.0)",
            "wait(c.close)"
        ]
    );
    assert_eq!(trace.tables().objects[0].class, ObjectClass::ChannelClose);
}

#[test]
fn a_rendezvous_has_an_edge_each_way() {
    let trace = rgt("A|chan(c,0)\nA|send(c)\nB|recv(c)\nA|w(x)\n");
    let told = "A|begin\n|object(c.0.sent,slot)\nA|post(c.0.sent)\nB|begin\nB|wait(c.0.sent)\n\
                |object(c.0.received,slot)\nB|post(c.0.received)\nA|wait(c.0.received)\nA|w(x)\n";
    assert_eq!(write(&trace, TextForm::Rgt).unwrap(), told);
}

#[test]
fn an_unbounded_channel_never_makes_a_send_wait() {
    let trace = rgt("A|chan(c,unbounded)\nA|send(c)\nB|recv(c)\nA|send(c)\n");
    let slots = trace.tables().objects.iter();
    let slots = slots.filter(|info| info.class == ObjectClass::ChannelSlot);
    assert_eq!(slots.count(), 2);
}

#[test]
fn a_site_is_a_line_where_it_looks_like_one() {
    let trace = rgt("A|w(x)|src/a.rs:3:9\nA|w(x)|a:b\nA|w(x)|C:\\a.rs:7\n");
    let sites: Vec<_> = trace.events()[1..]
        .iter()
        .map(|event| trace.tables().stacks.site(event.stack).unwrap().clone())
        .map(|site| (site.file, site.line, site.column))
        .collect();
    assert_eq!(
        sites,
        [
            ("src/a.rs".to_owned(), 3, 9),
            ("a:b".to_owned(), 0, 0),
            ("C:\\a.rs".to_owned(), 7, 0)
        ]
    );
}

#[test]
fn a_line_that_is_no_event_says_what_was_expected() {
    let std = |text| wrong(text, TextForm::Std);
    let rgt = |text| wrong(text, TextForm::Rgt);
    let cases = [
        (std("A|w(x)"), "line 1: expected `thread|verb(name)|site`"),
        (
            std("A|ld(x,acquire)|1"),
            "line 1: expected one of r, w, acq, rel, fork, join, begin, end, found `ld`",
        ),
        (
            rgt("A"),
            "line 1: expected `thread|verb(operands)|site|frames`",
        ),
        (
            rgt("\n|w(x)"),
            "line 2: expected a thread before the first `|`",
        ),
        (rgt("A|w(x"), "line 1: expected `)` at the end of `w(x`"),
        (rgt("A|w"), "line 1: expected `w(name)`"),
        (rgt("A|ld(x)"), "line 1: expected `ld(name,ordering)`"),
        (
            rgt("A|ld(x,release)"),
            "line 1: expected an ordering out of relaxed, acquire, seqcst, found `release`",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
    let error = parse(b"A|w(x)\nA|w(\xff)\n", TextForm::Rgt).unwrap_err();
    assert_eq!(error.to_string(), "line 2: expected UTF-8");
}

#[test]
fn a_misused_channel_cell_or_object_says_what_was_expected() {
    let rgt = |text| wrong(text, TextForm::Rgt);
    let cases = [
        (
            rgt("A|send(c)"),
            "line 1: expected `chan(c,capacity)` before its use",
        ),
        (
            rgt("A|chan(c,many)"),
            "line 1: expected a capacity up to 1048576 or `unbounded`, found `many`",
        ),
        (
            rgt("A|chan(c,1)\nA|chan(c,2)"),
            "line 2: expected one declaration of channel `c`",
        ),
        (
            rgt("A|chan(c,1)\nA|recv(c)"),
            "line 2: expected a send on `c` before this receive",
        ),
        (
            rgt("A|chan(c,1)\nA|send(c)\nA|send(c)"),
            "line 3: expected room in `c` for this send",
        ),
        (
            rgt("A|chan(c,1)\nA|close(c)\nA|send(c)"),
            "line 3: expected no send after the close of `c`",
        ),
        (
            rgt("A|chan(c,1)\nA|close(c)\nA|close(c)"),
            "line 3: expected one close of `c`",
        ),
        (
            rgt("A|chan(c,1)\nA|recvclosed(c)"),
            "line 2: expected the close of `c` before this",
        ),
        (
            rgt("A|chan(c,0)\nA|send(c)\nA|w(x)"),
            "line 3: expected the receive of what thread `A` sends before its next event",
        ),
        (
            rgt("A|cell(x,0)"),
            "line 1: expected 1 to 16777216 parts, found `0`",
        ),
        (
            rgt("A|w(x)\n|cell(x,2)"),
            "line 2: expected one declaration of `x`, before its use",
        ),
        (
            rgt("|cell(x,2)\nA|w(x[2])"),
            "line 2: expected a part or parts of `x`, 0..2, found `2`",
        ),
        (
            rgt("|object(m,lock)"),
            "line 1: expected a class, rwlock or one of mutex, writers, readers, atomic, slot, \
             closed, barrier, once, waitgroup, park, arc, scope, tag, found `lock`",
        ),
        (
            rgt("|thread(A,thread)"),
            "line 1: expected root, spawned, task, destructors or foreign, found `thread`",
        ),
        (
            rgt("|object(m,mutex)\nA|racq(m)"),
            "line 2: expected `m` to be an rwlock",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn an_impossible_history_names_its_line_and_thread() {
    let rgt = |text| wrong(text, TextForm::Rgt);
    let cases = [
        (
            rgt("# a comment\nA|rel(m)\n"),
            "line 2: thread `A`: expected to hold `m`, no one holds it",
        ),
        (
            rgt("A|acq(m)\nB|acq(m)\n"),
            "line 2: thread `B`: expected `m` to be free, thread 0 holds it",
        ),
        (
            rgt("A|acq(m)\nB|rel(m)\n"),
            "line 2: thread `B`: expected to hold `m`, thread 0 holds it",
        ),
        (
            rgt("A|racq(l)\nB|acq(l)\n"),
            "line 2: thread `B`: expected the readers of `l` to have left",
        ),
        (
            rgt("A|rrel(l)\n"),
            "line 1: thread `A`: expected to hold `l` as a reader",
        ),
        (
            rgt("A|w(x)\nB|fork(A)\n"),
            "line 1: thread `A`: expected its fork first",
        ),
        (
            rgt("A|fork(A)\n"),
            "line 1: thread `A`: expected its fork first",
        ),
        (
            rgt("A|fork(B)\nA|fork(B)\n"),
            "line 2: thread `A`: expected one fork of thread 1",
        ),
        (
            rgt("A|join(A)\n"),
            "line 1: thread `A`: expected another thread to join, not itself",
        ),
        (
            rgt("B|w(x)\nA|join(B)\nB|end\n"),
            "line 2: thread `A`: expected the end of thread 0 first",
        ),
        (
            rgt("B|w(x)\nA|join(B)\nB|w(x)\n"),
            "line 3: thread `B`: expected nothing after its end",
        ),
        (
            rgt("A|w(x)\nA|begin\n"),
            "line 1: thread `A`: expected its begin first",
        ),
        (
            rgt("A|begin\nA|begin\n"),
            "line 2: thread `A`: expected one begin, this is the second",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn std_says_which_event_it_does_not_hold_and_why() {
    let told = |text| {
        let error = write(&rgt(text), TextForm::Std).unwrap_err();
        error.to_string()
    };
    let cases = [
        ("A|ld(x,relaxed)", "event 1: STD has no atomics"),
        ("A|w(x)\nA|fence(acquire)", "event 2: STD has no fences"),
        (
            "A|wait(tag)",
            "event 1: STD has no synchronisation but mutexes, this is `tag` (tag)",
        ),
        ("A|signal(tag)", "event 1: STD has no release-merge"),
        ("A|xchg(tag)", "event 1: STD has no exchange"),
        ("A|req(m)", "event 1: STD has no lock requests"),
        ("A|tbegin", "event 1: STD has no atomic blocks"),
        ("A|mark(here)", "event 1: STD has no marks"),
        (
            "|cell(x,3)\nA|w(x)",
            "event 1: STD has no access of 3 parts",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(told(text), expected);
    }
}

#[test]
fn equal_names_are_told_apart() {
    let trace = rgt("A|w(x)\nA|w(x%207)\nA|w(cell1)\n");
    let mut text = write(&trace, TextForm::Rgt).unwrap();
    assert!(text.contains("x%207"));
    text.push_str("A|w(new)\n");
    assert_eq!(rgt(&text).tables().cells.len(), 4);
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(choices in prop::collection::vec(any::<(u8, u8, u8)>(), 0..80)) {
        let trace = read_image(&Run::of(&choices).image()).unwrap();
        let text = write(&trace, TextForm::Rgt).unwrap();
        let again = rgt(&text);
        prop_assert_eq!(again.events().len(), trace.events().len());
        prop_assert_eq!(write(&again, TextForm::Rgt).unwrap(), text);
    }

    #[test]
    fn any_bytes_are_a_trace_or_an_error(bytes in any::<Vec<u8>>()) {
        for form in [TextForm::Rgt, TextForm::Std] {
            if let Err(error) = parse(&bytes, form) {
                prop_assert!(error.line > 0);
            }
        }
    }

    #[test]
    fn any_lines_are_a_trace_or_an_error(lines in prop::collection::vec(line(), 0..30)) {
        if let Ok(trace) = parse(lines.join("\n").as_bytes(), TextForm::Rgt) {
            let text = write(&trace, TextForm::Rgt).unwrap();
            prop_assert_eq!(write(&rgt(&text), TextForm::Rgt).unwrap(), text);
        }
    }
}

/// A line that may be part of a history.
fn line() -> impl Strategy<Value = String> {
    let verbs = [
        "r(x)",
        "w(x)",
        "w(a[1])",
        "acq(m)",
        "rel(m)",
        "racq(l)",
        "rrel(l)",
        "acq(l)",
        "rel(l)",
        "ld(f,acquire)",
        "st(f,release)",
        "rmw(f,acqrel)",
        "fence(seqcst)",
        "wait(t)",
        "signal(t)",
        "xchg(t)",
        "post(t)",
        "fork(B)",
        "fork(C)",
        "join(B)",
        "begin",
        "end",
        "mark(n)",
        "tbegin",
        "cell(a,3)",
        "chan(c,1)",
        "send(c)",
        "recv(c)",
        "close(c)",
        "recvclosed(c)",
        "req(m)",
    ];
    let verbs = prop::sample::select(verbs.to_vec());
    (prop::sample::select(vec!["A", "B", "C"]), verbs)
        .prop_map(|(who, verb)| format!("{who}|{verb}"))
}
