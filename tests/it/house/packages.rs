//! Packages depend on those below them, and on no others.

use std::collections::BTreeSet;

use super::sources::{read, sources};
use crate::recorded::workspace;

/// Each package's folder, its name, and what of ours it may depend on.
const LADDER: [(&str, &str, &[&str]); 9] = [
    ("instrument/eventlog", "racegate-eventlog", &[]),
    ("instrument/macros", "racegate-macros", &[]),
    ("tests/oracle", ORACLE, &["racegate-eventlog"]),
    ("tests/workload", WORKLOAD, &["racegate-eventlog", ORACLE]),
    (
        "detector",
        "racegate-detector",
        &["racegate-eventlog", ORACLE, WORKLOAD],
    ),
    (
        "instrument",
        "racegate",
        &["racegate-eventlog", "racegate-macros", "racegate-detector"],
    ),
    ("instrument/loom", "loom", &["racegate"]),
    ("fixtures", "fixtures", &["racegate"]),
    (
        "tests",
        "tests",
        &[
            "racegate-eventlog",
            "racegate-detector",
            "racegate",
            "fixtures",
            ORACLE,
            WORKLOAD,
        ],
    ),
];

/// What engines are held against, which nothing that is shipped may lean on.
const ORACLE: &str = "oracle";

/// What engines are measured on; the same holds.
const WORKLOAD: &str = "workload";

/// The packages of ours that a manifest names, for the package or for its tests.
fn dependencies(manifest: &str) -> BTreeSet<&str> {
    let ours = |key: &&str| LADDER.iter().any(|(_, name, _)| name == key);
    let mut section = "";
    let mut found = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("racegate_loom") {
            // The real loom, which models the recorder.
        } else if section.ends_with("dependencies]") {
            found.extend(line.split(['.', '=', ' ']).next().filter(ours));
        }
    }
    found
}

#[test]
fn every_package_of_the_workspace_has_its_place_on_the_ladder() {
    let manifest = read(&workspace().join("Cargo.toml"));
    let members = manifest.split("members").nth(1).expect("it lists members");
    let members = members.split(']').next().unwrap_or_default();
    let members: BTreeSet<&str> = members.split('"').skip(1).step_by(2).collect();
    let placed: BTreeSet<&str> = LADDER.iter().map(|(folder, ..)| *folder).collect();
    assert_eq!(members, placed);
}

#[test]
fn packages_depend_down_the_ladder_only() {
    for (folder, name, below) in LADDER {
        let manifest = read(&workspace().join(folder).join("Cargo.toml"));
        assert!(manifest.contains(&format!("name = \"{name}\"")));
        for dependency in dependencies(&manifest) {
            assert!(
                below.contains(&dependency),
                "{name} depends on {dependency}"
            );
        }
    }
}

#[test]
fn nothing_that_is_shipped_depends_on_the_oracle_or_a_workload() {
    let unshipped = ["tests", WORKLOAD];
    for (folder, name, _) in LADDER {
        let manifest = read(&workspace().join(folder).join("Cargo.toml"));
        let shipped = manifest.split("[dev-dependencies]").next();
        let shipped = dependencies(shipped.unwrap_or_default());
        let leans = shipped.contains(ORACLE) || shipped.contains(WORKLOAD);
        assert!(unshipped.contains(&name) || !leans, "{name}");
    }
}

#[test]
fn a_dependency_in_any_section_is_seen() {
    let manifest = "[dev-dependencies]\nracegate = { path = \"x\" }\n[lints]\nfixtures = 1\n\
                    [build-dependencies]\nracegate-eventlog.workspace = true";
    let expected = BTreeSet::from(["racegate", "racegate-eventlog"]);
    assert_eq!(dependencies(manifest), expected);
}

#[test]
fn of_the_recorders_modules_only_the_session_knows_the_detector() {
    let knows = sources()
        .into_iter()
        .filter(|file| file.path.starts_with("instrument/src/"))
        .filter(|file| file.outside_tests().contains("racegate_detector"))
        .map(|file| file.path);
    let others: Vec<String> = knows
        .filter(|path| !path.starts_with("instrument/src/session"))
        .collect();
    assert_eq!(others, Vec::<String>::new());
}
