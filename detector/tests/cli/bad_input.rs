//! Logs that cannot be read, or not wholly.

use tempfile::tempdir;

use crate::{logs, racegate};

/// The commands that read one log.
const READERS: [&str; 3] = ["scan", "verify", "stat"];

#[test]
fn a_log_that_is_not_there_is_code_4() {
    let folder = tempdir().expect("a folder");
    for reader in READERS {
        racegate(folder.path(), &[reader, "nowhere"]).refused(4, "nowhere");
    }
}

#[test]
fn an_empty_file_and_an_empty_folder_recorded_nothing() {
    let folder = tempdir().expect("a folder");
    let file = logs::file(folder.path(), "empty.rgl", b"");
    std::fs::create_dir(folder.path().join("none")).expect("a folder");
    for reader in READERS {
        racegate(folder.path(), &[reader, &file]).refused(5, "empty.rgl");
        racegate(folder.path(), &[reader, "none"]).refused(5, "none");
    }
}

#[test]
fn a_foreign_file_is_code_4() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "foreign.rgl", b"\x7fELF and so on");
    for reader in READERS {
        racegate(folder.path(), &[reader, &log]).refused(4, "not an event log");
    }
}

#[test]
fn a_newer_log_is_refused_by_its_version() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "newer.rgl", &logs::newer());
    for reader in READERS {
        racegate(folder.path(), &[reader, &log]).refused(4, "999.0");
    }
}

#[test]
fn a_log_cut_inside_its_header_is_code_4() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "short.rgl", &logs::bytes(true)[..60]);
    racegate(folder.path(), &["scan", &log]).refused(4, "short.rgl");
}

#[test]
fn a_truncated_log_without_findings_is_incomplete() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "cut.rgl", &logs::truncated());
    let ended = racegate(folder.path(), &["scan", &log]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stdout.contains("cut.rgl is incomplete"), "{ended:?}");
    let verified = racegate(folder.path(), &["verify", &log]);
    assert_eq!(verified.code, Some(3), "{verified:?}");
    assert!(verified.stdout.contains("incomplete"), "{verified:?}");
}

#[test]
fn no_cut_of_a_clean_log_finds_a_race_or_is_taken_for_whole() {
    let folder = tempdir().expect("a folder");
    let bytes = logs::bytes(true);
    for length in (0..bytes.len()).step_by(41) {
        let log = logs::file(folder.path(), "cut.rgl", &bytes[..length]);
        let ended = racegate(folder.path(), &["scan", &log]);
        let code = ended.code.unwrap_or_default();
        assert!([3, 4, 5].contains(&code), "{length}: {ended:?}");
    }
}

#[test]
fn a_race_in_an_incomplete_log_is_still_a_race() {
    let folder = tempdir().expect("a folder");
    let mut bytes = logs::bytes(false);
    bytes.extend(b"what is left of another chunk");
    let log = logs::file(folder.path(), "cut.rgl", &bytes);
    let ended = racegate(folder.path(), &["scan", &log]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("incomplete"), "{ended:?}");
}

#[test]
fn a_log_that_cannot_be_read_is_not_hidden_by_one_that_can() {
    let folder = tempdir().expect("a folder");
    let clean = logs::file(folder.path(), "clean.rgl", &logs::bytes(true));
    let racy = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    let foreign = logs::file(folder.path(), "foreign.rgl", b"no log at all");
    racegate(folder.path(), &["scan", &clean, &foreign]).refused(4, "foreign.rgl");
    racegate(folder.path(), &["scan", &foreign, &racy]).refused(1, "foreign.rgl");
}

#[cfg(unix)]
#[test]
fn a_device_is_not_read() {
    let folder = tempdir().expect("a folder");
    racegate(folder.path(), &["scan", "/dev/zero"]).refused(4, "regular file");
}
