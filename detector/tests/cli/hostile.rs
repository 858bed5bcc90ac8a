//! A log from somebody else: its names reach a terminal as names alone.

use tempfile::tempdir;

use racegate_detector::render::plain;

use crate::{logs, racegate};

const PAYLOADS: [&str; 6] = [
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "\n::error file=a.rs,line=1::x",
    "\r\n##vso[task.complete result=Failed]",
    "\u{9b}31m\u{85}",
    "\u{202e}sr.nur\u{2066}",
    "\u{2028}\u{feff}\u{200b}",
];

#[test]
fn no_command_lets_a_name_through_as_more_than_a_name() {
    let folder = tempdir().expect("a folder");
    for payload in PAYLOADS {
        let bytes = logs::named(false, payload, payload, payload);
        let log = logs::file(folder.path(), "hostile.rgl", &bytes);
        for arguments in [
            vec!["scan", &log],
            vec!["scan", &log, "--format", "short"],
            vec!["scan", &log, "--format", "json"],
            vec!["verify", &log],
            vec!["stat", &log],
        ] {
            let ended = racegate(folder.path(), &arguments);
            for line in ended.stdout.lines().chain(ended.stderr.lines()) {
                assert!(!line.contains(plain::is_hostile), "{arguments:?}: {line:?}");
                assert!(!line.contains("##"), "{arguments:?}: {line:?}");
                let start = line.trim_start();
                assert!(
                    !start.starts_with("::") || start.starts_with(":::"),
                    "{arguments:?}: {line:?}"
                );
            }
        }
    }
}

#[test]
fn a_hostile_path_is_told_as_a_path_alone() {
    let folder = tempdir().expect("a folder");
    let ended = racegate(folder.path(), &["scan", "\u{1b}[31m\n::error::x"]);
    ended.refused(4, r"\u{1b}[31m\n::error::x");
}
