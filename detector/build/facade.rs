//! The sources of racegate's own loom and of what it is built from, packed.
//!
//! **Invariant:** what is packed depends on the sources alone, not on when and where that
//! is done, and a tree made of it builds without them.

mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The packages that take loom's place, for 0.7 and 0.5.
const FACADES: [&str; 2] = ["instrument/loom", "instrument/loom/v05"];

/// What a library is not made of: the commands.
const COMMANDS: [&str; 3] = [
    "detector/src/bin",
    "detector/src/cli",
    "detector/src/cli.rs",
];

/// Nor is it made of modules of these names, or of what is in them, which are tests.
const TESTS: [&str; 3] = ["in_loom.rs", "tests", "tests.rs"];

/// Whether the facade's sources lie where they do in the repository.
#[cfg_attr(
    test,
    expect(dead_code, reason = "for the build script, which has no tests")
)]
pub(crate) fn is_beside(package: &Path) -> bool {
    FACADES.iter().all(|folder| {
        let manifest = package.join("..").join(folder).join("Cargo.toml");
        manifest.is_file()
    })
}

/// All files that the facade is built from.
pub(crate) struct Facade {
    /// The text of each, by its path from the root of the workspace.
    files: BTreeMap<String, String>,
    /// What it was made from. A new file beside those of a package's `src` is not among
    /// them, but no file is compiled unless another one names it.
    pub(crate) watched: Vec<PathBuf>,
}

impl Facade {
    /// Collects them from a workspace.
    pub(crate) fn collect(root: &Path) -> Result<Self, Box<dyn Error>> {
        let mut facade = Self {
            files: BTreeMap::new(),
            watched: Vec::new(),
        };
        let workspace = facade.manifest(root, "")?;
        let workspace = workspace.get("workspace").and_then(Value::as_table);
        let workspace = workspace.ok_or("the repository is a workspace")?;
        let mut ahead = BTreeSet::from(FACADES.map(str::to_owned));
        let mut packages = BTreeSet::new();
        while let Some(folder) = ahead.pop_first() {
            let package = facade.manifest(root, &folder)?;
            let mut package = manifest::of_library(package, &folder, workspace);
            let below = manifest::folders(&mut package, &folder);
            let text = toml::to_string(&package)?;
            facade.files.insert(inside(&folder, "Cargo.toml"), text);
            facade.sources(root, &format!("{folder}/src"))?;
            packages.insert(folder);
            ahead.extend(below.into_iter().filter(|it| !packages.contains(it)));
        }
        Ok(facade)
    }

    /// One text of them all, compressed.
    pub(crate) fn packed(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let text = toml::to_string(&self.files)?;
        Ok(lz4_flex::compress_prepend_size(text.as_bytes()))
    }

    fn manifest(&mut self, root: &Path, folder: &str) -> Result<Table, Box<dyn Error>> {
        let path = root.join(inside(folder, "Cargo.toml"));
        let text = read(&path)?;
        self.watched.push(path);
        Ok(text.parse::<Table>()?)
    }

    fn sources(&mut self, root: &Path, folder: &str) -> Result<(), Box<dyn Error>> {
        for (path, is_folder) in entries(root, folder)? {
            self.watched.push(root.join(&path));
            self.insert(root, path, is_folder)?;
        }
        Ok(())
    }

    fn insert(&mut self, root: &Path, path: String, is_folder: bool) -> Result<(), Box<dyn Error>> {
        if is_folder {
            for (path, is_folder) in entries(root, &path)? {
                self.insert(root, path, is_folder)?;
            }
        } else {
            let text = read(&root.join(&path))?;
            self.files.insert(path, text);
        }
        Ok(())
    }
}

/// What is in a folder, and which of it are folders.
fn entries(root: &Path, folder: &str) -> Result<Vec<(String, bool)>, Box<dyn Error>> {
    let path = root.join(folder);
    let mut entries = Vec::new();
    for entry in fs::read_dir(&path).map_err(|error| format!("{}: {error}", path.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or("a file's name is no text")?;
        let path = inside(folder, name);
        if !COMMANDS.contains(&path.as_str()) && !TESTS.contains(&name) {
            entries.push((path, entry.file_type()?.is_dir()));
        }
    }
    Ok(entries)
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(path);
    text.map_err(|error| format!("{}: {error}", path.display()).into())
}

fn inside(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}
