//! The names of `cfg` that a manifest tells the compiler to expect.
//!
//! **Invariant:** a manifest that says nothing, or that cannot be read, names nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::condition::Condition;

/// What `[lints.rust] unexpected_cfgs` names in a package's manifest, or in the
/// workspace's where the package takes its lints from there.
pub(super) fn expected(manifest: &Path, workspace_root: &Path) -> BTreeSet<String> {
    let read = |path: &Path| fs::read_to_string(path).ok()?.parse::<Table>().ok();
    let Some(package) = read(manifest) else {
        return BTreeSet::new();
    };
    let inherited = at(&package, &["lints", "workspace"]).and_then(Value::as_bool);
    if inherited != Some(true) {
        return names(&package, &["lints"]);
    }
    let workspace = read(&workspace_root.join("Cargo.toml"));
    workspace.map_or_else(BTreeSet::new, |table| {
        names(&table, &["workspace", "lints"])
    })
}

fn names(manifest: &Table, lints: &[&str]) -> BTreeSet<String> {
    let path = [lints, &["rust", "unexpected_cfgs", "check-cfg"]].concat();
    let entries = at(manifest, &path).and_then(Value::as_array);
    let conditions = entries.into_iter().flatten().filter_map(Value::as_str);
    let names = conditions
        .filter_map(Condition::of_target)
        .flat_map(Condition::names);
    names.map(str::to_owned).collect()
}

fn at<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (last, tables) = path.split_last()?;
    let inner = tables
        .iter()
        .try_fold(table, |table, name| table.get(*name)?.as_table())?;
    inner.get(*last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: &str = "check-cfg = ['cfg(loom)', 'cfg(slow, values(\"a\"))', 'nonsense']";

    fn named(manifest: &str, workspace: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let package = folder.path().join("package.toml");
        fs::write(&package, manifest).expect("a manifest");
        fs::write(folder.path().join("Cargo.toml"), workspace).expect("a manifest");
        expected(&package, folder.path()).into_iter().collect()
    }

    #[test]
    fn the_lints_are_the_packages_or_the_workspaces() {
        let own = format!("[lints.rust.unexpected_cfgs]\nlevel = \"warn\"\n{EXPECTED}\n");
        let shared = format!("[workspace.lints.rust.unexpected_cfgs]\n{EXPECTED}\n");
        assert_eq!(named(&own, ""), ["loom", "slow"]);
        assert_eq!(
            named("[lints]\nworkspace = true", &shared),
            ["loom", "slow"]
        );
        assert_eq!(named("", &shared), [""; 0]);
        assert_eq!(
            named("[lints.rust]\nunexpected_cfgs = \"warn\"", ""),
            [""; 0]
        );
        assert_eq!(named("not a manifest", ""), [""; 0]);
    }
}
