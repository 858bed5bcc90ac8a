//! How a package is wired to loom: which versions, under which names of `cfg`, by
//! which features.
//!
//! **Invariant:** a dependency on loom that the facade cannot stand in for is refused;
//! none is left out.

use std::collections::BTreeSet;
use std::path::Path;

use super::condition::{Condition, speaks_of_loom};
use super::lints;
use super::sources::Used;
use crate::cli::exit::Failure;
use crate::cli::workspace::{Dependency, Package};

/// How metadata tells of crates.io.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The versions of loom that the facade stands in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// 0.5
    Five,
    /// 0.7
    Seven,
}

impl Version {
    pub(super) const ALL: [Self; 2] = [Self::Five, Self::Seven];

    /// What all its releases begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Five => "0.5.",
            Self::Seven => "0.7.",
        }
    }

    /// The newest version that a requirement allows.
    fn of_requirement(requirement: &str) -> Option<Self> {
        let allows = |version: &str, next: &str| {
            requirement.split(',').any(|comparator| {
                let comparator = comparator.trim();
                let below = comparator.strip_prefix('<').map(str::trim);
                let named = comparator.trim_start_matches(['^', '~', '=', '>', '<', ' ']);
                starts_with(named, version) || below.is_some_and(|below| starts_with(below, next))
            })
        };
        if requirement.trim() == "*" || allows("0.7", "0.8") {
            Some(Self::Seven)
        } else if allows("0.5", "0.6") {
            Some(Self::Five)
        } else {
            None
        }
    }
}

/// Whether a version is `0.7` or `0.7.something`, for 0.7.
fn starts_with(version: &str, prefix: &str) -> bool {
    let rest = version.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// How one package is wired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wiring {
    /// What `--cfg` is to name.
    pub(super) names: BTreeSet<String>,
    /// What turns its parts for loom on besides.
    pub(super) features: BTreeSet<String>,
}

impl Wiring {
    /// Whether a package depends on loom at all.
    pub(super) fn is_in(package: &Package) -> bool {
        dependencies(package).next().is_some()
    }

    /// The versions that a package asks for, of those that can be replaced.
    pub(super) fn versions(package: &Package) -> impl Iterator<Item = Version> {
        dependencies(package).filter_map(|dependency| version(package, dependency).ok())
    }

    /// The wiring of a package that has one.
    pub(super) fn of(package: &Package, workspace_root: &Path) -> Result<Self, Failure> {
        let mut wiring = Self::default();
        for dependency in dependencies(package) {
            version(package, dependency)?;
            let target = dependency.target.as_deref().and_then(Condition::of_target);
            let names = target.into_iter().flat_map(Condition::names);
            wiring.names.extend(names.map(str::to_owned));
            if dependency.optional {
                wiring
                    .features
                    .extend(feature(package, dependency.called()));
            }
        }
        if wiring.names.is_empty() {
            let root = package.manifest_path.parent().unwrap_or(Path::new("."));
            let used = Used::below(&[root.join("src"), root.join("tests")]);
            let expected = lints::expected(&package.manifest_path, workspace_root);
            wiring.look_elsewhere(package, &expected, &used);
        }
        Ok(wiring)
    }

    /// The dependencies name no `cfg`; the lints may, or else the sources.
    fn look_elsewhere(&mut self, package: &Package, expected: &BTreeSet<String>, used: &Used) {
        let of_loom = |names: &mut dyn Iterator<Item = &String>| {
            let names = names.filter(|name| speaks_of_loom(name));
            // Of equals the last one is taken: thus the first by its letters.
            names
                .max_by_key(|name| (used.names.get(*name), std::cmp::Reverse(*name)))
                .cloned()
        };
        let name = of_loom(&mut expected.iter()).or_else(|| of_loom(&mut used.names.keys()));
        self.names.extend(name);
        if self.features.is_empty() {
            let known = used
                .features
                .iter()
                .filter(|feature| package.features.contains_key(*feature));
            self.features
                .extend(known.filter(|feature| speaks_of_loom(feature)).cloned());
        }
    }
}

fn dependencies(package: &Package) -> impl Iterator<Item = &Dependency> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.name == "loom")
}

fn version(package: &Package, dependency: &Dependency) -> Result<Version, Failure> {
    let name = &package.name;
    let source = dependency.source.as_deref();
    if source != Some(CRATES_IO) {
        let source = source.unwrap_or("a folder");
        return Err(Failure::usage(format!(
            "`{name}` takes loom from {source}: only crates.io's can be replaced"
        )));
    }
    let requirement = &dependency.req;
    Version::of_requirement(requirement).ok_or_else(|| {
        Failure::usage(format!(
            "`{name}` depends on loom {requirement}: racegate stands in for 0.7 and 0.5 alone"
        ))
    })
}

/// The feature that turns an optional dependency on; one that speaks of loom, where
/// there are several.
fn feature(package: &Package, dependency: &str) -> Option<String> {
    let explicit = format!("dep:{dependency}");
    let part = format!("{dependency}/");
    let turns_on =
        |entry: &String| *entry == explicit || entry == dependency || entry.starts_with(&part);
    let features = package.features.iter();
    let mut on: Vec<&String> = features
        .filter(|(_, entries)| entries.iter().any(turns_on))
        .map(|(name, _)| name)
        .collect();
    on.sort_by_key(|name| !speaks_of_loom(name));
    on.first().copied().cloned()
}

#[cfg(test)]
mod tests;
