//! Rules of the house: which way dependencies point, and what no file holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::recorded::workspace;

/// A line of a file of the workspace.
struct Line {
    file: String,
    number: usize,
    text: String,
}

/// Every source file of the workspace, as a path from its root and its text.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for package in ["instrument", "detector", "fixtures", "tests"] {
        collect(&workspace().join(package), &mut files);
    }
    files.sort();
    assert!(files.len() > 50, "the workspace was found");
    files.into_iter().map(|file| (name(&file), read(&file))).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn name(file: &Path) -> String {
    let inside = file.strip_prefix(workspace()).expect("it lies in the workspace");
    inside.display().to_string().replace('\\', "/")
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).expect("a source file is text")
}

/// The lines of source files that `rule` objects to, comments left out.
fn breaches(rule: impl Fn(&str, &str) -> bool) -> Vec<String> {
    lines()
        .into_iter()
        .filter(|line| rule(&line.file, &line.text))
        .map(|line| format!("{}:{}: {}", line.file, line.number, line.text.trim()))
        .collect()
}

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (file, text) in sources() {
        for (index, text) in text.lines().enumerate() {
            let code = text.split("//").next().unwrap_or_default();
            lines.push(Line {
                file: file.clone(),
                number: index + 1,
                text: code.to_owned(),
            });
        }
    }
    lines
}

#[track_caller]
fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

/// What each package may depend on of ours, from architecture.md.
const LADDER: [(&str, &[&str]); 7] = [
    ("instrument/eventlog", &[]),
    ("instrument/macros", &[]),
    ("detector", &["racegate-eventlog"]),
    (
        "instrument",
        &["racegate-eventlog", "racegate-macros", "racegate-detector"],
    ),
    ("fixtures", &["racegate"]),
    (
        "tests",
        &["racegate-eventlog", "racegate-detector", "racegate", "fixtures"],
    ),
    (".", &[]),
];

const OURS: [&str; 5] = [
    "racegate",
    "racegate-eventlog",
    "racegate-macros",
    "racegate-detector",
    "fixtures",
];

/// The packages of ours that a manifest depends on; what only its tests need is left out.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut section = "";
    let mut found = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && section != "[workspace.dependencies]" {
            let key = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if OURS.contains(&key) {
                found.insert(key.to_owned());
            }
        }
    }
    found
}

#[test]
fn packages_depend_down_the_ladder_only() {
    let listed: BTreeSet<PathBuf> = LADDER.iter().map(|(package, _)| package.into()).collect();
    let mut manifests = vec![workspace().join("Cargo.toml")];
    for package in ["instrument", "instrument/eventlog", "instrument/macros"] {
        manifests.push(workspace().join(package).join("Cargo.toml"));
    }
    assert!(manifests.iter().all(|manifest| manifest.is_file()));
    assert_eq!(listed.len(), LADDER.len());
    for (package, allowed) in LADDER {
        let manifest = read(&workspace().join(package).join("Cargo.toml"));
        for dependency in dependencies(&manifest) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{package} depends on {dependency}, which is not below it"
            );
        }
    }
}
