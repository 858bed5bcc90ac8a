//! Every form's picture of hand-made reports.

mod made;

use std::time::Duration;

use super::*;
use crate::finding::{Finding, Tier};
use made::{LEDGER, TESTS, ledger, log, report};

fn options() -> Options {
    let mut sources = Sources::default();
    sources.insert("src/ledger.rs", LEDGER.to_owned());
    sources.insert("tests/ledger.rs", TESTS.to_owned());
    Options {
        sources,
        elapsed: Some(Duration::from_millis(912)),
        colour: false,
    }
}

/// One report in every form, one after the other.
fn every_form(report: &Report) -> String {
    let picture = |format: &Format| {
        let text = (format.render)(report, &options());
        format!("━━ {}\n{text}", format.name)
    };
    FORMATS.iter().map(picture).collect()
}

fn human(findings: Vec<Finding>) -> String {
    super::human::render(&report(findings, vec![log()]), &options())
}

#[test]
fn every_form_of_the_ledger() {
    insta::assert_snapshot!(every_form(&report(vec![ledger()], vec![log()])));
}

#[test]
fn every_form_of_nothing_found() {
    insta::assert_snapshot!(every_form(&report(vec![], vec![log()])));
}

#[test]
fn every_form_of_nothing_recorded() {
    insta::assert_snapshot!(every_form(&report(vec![], vec![])));
}

#[test]
fn every_form_of_an_incomplete_log() {
    let mut cut = log();
    cut.complete = false;
    cut.dropped_accesses = 12;
    cut.dropped_sync = 3;
    cut.notes =
        vec!["T3 is used up to its 17th event: the release before it is missing".to_owned()];
    insta::assert_snapshot!(every_form(&report(vec![], vec![log(), cut])));
}

#[test]
fn accesses_in_two_files_are_drawn_in_two_snippets() {
    let mut finding = ledger();
    finding.first.site = made::site("tests/ledger.rs", 8, 36);
    insta::assert_snapshot!(human(vec![finding]));
}

#[test]
fn accesses_at_one_place_are_drawn_under_one_line() {
    let mut finding = ledger();
    finding.first.site = finding.second.site.clone();
    finding.first.access = finding.second.access;
    finding.first.verb = finding.second.verb;
    insta::assert_snapshot!(human(vec![finding]));
}

#[test]
fn without_the_source_the_places_stand_alone() {
    let mut finding = ledger();
    finding.first.site = made::site("/elsewhere/src/ledger.rs", 25, 22);
    finding.second.site = made::site("a site of a text trace", 0, 0);
    insta::assert_snapshot!(human(vec![finding]));
}

#[test]
fn a_source_that_has_become_shorter_gives_places_alone() {
    let mut finding = ledger();
    finding.second.site.line = 2800;
    finding.first.site.line = 2799;
    insta::assert_snapshot!(human(vec![finding]));
}

#[test]
fn what_has_no_room_beside_the_source_is_told_below_it() {
    let mut finding = ledger();
    let far = format!("{}self.balance.get()", " ".repeat(38));
    let mut wide = options();
    wide.sources
        .insert("src/ledger.rs", format!("{far}\n").repeat(30));
    finding.first.site.column = 52;
    // So far to the right that not even the thread has room.
    let further = format!("{}self.balance.get()", " ".repeat(70));
    wide.sources
        .insert("src/other.rs", format!("{further}\n").repeat(30));
    finding.second.site.file = "src/other.rs".to_owned();
    finding.second.site.column = 84;
    let report = report(vec![finding], vec![log()]);
    insta::assert_snapshot!(super::human::render(&report, &wide));
}

#[test]
fn an_unconfirmed_race_is_a_warning_and_counted_in_every_form_that_people_read() {
    let mut finding = ledger();
    finding.tier = Tier::Unconfirmed;
    let report = report(vec![ledger(), finding], vec![log()]);
    for render in [super::human::render, super::short::render] {
        let text = render(&report, &options());
        let count = |words: &str| text.matches(words).count();
        assert_eq!((count("error[RG0001]"), count("warning[RG0001]")), (1, 1));
        assert_eq!(count("2 races (2 new; 1 unconfirmed), "), 1, "{text}");
    }
}

#[test]
fn threads_of_two_parents_are_told_apart() {
    let mut finding = ledger();
    finding.first.thread.spawned_by = Some("T2 `auditor`".to_owned());
    finding.second.thread.name = None;
    finding.first.stack.clear();
    finding.second.stack.clear();
    finding.help.clear();
    insta::assert_snapshot!(human(vec![finding]));
}

#[test]
fn colours_stand_where_rustc_puts_them() {
    let mut coloured = options();
    coloured.colour = true;
    let report = report(vec![ledger()], vec![log()]);
    let text = super::human::render(&report, &coloured);
    assert!(
        text.starts_with("\u{1b}[1m\u{1b}[91merror[RG0001]"),
        "{text:?}"
    );
    let stripped = anstream::adapter::strip_str(&text).to_string();
    assert_eq!(stripped, super::human::render(&report, &options()));
}

/// The lines of a finding whose every string is the payload.
fn hostile(payload: &str) -> Report {
    let mut finding = ledger();
    made::poison(&mut finding, payload);
    let mut log = log();
    log.path = payload.to_owned();
    log.notes = vec![payload.to_owned()];
    report(vec![finding], vec![log])
}

const PAYLOADS: &[&str] = &[
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\n::error file=a.rs,line=1::x",
    "::error::x",
    "\r\n##vso[task.complete result=Failed]",
    "\u{9b}2J\u{85}",
    "\u{202e}txt.exe\u{2066}",
    "\u{2028}::warning::x",
    "\t\u{0}\u{7f}\u{8}",
    "<script>alert(1)</script>",
];

#[test]
fn no_name_reaches_a_terminal_as_more_than_a_name() {
    for payload in PAYLOADS {
        let report = hostile(payload);
        for format in FORMATS {
            let mut options = options();
            for name in [payload, "src/ledger.rs"] {
                options.sources.insert(
                    name,
                    format!("{payload}\n{LEDGER}{payload}").replace('\n', "\n    x"),
                );
            }
            let text = (format.render)(&report, &options);
            for line in text.lines() {
                let hostile = |sign| plain::is_hostile(sign);
                assert!(!line.contains(hostile), "{}: {line:?}", format.name);
                // `:::` is the drawing's own, and names no command.
                let start = line.trim_start();
                assert!(
                    !start.starts_with("::") || start.starts_with("::: "),
                    "{}: {line:?}",
                    format.name
                );
                assert!(!line.contains("##"), "{}: {line:?}", format.name);
            }
        }
    }
}

#[test]
fn a_finding_is_one_line_of_the_short_form_whatever_its_names_hold() {
    for payload in PAYLOADS {
        let mut report = hostile(payload);
        report.logs[0].notes.clear();
        let text = super::short::render(&report, &options());
        assert_eq!(text.lines().count(), 2, "{text}");
    }
}

#[test]
fn one_race_keeps_to_forty_lines_of_ninety_columns() {
    let long = "long name ".repeat(40);
    let mut finding = ledger();
    made::poison(&mut finding, &long);
    finding.unordered.drawing = vec!["-".repeat(300); 30];
    finding.unordered.text = vec![long.as_str(); 30].join("\n");
    finding.help = vec![long.clone(); 30];
    finding.notes = vec![long.clone(); 30];
    finding.first.stack = vec![finding.first.stack[0].clone(); 300];
    let mut deep = options();
    let indented = format!("{}{}\n", " ".repeat(100), "cell.get()".repeat(30));
    deep.sources.insert(&long, indented.repeat(500));
    for (colour, second) in [(false, 1), (true, 30), (false, 180), (true, 400)] {
        finding.first.site.line = 1;
        finding.first.site.column = 101;
        finding.second.site.line = second;
        finding.second.site.column = 200;
        deep.colour = colour;
        let text = super::human::render(&report(vec![finding.clone()], vec![log()]), &deep);
        let text = anstream::adapter::strip_str(&text).to_string();
        let race: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
        assert!(race.len() <= 40, "{}\n{text}", race.len());
        for line in &race {
            assert!(line.chars().count() <= 90, "{line}");
        }
        assert!(race.iter().any(|line| line.starts_with("race ")), "{text}");
    }
}

#[test]
fn the_last_line_states_coverage_in_what_people_read() {
    let report = report(vec![ledger(), ledger(), ledger()], vec![log(), log()]);
    for format in FORMATS.iter().filter(|format| format.name != "json") {
        let text = (format.render)(&report, &options());
        let last = text.lines().last().expect("a line");
        let start = "3 races (3 new), 10 824 760 events, 28 threads, 76 cells, 2 logs";
        assert!(last.starts_with(start), "{last}");
        assert!(last.ends_with("; dropped: 0"), "{last}");
    }
}
