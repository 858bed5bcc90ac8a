//! What a text may not say, and what STD cannot.

use racegate_eventlog::text::{TextForm, parse, write};

/// What is wrong with a text.
fn wrong(text: &str, form: TextForm) -> String {
    parse(text.as_bytes(), form)
        .expect_err("no trace")
        .to_string()
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
    let told = |text: &str| {
        let trace = parse(text.as_bytes(), TextForm::Rgt).unwrap();
        let error = write(&trace, TextForm::Std).unwrap_err();
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
