//! The table of mutants, as it is committed.
//!
//! **Invariant:** names are distinct, and a text that is replaced is found exactly once
//! in its file; so a table that no longer fits the sources is told, not passed over.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One mistake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// The mistake, as a sentence.
    pub name: String,
    /// Where it is made.
    pub edits: Vec<Edit>,
    /// What `cargo test` is told so that it runs a test that must fail.
    pub test: String,
    /// Whether the test may also never end.
    #[serde(default)]
    pub hangs: bool,
}

/// A change of one place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The file, from the root of the workspace.
    pub file: PathBuf,
    /// What it says.
    pub found: String,
    /// What it says instead.
    pub replaced: String,
}

/// One file of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    mutant: Vec<Mutant>,
}

impl Edit {
    /// The text of its file with the change made.
    ///
    /// # Errors
    ///
    /// When the text to be replaced is not found, or more than once, or stays as it is.
    pub fn applied(&self, text: &str) -> Result<String, String> {
        let told = |what: &str| Err(format!("{} {what}", self.file.display()));
        if self.found == self.replaced {
            return told("would not be changed");
        }
        match text.matches(&self.found).count() {
            0 => told("does not hold the text to be replaced"),
            1 => Ok(text.replacen(&self.found, &self.replaced, 1)),
            _ => told("holds the text to be replaced more than once"),
        }
    }
}

/// Every mutant of the workspace that lies here, in the order of the table.
///
/// # Errors
///
/// When a file of the table cannot be read, or two mutants have one name.
pub fn read_table(workspace: &Path) -> Result<Vec<Mutant>, String> {
    let mut mutants = Vec::new();
    for file in files(&workspace.join("tests/mutants"))? {
        let table = fs::read_to_string(&file)
            .map_err(|error| error.to_string())
            .and_then(|text| toml::from_str::<Table>(&text).map_err(|error| error.to_string()))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        mutants.extend(table.mutant);
    }
    let mut names = BTreeSet::new();
    match mutants.iter().find(|mutant| !names.insert(&mutant.name)) {
        Some(twice) => Err(format!("{}: there are two of this name", twice.name)),
        None => Ok(mutants),
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(found: &str, replaced: &str) -> Edit {
        Edit {
            file: "lib.rs".into(),
            found: found.to_owned(),
            replaced: replaced.to_owned(),
        }
    }

    #[test]
    fn a_text_is_replaced_where_it_is_found_once() {
        assert_eq!(edit("<=", "<").applied("a <= b"), Ok("a < b".to_owned()));
        for (found, replaced) in [("<=", ">"), ("=", "+"), ("b", "b")] {
            assert!(edit(found, replaced).applied("a < b == c").is_err());
        }
    }
}
