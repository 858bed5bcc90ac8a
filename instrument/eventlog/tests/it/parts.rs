//! Accesses of several parts: each part's version guides them, and each is one event.

use racegate_eventlog::reader::LogImage;
use racegate_eventlog::record::{Definition, ObjectKey, Run, ThreadVerb};
use racegate_eventlog::text::{TextForm, parse, write};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{StackId, Trace};

use crate::opinions::read_image;
use crate::recorded::{Stream, image};

fn table() -> Definition {
    Definition::Cell {
        key: ObjectKey::new(1),
        parts: 4,
        created_at: StackId::EMPTY,
        name: "table".to_owned(),
        type_name: String::new(),
    }
}

/// Parts from the `first` on, counted from zero.
fn run(first: u64, parts: u32, version: Option<u64>, more: bool) -> Run {
    Run {
        first: ObjectKey::new(first + 1),
        parts,
        version,
        more,
    }
}

fn told(streams: &mut [Stream]) -> (Trace, Vec<String>) {
    let chunks: Vec<_> = streams.iter_mut().map(Stream::seal).collect();
    let trace = read_image(&image(chunks, [])).expect("a log");
    let text = write(&trace, TextForm::Rgt).expect("the form holds every event");
    let events = text.lines().filter(|line| line.contains("table"));
    let events = events
        .filter(|line| line.starts_with('T'))
        .map(str::to_owned);
    (trace, events.collect())
}

#[test]
fn an_access_waits_for_the_first_of_its_parts_that_is_not_there_yet() {
    for reader_first in [true, false] {
        let (reads, writes) = if reader_first { (0, 1) } else { (1, 0) };
        let (mut reader, mut writer) = (Stream::new(reads), Stream::new(writes));
        reader.define(&table()).switch(reads, 0);
        reader.run(false, run(0, 2, Some(0), true));
        reader.run(false, run(2, 2, Some(1), false));
        writer.define(&table()).switch(writes, 0);
        writer.run(true, run(3, 1, Some(1), false));
        writer.run(true, run(2, 1, Some(1), false));
        writer.run(true, run(0, 1, Some(1), false));
        let (trace, events) = told(&mut [reader, writer]);
        assert_eq!(
            events,
            [
                format!("T{writes}|w(table[3])"),
                format!("T{writes}|w(table[2])"),
                format!("T{reads}|r(table)"),
                format!("T{writes}|w(table[0])"),
            ]
        );
        assert_eq!(trace.integrity().dropped_accesses, 0);
    }
}

#[test]
fn a_write_of_a_range_waits_for_the_reads_of_each_part() {
    for writer_first in [true, false] {
        let (writes, reads) = if writer_first { (0, 1) } else { (1, 0) };
        let (mut writer, mut reader) = (Stream::new(writes), Stream::new(reads));
        writer.define(&table()).switch(writes, 0);
        writer.run(true, run(0, 4, Some(1), false));
        writer.run(true, run(1, 3, None, false));
        reader.define(&table()).switch(reads, 0);
        reader.run(false, run(3, 1, Some(0), false));
        reader.run(false, run(0, 2, Some(1), false));
        reader.run(false, run(2, 2, Some(2), false));
        let (_, events) = told(&mut [writer, reader]);
        assert_eq!(
            events,
            [
                format!("T{reads}|r(table[3])"),
                format!("T{writes}|w(table)"),
                format!("T{reads}|r(table[0..2])"),
                format!("T{writes}|w(table[1..4])"),
                format!("T{reads}|r(table[2..4])"),
            ]
        );
    }
}

#[test]
fn an_access_that_is_not_told_to_its_end_is_counted_and_no_event() {
    let mut stream = Stream::new(0);
    stream.define(&table()).switch(0, 0);
    stream.run(true, run(0, 1, Some(1), true));
    stream.run(true, run(3, 1, Some(1), false));
    stream.run(true, run(0, 2, Some(2), true));
    stream.run(false, run(2, 2, Some(0), false));
    stream.run(true, run(0, 2, Some(2), true));
    stream.thread(ThreadVerb::End, 0);
    let (trace, events) = told(&mut [stream]);
    assert_eq!(events, ["T0|w(table[3])", "T0|r(table[2..4])"]);
    assert_eq!(trace.integrity().dropped_accesses, 3);
}

#[test]
fn an_access_beyond_a_cell_that_nobody_defined_is_told_by_its_key() {
    for reader_first in [true, false] {
        let (reads, writes) = if reader_first { (0, 1) } else { (1, 0) };
        let (mut reader, mut writer) = (Stream::new(0), Stream::new(1));
        reader.switch(reads, 0);
        reader.run(false, run(7, 1, Some(0), false));
        writer.switch(writes, 0);
        writer.run(true, run(2, 4, None, false));
        let chunks: Vec<_> = [reader, writer].iter_mut().map(Stream::seal).collect();
        let error = read_image(&image(chunks, [])).expect_err("it leaves its cell");
        let told = "expected parts of the cell of key 3 among its 1, found 0..4";
        assert!(error.to_string().ends_with(told), "{error}");
    }
}

#[test]
fn a_trace_comes_back_through_a_log_however_its_parts_differ() {
    let text = "\
A|cell(table,4)
A|fork(B)
A|w(table[0])
B|begin
B|r(table[0..2])
B|w(table[1..4])
A|w(table)
B|r(table[0..4])
B|w(table[2])
A|forget(table[1..4])
B|r(table[1..3])
B|w(table[0..3])
A|r(table[0..4])
";
    let trace = parse(text.as_bytes(), TextForm::Rgt).unwrap();
    let sealed = write_log(&trace);
    let windows = Vec::new();
    let read = read_image(&LogImage { sealed, windows }).unwrap();
    let told = |trace: &Trace| write(trace, TextForm::Rgt).unwrap();
    assert_eq!(told(&read), told(&trace));
}
