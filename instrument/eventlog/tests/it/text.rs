//! Text traces: what they say, what they may not say, and that they say it again.

use proptest::prelude::*;
use racegate_eventlog::reader::LogImage;
use racegate_eventlog::text::{TextForm, parse, write};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{ObjectClass, ThreadOrigin, Trace};

use crate::opinions::read_image;
use crate::program::Run;

fn rgt(text: &str) -> Trace {
    parse(text.as_bytes(), TextForm::Rgt).expect("a possible history")
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
main|ruse(flag)
main|wuse(flag)
|memory(0x7000,64,arena)
main|wmem(0x7000,8)
main|rmem(0x7004,8)
main|forget(0x7000,16)
main|forget(table[2..5])
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
    // By name: a log numbers what is no cell when it is met.
    let verbs = |trace: &Trace, thread: &str| -> Vec<String> {
        let text = write(trace, TextForm::Rgt).expect("the form holds every event");
        let fields = text.lines().map(|line| line.split('|'));
        let of_thread = fields.filter_map(|mut fields| {
            let own = fields.next() == Some(thread);
            fields.next().filter(|_| own).map(str::to_owned)
        });
        of_thread.collect()
    };
    for thread in ["main", "task%20one", "other"] {
        assert_eq!(verbs(&read, thread), verbs(&trace, thread));
    }
    assert_eq!(read.tables().objects, trace.tables().objects);
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
