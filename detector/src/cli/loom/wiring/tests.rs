use std::collections::BTreeMap;

use super::*;

fn dependency(req: &str, target: Option<&str>, optional: bool) -> Dependency {
    Dependency {
        name: "loom".to_owned(),
        source: Some(CRATES_IO.to_owned()),
        req: req.to_owned(),
        target: target.map(str::to_owned),
        optional,
        ..Dependency::default()
    }
}

fn package(dependencies: Vec<Dependency>, features: &[(&str, &[&str])]) -> Package {
    let owned = |entries: &&[&str]| entries.iter().map(ToString::to_string).collect();
    Package {
        name: "queue".to_owned(),
        dependencies,
        features: features
            .iter()
            .map(|(name, entries)| ((*name).to_owned(), owned(entries)))
            .collect(),
        ..Package::default()
    }
}

fn wiring(package: &Package) -> (Vec<Version>, String, String) {
    let wiring = Wiring::of(package, Path::new("")).expect("a wiring");
    let joined = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(" ");
    (
        Wiring::versions(package).collect(),
        joined(wiring.names),
        joined(wiring.features),
    )
}

#[test]
fn an_optional_dependency_under_a_cfg_needs_the_cfg_and_its_feature() {
    let package = package(
        vec![dependency("^0.7", Some("cfg(loom)"), true)],
        &[("default", &["std"]), ("loom", &["dep:loom"]), ("std", &[])],
    );
    assert_eq!(
        wiring(&package),
        (vec![Version::Seven], "loom".into(), "loom".into())
    );
}

#[test]
fn a_dependency_of_tests_alone_needs_no_feature() {
    let package = package(
        vec![dependency("^0.7.1", Some("cfg(all(test, loom))"), false)],
        &[],
    );
    assert_eq!(
        wiring(&package),
        (vec![Version::Seven], "loom".into(), String::new())
    );
}

#[test]
fn both_of_a_package_that_has_two_are_taken() {
    let package = package(
        vec![
            dependency("^0.5", Some("cfg(a_loom)"), true),
            dependency("^0.7", Some("cfg(b_loom)"), false),
        ],
        &[("checked", &["dep:loom"])],
    );
    assert_eq!(
        wiring(&package),
        (
            vec![Version::Five, Version::Seven],
            "a_loom b_loom".into(),
            "checked".into()
        )
    );
}

#[test]
fn a_renamed_dependency_is_turned_on_by_its_new_name() {
    let mut renamed = dependency("^0.7", Some("cfg(loom)"), true);
    renamed.rename = Some("weaver".to_owned());
    let package = package(
        vec![renamed],
        &[
            ("all", &["weaver/futures"]),
            ("loom-tests", &["dep:weaver", "all"]),
        ],
    );
    assert_eq!(wiring(&package).2, "loom-tests");
}

#[test]
fn a_requirement_is_for_the_newest_version_that_it_allows() {
    let cases = [
        ("^0.7", Some(Version::Seven)),
        ("0.7.2", Some(Version::Seven)),
        ("=0.7.2", Some(Version::Seven)),
        ("~0.7", Some(Version::Seven)),
        ("*", Some(Version::Seven)),
        (">=0.5, <0.8", Some(Version::Seven)),
        (">=0.5, <=0.7", Some(Version::Seven)),
        ("^0.5.6", Some(Version::Five)),
        (">=0.5.1, <0.6.0", Some(Version::Five)),
        ("^0.1", None),
        ("^0.4", None),
        ("^0.6", None),
        ("^0.70", None),
        ("^1.0", None),
        ("<0.50", None),
    ];
    for (requirement, version) in cases {
        assert_eq!(
            Version::of_requirement(requirement),
            version,
            "{requirement}"
        );
    }
}

#[test]
fn a_version_or_a_source_that_cannot_be_replaced_is_refused() {
    let mut from_git = dependency("^0.7", None, false);
    from_git.source = Some("git+https://example.org/loom".to_owned());
    let mut from_folder = dependency("*", None, false);
    from_folder.source = None;
    for dependency in [dependency("^0.4", None, false), from_git, from_folder] {
        // One that can be is no excuse for one that cannot.
        let other = self::dependency("^0.7", None, false);
        let package = package(vec![other, dependency], &[]);
        let refused = Wiring::of(&package, Path::new(""));
        assert!(refused.is_err(), "{refused:?}");
    }
}

fn elsewhere(expected: &[&str], used: &[(&str, usize)], features: &[&str]) -> (String, String) {
    let mut wiring = Wiring::default();
    let used = Used {
        names: used
            .iter()
            .map(|(name, times)| ((*name).to_owned(), *times))
            .collect::<BTreeMap<_, _>>(),
        features: features.iter().map(ToString::to_string).collect(),
    };
    let expected = expected.iter().map(ToString::to_string).collect();
    let package = package(vec![], &[("loom", &[]), ("std", &[])]);
    wiring.look_elsewhere(&package, &expected, &used);
    let joined = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(" ");
    (joined(wiring.names), joined(wiring.features))
}

#[test]
fn where_the_dependencies_name_no_cfg_the_lints_and_then_the_sources_are_asked() {
    let by_lints = elsewhere(&["fuzzing", "my_loom"], &[("loom", 9)], &[]);
    assert_eq!(by_lints.0, "my_loom");
    let by_sources = elsewhere(
        &["fuzzing"],
        &[("loom", 2), ("loom_slow", 1), ("tracing", 7)],
        &[],
    );
    assert_eq!(by_sources.0, "loom");
    let by_nothing = elsewhere(&[], &[("tracing", 7)], &["std", "loom", "loom_of_another"]);
    assert_eq!(by_nothing, (String::new(), "loom".to_owned()));
}
