//! Command lines that are wrong: each ends with code 2 and says what is.

use tempfile::tempdir;

use crate::{logs, racegate};

#[test]
fn an_unknown_name_is_refused_with_a_suggestion() {
    let folder = tempdir().expect("a folder");
    let cases: [(&[&str], &str, &str); 5] = [
        (&["scna", "x"], "'scna'", "'scan'"),
        (&["scan", "x", "--formt", "json"], "'--formt'", "'--format'"),
        (&["scan", "x", "--format", "jsn"], "'jsn'", "'json'"),
        (&["scan", "x", "--analysis", "dijt"], "'dijt'", "'djit'"),
        (&["scan", "x", "--tier", "frist"], "'frist'", "'first'"),
    ];
    for (arguments, unknown, suggestion) in cases {
        let ended = racegate(folder.path(), arguments);
        ended.refused(2, unknown);
        assert!(ended.stderr.contains(suggestion), "{ended:?}");
    }
}

#[test]
fn a_command_without_its_arguments_is_refused() {
    let folder = tempdir().expect("a folder");
    for command in ["scan", "run", "verify", "stat"] {
        racegate(folder.path(), &[command]).refused(2, "required");
    }
}

#[test]
fn two_formats_do_not_share_the_terminal() {
    let folder = tempdir().expect("a folder");
    let arguments = ["scan", "x", "--format", "json", "--format", "human"];
    racegate(folder.path(), &arguments).refused(2, "only one format");
}

#[test]
fn a_report_that_cannot_be_written_is_said() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    for output in ["no/such/folder/report", "."] {
        racegate(folder.path(), &["scan", &log, "-o", output]).refused(2, "cannot be written");
    }
    let left: Vec<_> = folder.path().read_dir().expect("a folder").collect();
    assert_eq!(
        left.len(),
        1,
        "nothing but the log is left behind: {left:?}"
    );
}

#[test]
fn a_source_root_that_is_no_folder_is_said() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    for root in ["nowhere", log.as_str()] {
        let ended = racegate(folder.path(), &["scan", &log, "--source-root", root]);
        ended.refused(2, "source root");
    }
}

#[test]
fn help_lists_every_code_analysis_and_format() {
    let folder = tempdir().expect("a folder");
    let help = racegate(folder.path(), &["--help"]);
    assert_eq!(help.code, Some(0));
    for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "70 "] {
        let line = help
            .stdout
            .lines()
            .find(|line| line.trim_start().starts_with(code));
        assert!(line.is_some(), "{code}");
    }
    let help = racegate(folder.path(), &["scan", "--help"]).stdout;
    for format in racegate_detector::render::FORMATS {
        assert!(help.contains(format.about), "{}", format.name);
    }
    for analysis in racegate_detector::analysis::ANALYSES {
        assert!(help.contains(analysis.name), "{}", analysis.name);
    }
}
