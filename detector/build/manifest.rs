//! Manifests cut down to what a library needs to be built.
//!
//! **Invariant:** nothing is added to what the real manifests say: versions, features and
//! lints are theirs.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// Sections of a package's manifest that its library does without.
const TARGETS: [&str; 6] = [
    "bench",
    "bin",
    "build-dependencies",
    "dev-dependencies",
    "example",
    "test",
];

/// A package's manifest, as its library needs it.
pub(super) fn of_library(mut manifest: Table) -> Table {
    for section in TARGETS {
        manifest.remove(section);
    }
    if let Some(Value::Table(package)) = manifest.get_mut("package") {
        package.remove("default-run");
    }
    if let Some(Value::Table(platforms)) = manifest.get_mut("target") {
        for (_, platform) in platforms.iter_mut() {
            if let Value::Table(platform) = platform {
                platform.retain(|section, _| section == "dependencies");
            }
        }
    }
    manifest
}

/// The workspace's manifest, for some of its packages, by their folders.
pub(super) fn of_workspace(real: &Table, packages: &BTreeMap<String, Table>) -> Table {
    let inherited: BTreeSet<&str> = packages
        .values()
        .flat_map(dependencies)
        .filter(|(_, dependency)| is_inherited(dependency))
        .map(|(name, _)| name.as_str())
        .collect();
    let mut workspace = Table::new();
    // A package with a workspace of its own is no member of another.
    for (name, alone) in [("members", false), ("exclude", true)] {
        let folders = packages
            .iter()
            .filter(|(_, manifest)| manifest.contains_key("workspace") == alone)
            .map(|(folder, _)| Value::from(folder.clone()));
        workspace.insert(name.to_owned(), Value::Array(folders.collect()));
    }
    for name in ["resolver", "package", "lints", "dependencies"] {
        if let Some(section) = section(real, &["workspace", name]) {
            workspace.insert(name.to_owned(), section.clone());
        }
    }
    if let Some(Value::Table(dependencies)) = workspace.get_mut("dependencies") {
        dependencies.retain(|name, _| inherited.contains(name));
    }
    Table::from_iter([("workspace".to_owned(), Value::Table(workspace))])
}

/// The folders of the packages that a package in a folder depends on.
pub(super) fn folders(manifest: &Table, folder: &str, workspace: &Table) -> Vec<String> {
    let folders = dependencies(manifest).filter_map(|(name, dependency)| {
        if is_inherited(dependency) {
            let path = section(workspace, &["workspace", "dependencies", name, "path"])?;
            path.as_str().map(|path| joined("", path))
        } else {
            let path = dependency.get("path")?;
            path.as_str().map(|path| joined(folder, path))
        }
    });
    folders.collect()
}

/// A library's dependencies, on any platform.
fn dependencies(manifest: &Table) -> impl Iterator<Item = (&String, &Value)> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(Table::values);
    let platforms = platforms.filter_map(Value::as_table);
    std::iter::once(manifest)
        .chain(platforms)
        .filter_map(|table| table.get("dependencies")?.as_table())
        .flatten()
}

fn is_inherited(dependency: &Value) -> bool {
    dependency.get("workspace").is_some()
}

fn section<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let first = table.get(*first)?;
    rest.iter().try_fold(first, |value, name| value.get(name))
}

/// A path as it is from the root, without `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
