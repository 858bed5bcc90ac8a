//! Which packages a run is for.
//!
//! **Invariant:** a run is for packages that are wired to loom, each of them named by the
//! user or the only one there is.

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::Loom;
use super::wiring::Wiring;
use crate::cli::exit::{Failure, say};
use crate::cli::workspace::{Package, Workspace, values_of};

/// The packages asked for, each with its wiring.
pub(super) fn chosen(
    workspace: &Workspace,
    arguments: &Loom,
) -> Result<Vec<(Package, Wiring)>, Failure> {
    let packages = match named(arguments) {
        names if !names.is_empty() => by_name(workspace, &names)?,
        _ if arguments
            .cargo
            .iter()
            .any(|argument| argument == "--workspace" || argument == "--all") =>
        {
            wired(workspace.packages.iter())?
        }
        _ => vec![only(workspace)?],
    };
    let wirings = packages.into_iter().map(|package| {
        Ok((
            package.clone(),
            Wiring::of(package, &workspace.workspace_root)?,
        ))
    });
    wirings.collect()
}

/// The names that the user gives, to us or to cargo.
fn named(arguments: &Loom) -> BTreeSet<String> {
    let to_cargo = ["-p", "--package"]
        .map(|option| values_of(option, &arguments.cargo))
        .concat();
    let to_us = arguments.package.iter().map(OsString::from);
    let all = to_cargo.into_iter().chain(to_us);
    // `name@version` is a way to say `name`.
    let names = all.filter_map(|name| Some(name.to_str()?.split('@').next()?.to_owned()));
    names.collect()
}

fn by_name<'a>(
    workspace: &'a Workspace,
    names: &BTreeSet<String>,
) -> Result<Vec<&'a Package>, Failure> {
    let found = names.iter().map(|name| {
        let package = workspace
            .packages
            .iter()
            .find(|package| package.name == *name);
        let package = package.ok_or_else(|| {
            let others = listed(workspace.packages.iter());
            Failure::usage(format!(
                "there is no package `{name}` here: there is {others}"
            ))
        })?;
        if Wiring::is_in(package) {
            Ok(package)
        } else {
            Err(unwired(&format!("`{name}`")))
        }
    });
    found.collect()
}

/// The one that is meant where the user names none.
fn only(workspace: &Workspace) -> Result<&Package, Failure> {
    let defaults = workspace.packages.iter().filter(|package| {
        let ids = &workspace.workspace_default_members;
        // Before cargo 1.71 there were none of them in the metadata.
        ids.is_empty() || ids.contains(&package.id)
    });
    let candidates = wired(defaults)?;
    match candidates.as_slice() {
        [package] => Ok(package),
        several => {
            let names = listed(several.iter().copied());
            Err(Failure::usage(format!(
                "several packages here have tests for loom: give --package with one of {names}"
            )))
        }
    }
}

/// Those that have a wiring; at least one.
fn wired<'a>(packages: impl Iterator<Item = &'a Package>) -> Result<Vec<&'a Package>, Failure> {
    let (wired, others): (Vec<&Package>, Vec<&Package>) =
        packages.partition(|package| Wiring::is_in(package));
    if wired.is_empty() {
        let others = listed(others.into_iter());
        return Err(unwired(&others));
    }
    Ok(wired)
}

fn unwired(names: &str) -> Failure {
    let wiring = [
        "a package is wired to loom by `[target.'cfg(loom)'.dependencies] loom = \"0.7\"` in its manifest,",
        "by `#[cfg(loom)] use loom::sync::atomic::AtomicUsize;` beside `#[cfg(not(loom))]` and std's,",
        "and by tests that call `loom::model(|| { ... })`: the cells, atomics, locks and threads in it are watched",
    ];
    for line in wiring {
        say("help", line);
    }
    Failure::usage(format!(
        "{names}: no dependency on loom, so there is nothing to run"
    ))
}

fn listed<'a>(packages: impl Iterator<Item = &'a Package>) -> String {
    let names: Vec<String> = packages
        .map(|package| format!("`{}`", package.name))
        .collect();
    names.join(", ")
}
