//! What the sources of a package say of the conditions that they are compiled under.
//!
//! **Invariant:** sources are searched as text and never changed; what cannot be read
//! says nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::condition::Condition;

/// How deep folders are searched: no package's modules are as deep.
const DEPTH: u32 = 16;

/// The conditions that sources state.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Used {
    /// Bare names, each with how often it is stated.
    pub(super) names: BTreeMap<String, usize>,
    pub(super) features: BTreeSet<String>,
}

impl Used {
    /// What all sources below the folders state.
    pub(super) fn below(folders: &[PathBuf]) -> Self {
        let mut used = Self::default();
        for file in folders.iter().flat_map(|folder| below(folder)) {
            used.add(&fs::read_to_string(file).unwrap_or_default());
        }
        used
    }

    fn add(&mut self, source: &str) {
        for condition in Condition::all_in(source) {
            for name in condition.names() {
                *self.names.entry(name.to_owned()).or_default() += 1;
            }
            self.features
                .extend(condition.features().into_iter().map(str::to_owned));
        }
    }
}

/// Whether one of the sources below a folder holds all the words.
pub(super) fn hold(folder: &Path, words: &[&str]) -> bool {
    below(folder).iter().any(|file| file_holds(file, words))
}

/// Whether a source holds all the words.
pub(super) fn file_holds(file: &Path, words: &[&str]) -> bool {
    fs::read_to_string(file).is_ok_and(|source| words.iter().all(|word| source.contains(word)))
}

/// The Rust sources below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(folder, DEPTH, &mut files);
    files
}

fn collect(folder: &Path, depth: u32, files: &mut Vec<PathBuf>) {
    let Ok(entries) = folder.read_dir() else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if depth > 0 {
                collect(&path, depth - 1, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_of_all_folders_are_counted_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("src/a/b");
        fs::create_dir_all(&deep).expect("a folder");
        fs::write(folder.path().join("src/lib.rs"), "#[cfg(loom)] use x;").expect("a source");
        let source = "#[cfg(any(not(loom), feature = \"loom\"))]\n#[cfg(all(test, loom))]";
        fs::write(deep.join("c.rs"), source).expect("a source");
        fs::write(deep.join("c.txt"), "#[cfg(loom)]").expect("a text");
        let used = Used::below(&[folder.path().join("src"), folder.path().join("tests")]);
        assert_eq!(used.names, BTreeMap::from([("loom".to_owned(), 2)]));
        assert_eq!(used.features, BTreeSet::from(["loom".to_owned()]));
        assert!(hold(folder.path(), &["loom", "use x"]));
        assert!(
            !hold(folder.path(), &["test", "use x"]),
            "one file must hold both"
        );
    }
}
