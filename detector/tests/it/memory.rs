//! Memory that is accessed in more than one way: atomically and plainly, in overlapping
//! ranges, again after it was freed, and objects that are memory themselves.

use racegate_eventlog::text::{TextForm, parse};

use crate::history::agreed;

/// How many events race.
#[track_caller]
fn racy_events(text: &str) -> usize {
    let fork = "M|fork(A)\nM|fork(B)\n";
    let trace = parse(format!("{fork}{text}").as_bytes(), TextForm::Rgt);
    let trace = trace.unwrap_or_else(|error| panic!("{error}"));
    agreed(&trace).distinct_events()
}

#[test]
fn atomic_accesses_do_not_race_with_one_another() {
    let plain_first = "M|wuse(a)\n";
    for second in ["ld(a,relaxed)", "st(a,relaxed)", "rmw(a,relaxed)"] {
        for first in ["ld(a,relaxed)", "st(a,relaxed)", "rmw(a,relaxed)"] {
            // A plain access, ordered after both, makes memory of the atomic.
            let joined = "M|join(A)\nM|join(B)\nM|wuse(a)\n";
            let text = format!("A|{first}\nB|{second}\n{joined}");
            assert_eq!(racy_events(&text), 0, "{text}");
        }
    }
    // The write by main comes after both forks, so it is unordered with either.
    let text = format!("{plain_first}A|ld(a,relaxed)\nB|ld(a,relaxed)\n");
    assert_eq!(racy_events(&text), 2);
}

#[test]
fn a_plain_access_races_with_atomic_ones_unless_both_read() {
    for (plain, atomic, racy) in [
        ("ruse(a)", "ld(a,seqcst)", 0),
        ("ruse(a)", "st(a,seqcst)", 1),
        ("ruse(a)", "rmw(a,seqcst)", 1),
        ("wuse(a)", "ld(a,seqcst)", 1),
        ("wuse(a)", "st(a,seqcst)", 1),
        ("wuse(a)", "rmw(a,seqcst)", 1),
    ] {
        let first = format!("A|{plain}\nB|{atomic}\n");
        assert_eq!(racy_events(&first), racy, "{first}");
        let second = format!("A|{atomic}\nB|{plain}\n");
        assert_eq!(racy_events(&second), racy, "{second}");
    }
}

#[test]
fn an_acquiring_operation_is_ordered_after_what_it_acquires() {
    let made = "A|wuse(a)\nA|st(a,release)\n";
    assert_eq!(racy_events(&format!("{made}B|ld(a,acquire)\n")), 0);
    assert_eq!(racy_events(&format!("{made}B|rmw(a,acquire)\n")), 0);
    assert_eq!(racy_events(&format!("{made}B|ld(a,relaxed)\n")), 1);
    assert_eq!(racy_events(&format!("{made}B|st(a,release)\n")), 1);
}

#[test]
fn a_releasing_operation_is_ordered_before_who_acquires_it() {
    let taken = "B|ld(a,acquire)\nB|wuse(a)\n";
    assert_eq!(racy_events(&format!("A|st(a,release)\n{taken}")), 0);
    assert_eq!(racy_events(&format!("A|rmw(a,release)\n{taken}")), 0);
    assert_eq!(racy_events(&format!("A|st(a,relaxed)\n{taken}")), 1);
    assert_eq!(racy_events(&format!("A|ld(a,acquire)\n{taken}")), 1);
}

#[test]
fn bytes_race_where_they_overlap() {
    for (first, second, racy) in [
        ("wmem(0,4)", "wmem(4,4)", 0),
        ("wmem(0,5)", "wmem(4,4)", 1),
        ("wmem(0,16)", "rmem(7,1)", 1),
        ("rmem(0,16)", "rmem(7,1)", 0),
        ("rmem(8,8)", "wmem(0,9)", 1),
        ("rmem(8,8)", "wmem(0,8)", 0),
    ] {
        let text = format!("A|{first}\nB|{second}\n");
        assert_eq!(racy_events(&text), racy, "{text}");
    }
}

#[test]
fn memory_that_was_forgotten_is_new() {
    assert_eq!(racy_events("A|wmem(0,8)\nA|forget(0,8)\nB|wmem(0,8)\n"), 0);
    assert_eq!(racy_events("A|wmem(0,8)\nA|forget(0,4)\nB|wmem(0,8)\n"), 1);
    assert_eq!(racy_events("A|wmem(0,8)\nA|forget(0,4)\nB|wmem(0,4)\n"), 0);
    let again = "A|wmem(0,8)\nA|forget(0,8)\nB|wmem(0,8)\nA|rmem(0,1)\n";
    assert_eq!(racy_events(again), 1);
    assert_eq!(racy_events("A|w(x)\nA|forget(x)\nB|w(x)\n"), 0);
}

#[test]
fn an_object_that_is_put_to_use_while_another_waits_for_it_is_misused() {
    // Both wait, one adds: adding races with each wait, waiting with none.
    assert_eq!(racy_events("A|req(wg)\nB|req(wg)\nM|ruse(wg)\n"), 1);
    assert_eq!(racy_events("A|ruse(wg)\nB|ruse(wg)\n"), 0);
    assert_eq!(racy_events("A|req(wg)\nB|req(wg)\n"), 0);
    // Two sends and a close.
    assert_eq!(racy_events("A|ruse(c)\nB|ruse(c)\nM|wuse(c)\n"), 1);
    assert_eq!(racy_events("A|wuse(c)\nB|wuse(c)\n"), 1);
}
