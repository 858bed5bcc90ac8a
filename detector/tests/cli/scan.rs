//! `racegate scan` on logs that can be read.

use tempfile::tempdir;

use crate::{logs, racegate};

#[test]
fn a_race_is_code_1_and_both_its_accesses_are_told() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    let ended = racegate(folder.path(), &["scan", &log]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for words in [
        "data race on `balance`",
        "WRITE by T1 `child`",
        "WRITE by T0 `main`",
    ] {
        assert!(ended.stdout.contains(words), "{words}: {ended:?}");
    }
    let last = ended.stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with("1 race (1 new), "), "{last}");
    assert_eq!(ended.stderr, "");
}

#[test]
fn the_same_accesses_in_order_are_code_0() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "clean.rgl", &logs::bytes(true));
    let ended = racegate(folder.path(), &["scan", &log]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.starts_with("0 races, "), "{ended:?}");
}

#[test]
fn source_is_shown_from_under_the_source_root_alone() {
    let folder = tempdir().expect("a folder");
    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("src")).expect("a folder");
    let source =
        "fn child() {\n    //\n    CELL.set(1);\n}\nfn main() {\n    //\n    CELL.set(2);\n}\n";
    std::fs::write(root.join("src/main.rs"), source).expect("a file");
    std::fs::write(folder.path().join("secret.rs"), source).expect("a file");
    let inside = logs::file(folder.path(), "inside.rgl", &logs::bytes(false));
    let outside = logs::named(false, "child", logs::NAME, "../secret.rs");
    let outside = logs::file(folder.path(), "outside.rgl", &outside);

    let shown = racegate(folder.path(), &["scan", &inside, "--source-root", "root"]);
    assert!(shown.stdout.contains("CELL.set(2);"), "{shown:?}");
    let without = racegate(folder.path(), &["scan", &inside]);
    assert!(!without.stdout.contains("CELL.set"), "{without:?}");
    assert!(without.stdout.contains("src/main.rs:7:5"), "{without:?}");
    let hidden = racegate(folder.path(), &["scan", &outside, "--source-root", "root"]);
    assert!(!hidden.stdout.contains("CELL.set"), "{hidden:?}");
}

#[test]
fn every_format_goes_where_it_is_sent() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    let arguments = [
        "scan", &log, "--format", "json", "-o", "out.json", "--format", "short",
    ];
    let ended = racegate(folder.path(), &arguments);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stdout.starts_with("src/main.rs:7:5: error[RG0001]: "),
        "{ended:?}"
    );
    let json = std::fs::read_to_string(folder.path().join("out.json")).expect("a file");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["schema"], 1);
    assert_eq!(json["findings"][0]["cell"]["name"], "balance");
    assert_eq!(json["findings"][0]["first"]["site"]["line"], 3);
}

#[test]
fn several_logs_are_one_report() {
    let folder = tempdir().expect("a folder");
    logs::folder(folder.path(), "all/p-1", &logs::bytes(false));
    logs::folder(folder.path(), "all/p-2", &logs::bytes(true));
    let clean = logs::file(folder.path(), "clean.rgl", &logs::bytes(true));
    let ended = racegate(folder.path(), &["scan", "all", &clean, "--format", "json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let paths: Vec<_> = json["logs"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|log| &log["path"])
        .collect();
    assert_eq!(paths, ["all/p-1", "all/p-2", "clean.rgl"]);
}

#[test]
fn several_analyses_are_counted_side_by_side() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    let analyses = ["hb", "djit", "shb"];
    let asked = analyses.join(",");
    let arguments = ["scan", &log, "--analysis", &asked, "--format", "json"];
    let ended = racegate(folder.path(), &arguments);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    for (place, name) in analyses.into_iter().enumerate() {
        let counted = &json["summary"]["analyses"][place];
        assert_eq!(counted["name"], name);
        assert_eq!(counted["racy_events"], 1, "{name}");
    }
}

#[test]
fn what_an_earlier_race_may_explain_is_told_and_fails_nothing_alone() {
    let folder = tempdir().expect("a folder");
    let history = b"T1|w(y)|1\nT1|w(x)|2\nT2|r(x)|3\nT2|w(y)|4\n";
    let log = logs::file(folder.path(), "explained.std", history);
    let scan = |arguments: &[&str]| {
        let all = [&["scan", &log, "--format", "short"], arguments].concat();
        racegate(folder.path(), &all)
    };
    for tier in ["first", "schedulable", "unconfirmed"] {
        let ended = scan(&["--tier", tier]);
        assert_eq!(ended.code, Some(1), "the race of x is certain: {ended:?}");
    }
    let told = scan(&[]).stdout;
    assert!(told.contains("error[RG0001]: data race on `x`"), "{told}");
    assert!(told.contains("warning[RG0001]: data race on `y`"), "{told}");
    assert!(told.contains("2 races (2 new; 1 unconfirmed), "), "{told}");
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    let scan = |jobs| {
        let arguments = ["scan", &log, "--format", "json", "--jobs", jobs];
        racegate(folder.path(), &arguments)
    };
    let one = scan("1");
    assert_eq!(one.code, Some(1), "{one:?}");
    for jobs in ["2", "3", "100"] {
        assert_eq!(scan(jobs).stdout, one.stdout, "{jobs} jobs");
    }
    assert_eq!(scan("0").code, Some(2), "somebody has to do it");
}

#[test]
fn a_log_that_needs_more_memory_than_is_allowed_is_refused_and_the_others_are_judged() {
    let folder = tempdir().expect("a folder");
    let racy = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    let clean = logs::file(folder.path(), "clean.rgl", &logs::bytes(true));
    let scan = |log: &str, most| racegate(folder.path(), &["scan", log, "--max-memory", most]);
    for log in [&racy, &clean] {
        let refused = scan(log, "10");
        assert_eq!(refused.code, Some(4), "{refused:?}");
        assert!(refused.stderr.contains("bytes of memory"), "{refused:?}");
        assert!(refused.stderr.contains("and 5 are allowed"), "{refused:?}");
    }
    assert_eq!(scan(&racy, "1M").code, Some(1));
    assert_eq!(scan(&clean, "1M").code, Some(0));
    // No other log makes up for what was not judged.
    let threads: String = (0..500).map(|it| format!("T{it}|w(x{it})|1\n")).collect();
    let large = logs::file(folder.path(), "large.std", threads.as_bytes());
    let both = ["scan", &large, &clean, "--max-memory", "200K"];
    let both = racegate(folder.path(), &both);
    assert_eq!(both.code, Some(4), "{both:?}");
    assert!(
        both.stderr
            .contains("large.std: clocks and shadows of 500 threads"),
        "{both:?}"
    );
    assert_eq!(scan(&large, "10M").code, Some(0));
}

#[test]
fn the_same_log_gives_the_same_bytes() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    for format in ["short", "json"] {
        let report = || racegate(folder.path(), &["scan", &log, "--format", format]).stdout;
        assert_eq!(report(), report());
    }
}
