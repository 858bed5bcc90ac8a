//! The program's own source text: what lies under one folder, and nothing else.
//!
//! **Invariant:** no file is opened unless its canonical path lies under the
//! root, it is a regular file, and it is no longer than [`MAX_BYTES`].

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The longest source file that is opened.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// The folder that holds the program's own source.
///
/// ```
/// let root = racegate_detector::source::SourceRoot::new(".".as_ref())?;
/// assert_eq!(root.read("../outside.rs"), None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceRoot {
    given: PathBuf,
    canonical: PathBuf,
}

impl SourceRoot {
    /// The root at `folder`.
    ///
    /// # Errors
    ///
    /// When there is no such folder.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let canonical = folder.canonicalize()?;
        if !canonical.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self {
            given: std::path::absolute(folder)?,
            canonical,
        })
    }

    /// The root of the Cargo workspace around the current folder (where its
    /// `Cargo.lock` is), or else the current folder. None where even that is gone.
    #[must_use]
    pub fn enclosing() -> Option<Self> {
        let here = std::env::current_dir().ok()?;
        let workspace = here
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file());
        Self::new(workspace.unwrap_or(&here)).ok()
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.canonical
    }

    /// How `file` reads from the root. None for an absolute path that is not
    /// under it. This asks no file system.
    #[must_use]
    pub fn relative<'a>(&self, file: &'a str) -> Option<&'a str> {
        let path = Path::new(file);
        if path.is_relative() {
            return Some(file);
        }
        let inside = path
            .strip_prefix(&self.canonical)
            .or_else(|_| path.strip_prefix(&self.given))
            .ok()?;
        inside.to_str()
    }

    /// The text of `file`, if it is the program's own source.
    #[must_use]
    pub fn read(&self, file: &str) -> Option<String> {
        let path = self.canonical.join(file).canonicalize().ok()?;
        // A path that is no regular file is not even opened: a pipe would block.
        if !path.starts_with(&self.canonical) || !is_source(&path.metadata().ok()?) {
            return None;
        }
        let opened = File::open(&path).ok()?;
        if !is_source(&opened.metadata().ok()?) {
            return None;
        }
        let mut text = String::new();
        opened.take(MAX_BYTES).read_to_string(&mut text).ok()?;
        Some(text)
    }
}

fn is_source(metadata: &std::fs::Metadata) -> bool {
    metadata.is_file() && metadata.len() <= MAX_BYTES
}

/// Source texts that were read before a report is rendered, so that a renderer
/// opens nothing.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: BTreeMap<String, String>,
}

impl Sources {
    /// Reads those of `files` that lie under the root.
    pub fn load<'a>(root: &SourceRoot, files: impl IntoIterator<Item = &'a str>) -> Self {
        let mut sources = Self::default();
        for file in files {
            if sources.texts.contains_key(file) {
                continue;
            }
            if let Some(text) = root.read(file) {
                sources.insert(file, text);
            }
        }
        sources
    }

    /// Adds a text under the name by which sites call it.
    pub fn insert(&mut self, file: &str, text: String) {
        self.texts.insert(file.to_owned(), text);
    }

    /// The text of a file, if it was read.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(String::as_str)
    }

    /// One line of a file, counted from one.
    #[must_use]
    pub fn line(&self, file: &str, line: u32) -> Option<&str> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        self.text(file)?.lines().nth(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root_with(file: &str, text: &str) -> (tempfile::TempDir, SourceRoot) {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("root");
        std::fs::create_dir_all(inner.join("src")).expect("a source folder");
        std::fs::write(inner.join(file), text).expect("a file");
        std::fs::write(folder.path().join("secret"), "secret").expect("a file outside");
        let root = SourceRoot::new(&inner).expect("a root");
        (folder, root)
    }

    #[test]
    fn a_file_under_the_root_is_read_by_relative_and_by_absolute_path() {
        let (_folder, root) = root_with("src/a.rs", "fn a() {}\n");
        let absolute = root.path().join("src/a.rs");
        assert_eq!(root.read("src/a.rs").as_deref(), Some("fn a() {}\n"));
        let absolute = absolute.to_str().expect("a name");
        assert_eq!(root.read(absolute).as_deref(), Some("fn a() {}\n"));
        assert_eq!(root.relative(absolute), Some("src/a.rs"));
    }

    #[test]
    fn nothing_outside_the_root_is_read() {
        let (folder, root) = root_with("src/a.rs", "");
        let secret = folder.path().join("secret");
        assert!(secret.is_file());
        assert_eq!(root.read("../secret"), None);
        assert_eq!(root.read("src/../../secret"), None);
        assert_eq!(root.read(secret.to_str().expect("a name")), None);
        assert_eq!(root.relative(secret.to_str().expect("a name")), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_root_is_not_followed() {
        let (folder, root) = root_with("src/a.rs", "");
        let link = root.path().join("link.rs");
        std::os::unix::fs::symlink(folder.path().join("secret"), link).expect("a link");
        assert_eq!(root.read("link.rs"), None);
    }

    #[test]
    fn folders_and_long_files_are_not_read() {
        let (_folder, root) = root_with("src/a.rs", "");
        let long = "x".repeat(usize::try_from(MAX_BYTES).expect("small") + 1);
        std::fs::write(root.path().join("long.rs"), &long).expect("a file");
        std::fs::write(root.path().join("longest.rs"), &long[1..]).expect("a file");
        assert_eq!(root.read("src"), None);
        assert_eq!(root.read("long.rs"), None);
        assert_eq!(root.read("longest.rs").as_deref(), Some(&long[1..]));
    }
}
