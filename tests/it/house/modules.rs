//! Inside a package, modules use those below them, and never in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Source, sources};

/// Which modules of a package each of its modules uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

/// Arrows that architecture.md forbids: the first never uses the others.
const NEVER: [(&str, &str, &[&str]); 6] = [
    (
        "instrument/src/",
        "recorder",
        &["sync", "cell", "thread", "channel", "task", "session"],
    ),
    (
        "detector/src/",
        "clock",
        &["analysis", "finding", "render", "cli"],
    ),
    ("detector/src/", "analysis", &["finding", "render", "cli"]),
    ("detector/src/", "finding", &["render", "cli"]),
    ("detector/src/", "render", &["cli"]),
    (
        "instrument/eventlog/src/",
        "event",
        &["reader", "writer", "validate", "text", "record"],
    ),
];

/// The uses in a package; the crate's own root, which declares them all, is left out.
fn uses(package: &str) -> Uses {
    let files: Vec<Source> = sources()
        .into_iter()
        .filter(|file| file.path.starts_with(package) && !file.path.contains("/bin/"))
        .collect();
    let module = |file: &Source| {
        let path = file
            .path
            .trim_start_matches(package)
            .trim_end_matches(".rs");
        path.split('/').next().unwrap_or_default().to_owned()
    };
    let modules: BTreeSet<String> = files.iter().map(module).collect();
    let mut uses = Uses::new();
    for file in &files {
        let depth = file.path.trim_start_matches(package).split('/').count();
        let used = named_modules(file.outside_tests(), depth);
        let used = used.into_iter().filter(|used| modules.contains(used));
        uses.entry(module(file)).or_default().extend(used);
    }
    uses.remove("lib");
    for (module, used) in &mut uses {
        used.remove(module);
    }
    uses
}

/// What the code of a file, so many modules deep, names at the top of its crate.
fn named_modules(code: &str, depth: usize) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        if !code[..at].ends_with('$') {
            named.extend(first_names(&code[at + path.len()..]));
        }
    }
    let up = "super::".repeat(depth);
    for (at, path) in code.match_indices(&up) {
        let longer =
            code[..at].ends_with("super::") || code[at + path.len()..].starts_with("super::");
        if !longer {
            named.extend(first_names(&code[at + path.len()..]));
        }
    }
    named
}

/// The first name of a path, or of each path in a braced list.
fn first_names(path: &str) -> Vec<String> {
    let Some(list) = path.strip_prefix('{') else {
        let name = path.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        return name.take(1).map(str::to_owned).collect();
    };
    let mut depth = 0;
    let mut names = vec![String::new()];
    for sign in list.chars() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ => names.last_mut().expect("never empty").push(sign),
        }
    }
    names
        .iter()
        .flat_map(|name| first_names(name.trim_start()))
        .collect()
}

/// Modules that use one another in a circle: what is left when those that use nothing
/// left are taken away, again and again, and then those that nothing left uses.
fn circle(mut uses: Uses) -> BTreeSet<String> {
    loop {
        let left: BTreeSet<String> = uses.keys().cloned().collect();
        let used: BTreeSet<String> = uses.values().flatten().cloned().collect();
        uses.retain(|module, uses| used.contains(module) && !uses.is_disjoint(&left));
        if uses.len() == left.len() {
            return left;
        }
    }
}

#[test]
fn no_module_uses_one_above_it() {
    for (package, module, above) in NEVER {
        let uses = uses(package);
        let used = uses.get(module).expect("the module exists");
        for above in above {
            assert!(!used.contains(*above), "{package}: {module} uses {above}");
        }
    }
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    for package in [
        "instrument/eventlog/src/",
        "instrument/src/",
        "detector/src/",
    ] {
        let uses = uses(package);
        assert!(uses.len() > 5, "{package} has more modules than these");
        let circle = circle(uses.clone());
        let mut arrows = uses
            .into_iter()
            .filter(|(module, _)| circle.contains(module));
        assert_eq!(arrows.next(), None, "{package}: a circle of {circle:?}");
    }
}

#[test]
fn a_circle_is_seen() {
    let arrow = |from: &str, to: &str| (from.to_owned(), BTreeSet::from([to.to_owned()]));
    let uses = Uses::from([
        arrow("cli", "render"),
        arrow("render", "finding"),
        arrow("finding", "render"),
    ]);
    let expected = ["finding", "render"].map(str::to_owned);
    assert_eq!(circle(uses), BTreeSet::from(expected));
    let uses = Uses::from([arrow("cli", "render"), arrow("render", "finding")]);
    assert_eq!(circle(uses), BTreeSet::new());
}

#[test]
fn a_use_is_seen_however_it_is_written() {
    let code = "use crate::{cell::{Cell, self}, sync}; use super::super::render; \
                fn f() { crate::clock::now() } use super::sibling;";
    let expected = ["cell", "clock", "render", "sync"].map(str::to_owned);
    assert_eq!(named_modules(code, 2), BTreeSet::from(expected));
}
