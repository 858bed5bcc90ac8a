//! The source files of the workspace, as the rules read them.

use std::path::{Path, PathBuf};

use crate::recorded::workspace;

/// Folders with source files of ours.
const FOLDERS: [&str; 4] = ["instrument", "detector", "fixtures", "tests"];

/// A source file.
pub(super) struct Source {
    /// Its path from the root of the workspace.
    pub(super) path: String,
    /// Its text, comments blanked out.
    pub(super) code: String,
    /// How many lines it has.
    pub(super) lines: usize,
}

impl Source {
    /// What comes before its unit tests.
    pub(super) fn outside_tests(&self) -> &str {
        if self.is_test_file() {
            return "";
        }
        let tests = self.code.find("#[cfg(test)]\nmod ");
        &self.code[..tests.unwrap_or(self.code.len())]
    }

    /// Its unit tests, or all of it where it is nothing but tests.
    pub(super) fn tests(&self) -> &str {
        &self.code[self.outside_tests().len()..]
    }

    fn is_test_file(&self) -> bool {
        let in_folder = self.path.starts_with("tests/") || self.path.contains("/tests/");
        in_folder || self.path.ends_with("/tests.rs")
    }
}

/// Every source file, in the order of the paths.
pub(super) fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&workspace().join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 100, "these are not all the files");
    files.iter().map(|file| source(file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source(file: &Path) -> Source {
    let path = file.strip_prefix(workspace()).expect("it lies inside");
    let text = read(file);
    Source {
        path: path.display().to_string().replace('\\', "/"),
        lines: text.lines().count(),
        code: text.lines().map(without_comment).collect(),
    }
}

fn without_comment(line: &str) -> String {
    let code = line.split("//").next().unwrap_or_default();
    format!("{code}\n")
}

/// A file of text.
pub(super) fn read(file: &Path) -> String {
    std::fs::read_to_string(file).expect("the file is there, and is text")
}
