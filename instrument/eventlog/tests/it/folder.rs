//! Logs on disk: found, read, refused, sealed.

use std::fs;
use std::path::Path;

use racegate_eventlog::StackId;
use racegate_eventlog::header::{LogHeader, VERSION, Version};
use racegate_eventlog::reader::find_logs;
use racegate_eventlog::record::{Definition, ObjectKey, Record, SyncVerb};
use racegate_eventlog::seal::{Sealed, seal};

use crate::opinions::read;
use crate::recorded::{Stream, header, image};

/// A log's folder: sealed chunks in the file, windows beside it.
fn write_log(folder: &Path, chunks: Vec<Vec<u8>>, windows: &[&Stream]) {
    fs::create_dir_all(folder).expect("a temporary folder");
    let log = image(chunks, []).sealed;
    fs::write(folder.join("log.rgl"), log).expect("it can be written");
    for stream in windows {
        write_window(folder, stream);
    }
}

fn write_window(folder: &Path, stream: &Stream) {
    let bytes: Vec<u8> = stream
        .window()
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    let name = format!("window-{}.rgw", stream.header.stream);
    fs::write(folder.join(name), bytes).expect("it can be written");
}

/// What is wrong with what lies at a path, without the path.
fn wrong(path: &Path) -> String {
    let told = read(path).expect_err("no log").to_string();
    told.strip_prefix(&format!("{}: ", path.display()))
        .expect("an error names its path")
        .to_owned()
}

fn stream() -> Stream {
    let mut stream = Stream::new(0);
    stream
        .switch(0, 0)
        .access(true, 1, Some(1))
        .sync(SyncVerb::Release, 2, 1);
    stream
}

#[test]
fn a_folder_is_read_with_its_windows() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream();
    let first = stream.seal();
    stream.access(true, 1, None);
    write_log(folder.path(), vec![first], &[&stream]);
    for path in [folder.path().to_owned(), folder.path().join("log.rgl")] {
        let trace = read(&path).unwrap();
        assert_eq!(trace.events().len(), 3);
        assert!(trace.integrity().is_complete());
    }
}

#[test]
fn a_stale_window_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream();
    write_window(folder.path(), &stream);
    let first = stream.seal();
    write_log(folder.path(), vec![first], &[]);
    let trace = read(folder.path()).unwrap();
    assert_eq!(trace.events().len(), 2);
    assert!(trace.integrity().is_complete());
}

#[test]
fn a_window_that_was_read_before_it_was_sealed_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream();
    write_window(folder.path(), &stream);
    stream.access(true, 1, None);
    let first = stream.seal();
    write_log(folder.path(), vec![first], &[]);
    let trace = read(folder.path()).unwrap();
    assert_eq!(trace.events().len(), 3);
    assert!(trace.integrity().is_complete());
}

#[test]
fn a_torn_chunk_that_its_window_holds_is_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream();
    write_log(folder.path(), vec![], &[&stream]);
    let log = folder.path().join("log.rgl");
    let whole = stream.seal();
    for length in 1..whole.len() {
        let torn = image([whole[..length].to_vec()], []).sealed;
        fs::write(&log, torn).unwrap();
        let trace = read(folder.path()).unwrap();
        assert_eq!(trace.events().len(), 2);
        assert!(trace.integrity().is_complete(), "{length} bytes");
    }
    let sealed = seal(folder.path()).unwrap();
    assert_eq!((sealed.chunks, sealed.removed), (1, 1));
    assert!(read(&log).unwrap().integrity().is_complete());
}

#[test]
fn a_window_of_another_log_is_neither_used_nor_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = stream();
    other.header.log += 1;
    write_log(folder.path(), vec![], &[&other]);
    for _ in 0..2 {
        let trace = read(folder.path()).unwrap();
        assert!(trace.events().is_empty());
        let damage = &trace.integrity().damage[0];
        assert_eq!(damage.what, "expected a window of this log");
        assert_eq!(seal(folder.path()).unwrap().left, 1);
    }
}

#[test]
fn logs_are_found_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["p-3-c", "p-1-a", "p-2-b", "other", "p-empty"];
    for name in &names[..4] {
        write_log(&folder.path().join(name), vec![], &[]);
    }
    fs::create_dir(folder.path().join(names[4])).unwrap();
    let found = find_logs(folder.path()).unwrap();
    let expected = ["p-1-a", "p-2-b", "p-3-c"].map(|name| folder.path().join(name));
    assert_eq!(found, expected);
    assert_eq!(find_logs(&expected[0]).unwrap(), [expected[0].clone()]);
    assert_eq!(wrong(folder.path()), "expected one event log, found 3");
}

#[test]
fn what_is_no_log_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    assert_eq!(wrong(&at("missing")), "no such file or folder");
    fs::create_dir(at("nothing")).unwrap();
    assert_eq!(
        wrong(&at("nothing")),
        "expected an event log: a folder with `log.rgl`, or folders `p-*` that have one"
    );
    assert_eq!(wrong(Path::new("/dev/null")), "expected a regular file");
    fs::write(at("bad.rgt"), "A|jump(x)").unwrap();
    assert!(wrong(&at("bad.rgt")).starts_with("line 1: expected one of r, w,"));
}

#[test]
fn a_header_that_cannot_be_read_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.rgl");
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        wrong(&path)
    };
    let whole = header().encode();
    assert_eq!(refused(b""), "the file is empty");
    assert_eq!(
        refused(b"#!/bin/sh\n"),
        "not an event log: expected it to start with `RACEGATE`"
    );
    assert_eq!(refused(&whole[..50]), "the file ends inside the log header");
    let mut flipped = whole;
    flipped[20] ^= 1;
    assert_eq!(
        refused(&flipped),
        "the log header's checksum does not match"
    );
    let newer = LogHeader {
        version: Version {
            major: VERSION.major + 1,
            minor: 3,
        },
        ..header()
    };
    assert_eq!(
        refused(&newer.encode()),
        "log format 5.3 is newer than 4.0, the newest this racegate reads"
    );
    let unknown = LogHeader {
        incompatible: 4,
        ..header()
    };
    assert_eq!(
        refused(&unknown.encode()),
        "the log needs features 0x4 that this racegate does not know"
    );
}

#[test]
fn an_impossible_history_is_refused_with_its_event() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = Stream::new(0);
    stream
        .switch(0, 0)
        .access(true, 1, Some(1))
        .thread(racegate_eventlog::record::ThreadVerb::End, 0)
        .access(true, 1, None);
    write_log(folder.path(), vec![], &[&stream]);
    let told = read(folder.path()).unwrap_err().to_string();
    assert!(
        told.ends_with("no possible history: event 2 of thread 0: expected nothing after its end"),
        "{told}"
    );
}

#[test]
fn an_access_that_leaves_its_cell_is_refused_with_its_event() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = Stream::new(0);
    stream.switch(0, 0).define(&Definition::Cell {
        key: ObjectKey::new(1),
        parts: 4,
        created_at: StackId::EMPTY,
        name: "header".to_owned(),
        type_name: String::new(),
    });
    for (cell, parts) in [(1, 4), (3, 2), (4, 2)] {
        stream.record(Record::Access {
            write: false,
            stack: StackId::EMPTY,
            cell: ObjectKey::new(cell),
            parts,
            version: None,
            more: false,
        });
    }
    write_log(folder.path(), vec![], &[&stream]);
    let told = read(folder.path()).unwrap_err().to_string();
    let expected = "event 2 of thread 0: expected parts of `header` among its 4, found 3..5";
    assert!(told.ends_with(expected), "{told}");
}

#[test]
fn sealing_moves_windows_into_the_log_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut two, unused) = (stream(), Stream::new(1), Stream::new(2));
    let first = one.seal();
    one.access(true, 1, None);
    two.switch(1, 0).access(true, 3, Some(1));
    write_log(folder.path(), vec![first], &[&one, &two, &unused]);
    let before = read(folder.path()).unwrap();
    let done = Sealed {
        chunks: 2,
        ended: 3,
        removed: 3,
        left: 0,
    };
    assert_eq!(seal(folder.path()).unwrap(), done);
    let after = read(folder.path()).unwrap();
    assert_eq!(after.events(), before.events());
    assert!(after.integrity().is_complete());
    assert_eq!(seal(folder.path()).unwrap(), Sealed::default());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn sealing_that_was_cut_short_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let stream = stream();
    write_log(folder.path(), vec![], &[&stream]);
    seal(folder.path()).unwrap();
    let log = folder.path().join("log.rgl");
    let whole = fs::read(&log).unwrap();
    for length in 128..=whole.len() {
        fs::write(&log, &whole[..length]).unwrap();
        write_window(folder.path(), &stream);
        seal(folder.path()).unwrap();
        let trace = read(folder.path()).unwrap();
        assert_eq!(trace.events().len(), 2, "after {length} bytes");
        assert!(trace.integrity().is_complete(), "after {length} bytes");
    }
}

#[test]
fn a_window_that_is_not_read_to_its_end_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream();
    stream.word(0x10);
    write_log(folder.path(), vec![], &[&stream]);
    let sealed = seal(folder.path()).unwrap();
    assert_eq!((sealed.chunks, sealed.removed, sealed.left), (1, 0, 1));
    let trace = read(folder.path()).unwrap();
    assert_eq!(trace.events().len(), 2);
    assert_eq!(trace.integrity().damage[0].what, "expected a record");
}

#[test]
fn a_log_that_someone_writes_to_is_not_sealed() {
    let folder = tempfile::tempdir().unwrap();
    write_log(folder.path(), vec![], &[&stream()]);
    let path = folder.path().join("log.rgl");
    let writer = fs::File::open(&path).unwrap();
    writer.lock_shared().unwrap();
    let error = seal(folder.path()).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("{}: expected a log that no one writes to", path.display())
    );
}
