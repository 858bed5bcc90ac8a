//! `racegate pack`, and what the other commands make of a packed log.

use racegate_eventlog::text::{TextForm, parse};
use racegate_eventlog::writer::write_log;
use tempfile::tempdir;

use crate::{logs, racegate};

/// A log in which two threads write one cell, and read another very often.
fn long() -> Vec<u8> {
    let mut text = String::from("main|fork(t)|a.rs:1\nmain|w(x)|a.rs:2\nt|w(x)|a.rs:3\n");
    for _ in 0..4000 {
        text.push_str("main|r(y)|a.rs:4\nt|r(y)|a.rs:5\n");
    }
    write_log(&parse(text.as_bytes(), TextForm::Rgt).expect("a history"))
}

#[test]
fn a_packed_log_is_a_fraction_as_long_and_says_the_same() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "given.rgl", &long());
    let ended = racegate(folder.path(), &["pack", &log]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let size = |name: &str| folder.path().join(name).metadata().expect("a file").len();
    assert!(size("given.packed.rgl") * 8 < size("given.rgl"));
    let commands: [&[&str]; 3] = [&["scan", "--format", "json"], &["stat"], &["verify"]];
    for command in commands {
        let [plain, packed] = ["given.rgl", "given.packed.rgl"].map(|name| {
            let ended = racegate(folder.path(), &[command, &[name]].concat());
            (ended.code, ended.stdout.replace(name, "LOG"))
        });
        assert_eq!(plain, packed, "{command:?}");
    }
    let ended = racegate(folder.path(), &["convert", "given.packed.rgl", "a.rgt"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_log_is_unpacked_to_the_very_bytes() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "given.rgl", &long());
    let arguments: [&[&str]; 2] = [
        &["pack", &log, "-o", "p.rgl"],
        &["pack", "--unpack", "p.rgl", "-o", "u.rgl"],
    ];
    for arguments in arguments {
        let ended = racegate(folder.path(), arguments);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    let unpacked = std::fs::read(folder.path().join("u.rgl")).expect("a file");
    assert!(unpacked == long());
}

#[test]
fn a_folder_is_packed_to_a_file_beside_it() {
    let folder = tempdir().expect("a folder");
    logs::folder(folder.path(), "p-1-a", &logs::bytes(false));
    let ended = racegate(folder.path(), &["pack", "p-1-a"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let scanned = racegate(folder.path(), &["scan", "p-1-a.rgl"]);
    assert_eq!(scanned.code, Some(1), "{scanned:?}");
    logs::folder(folder.path(), "p-2-b", &logs::bytes(false));
    racegate(folder.path(), &["pack", "."]).refused(4, "expected one event log, found 2");
}

#[test]
fn what_cannot_be_packed_is_refused_and_nothing_is_written() {
    let folder = tempdir().expect("a folder");
    logs::file(folder.path(), "text.rgt", b"T1|w(x)|a.rs:1\n");
    racegate(folder.path(), &["pack", "text.rgt"]).refused(4, "not an event log");
    logs::file(folder.path(), "newer.rgl", &logs::newer());
    racegate(folder.path(), &["pack", "newer.rgl"]).refused(4, "is newer than");
    racegate(folder.path(), &["pack", "nowhere"]).refused(4, "nowhere");
    logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    racegate(folder.path(), &["pack", "racy.rgl", "-o", "no/such.rgl"])
        .refused(2, "cannot be written");
    let files = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(files, 3);
}

#[test]
fn the_copy_of_a_damaged_log_is_as_damaged() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "cut.rgl", &logs::truncated());
    let ended = racegate(folder.path(), &["pack", &log]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("damaged"), "{ended:?}");
    let verified = racegate(folder.path(), &["verify", "cut.packed.rgl"]);
    assert_eq!(verified.code, Some(3), "{verified:?}");
}
