//! `racegate verify` and `racegate stat` on logs that can be read.

use tempfile::tempdir;

use crate::{logs, racegate};

#[test]
fn a_whole_log_is_said_to_be_whole() {
    let folder = tempdir().expect("a folder");
    logs::folder(folder.path(), "log/p-1", &logs::bytes(false));
    let ended = racegate(folder.path(), &["verify", "log"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stdout, "log log/p-1: whole (7 events)\n");
}

#[test]
fn a_log_is_counted() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    let ended = racegate(folder.path(), &["stat", &log]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let number = |name: &str| {
        let line = ended
            .stdout
            .lines()
            .find(|line| line.trim().starts_with(name));
        line.and_then(|line| line.split_whitespace().last())
            .map(str::to_owned)
    };
    let expected = [
        ("events", "7"),
        ("write", "2"),
        ("fork", "1"),
        ("threads", "2"),
        ("root", "1"),
        ("cells", "1"),
        ("sync objects", "0"),
        ("accesses dropped", "0"),
    ];
    for (name, count) in expected {
        assert_eq!(number(name).as_deref(), Some(count), "{name}: {ended:?}");
    }
}
