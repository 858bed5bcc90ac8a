//! Manifests cut down to what libraries need, each of which stands alone.
//!
//! **Invariant:** nothing is added to what the real manifests say: versions, features and
//! lints are theirs. What a package inherits is written out, and it is a workspace of its
//! own, since cargo looks for a root in the folders around it, where the user's is.

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

/// The manifest of the package in a folder, as its library needs it.
pub(super) fn of_library(mut manifest: Table, folder: &str, workspace: &Table) -> Table {
    for section in TARGETS {
        manifest.remove(section);
    }
    if let Some(Value::Table(package)) = manifest.get_mut("package") {
        package.remove("default-run");
        inherit(package, workspace.get("package"));
    }
    for dependencies in dependencies_mut(&mut manifest) {
        for (name, dependency) in dependencies.iter_mut() {
            inherit_dependency(name, dependency, folder, workspace);
        }
    }
    if is_inherited(manifest.get("lints")) {
        let lints = workspace.get("lints").cloned();
        manifest.insert("lints".to_owned(), lints.unwrap_or(Table::new().into()));
    }
    manifest.insert("workspace".to_owned(), Table::new().into());
    manifest
}

/// The folders of the packages that a package in a folder depends on.
pub(super) fn folders(manifest: &mut Table, folder: &str) -> Vec<String> {
    let folders = dependencies_mut(manifest)
        .into_iter()
        .flat_map(|dependencies| dependencies.iter())
        .filter_map(|(_, dependency)| dependency.get("path")?.as_str())
        .map(|path| joined(folder, path));
    folders.collect()
}

/// A library's dependencies, on each platform; those on the others are taken out.
fn dependencies_mut(manifest: &mut Table) -> Vec<&mut Table> {
    let mut found = Vec::new();
    for (section, value) in manifest.iter_mut() {
        match (section.as_str(), value) {
            ("dependencies", Value::Table(dependencies)) => found.push(dependencies),
            ("target", Value::Table(platforms)) => {
                for (_, platform) in platforms.iter_mut() {
                    if let Value::Table(platform) = platform {
                        platform.retain(|section, _| section == "dependencies");
                        found.extend(platform.iter_mut().filter_map(|(_, it)| it.as_table_mut()));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Writes out what each field inherits.
fn inherit(package: &mut Table, from: Option<&Value>) {
    for (name, field) in package.iter_mut() {
        if is_inherited(Some(field))
            && let Some(value) = from.and_then(|from| from.get(name.as_str()))
        {
            *field = value.clone();
        }
    }
}

/// Writes out a dependency: features are added to those inherited, all else said here
/// takes the place of what is said there.
fn inherit_dependency(name: &str, dependency: &mut Value, folder: &str, workspace: &Table) {
    if !is_inherited(Some(dependency)) {
        return;
    }
    let inherited = workspace.get("dependencies").and_then(|it| it.get(name));
    let mut whole = match inherited {
        Some(Value::Table(inherited)) => inherited.clone(),
        Some(version) => Table::from_iter([("version".to_owned(), version.clone())]),
        None => Table::new(),
    };
    if let Some(Value::String(path)) = whole.get_mut("path") {
        let up = "../".repeat(folder.split('/').count());
        *path = format!("{up}{path}");
    }
    if let Value::Table(own) = dependency {
        for (field, value) in own.iter().filter(|(field, _)| *field != "workspace") {
            match (whole.get_mut(field.as_str()), value) {
                (Some(Value::Array(all)), Value::Array(more)) => all.extend(more.iter().cloned()),
                _ => drop(whole.insert(field.clone(), value.clone())),
            }
        }
    }
    *dependency = Value::Table(whole);
}

fn is_inherited(value: Option<&Value>) -> bool {
    let workspace = value.and_then(|value| value.get("workspace"));
    workspace.and_then(Value::as_bool) == Some(true)
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
