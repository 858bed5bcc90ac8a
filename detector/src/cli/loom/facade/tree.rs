//! Files that are carried in one piece, and unpacked into a folder named after them.
//!
//! **Invariant:** a folder of that name appears whole or not at all, and is used only
//! where it holds what is carried: each file as it was, and no other.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

/// Files, and the folder that they are to be in.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    /// The text of each, by its path in the folder.
    files: BTreeMap<String, String>,
}

/// How a tree came to be where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It was not there.
    New,
    /// It was there.
    There,
    /// Something else was there.
    Again,
}

impl Tree {
    /// What was packed, for a folder inside of this one.
    pub(super) fn unpacked(packed: &[u8], folder: &Path) -> Result<Self, String> {
        let text = lz4_flex::decompress_size_prepended(packed).map_err(|it| it.to_string())?;
        let text = String::from_utf8(text).map_err(|error| error.to_string())?;
        Ok(Self {
            root: folder.join(format!("{:032x}", xxh3_128(packed))),
            files: toml::from_str(&text).map_err(|error| error.to_string())?,
        })
    }

    /// The folder of the files.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Sees to it that the folder holds the files.
    pub(super) fn put_in_place(&self) -> io::Result<Put> {
        // A link to nowhere is in the way, too.
        let taken = fs::symlink_metadata(&self.root).is_ok();
        if taken && self.is_intact() {
            return Ok(Put::There);
        }
        let folder = self.root.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // What is left in it at the end goes with it.
        let draft = tempfile::Builder::new()
            .prefix(".racegate-")
            .tempdir_in(folder)?;
        let whole = draft.path().join("whole");
        self.write(&whole)?;
        if taken {
            fs::rename(&self.root, draft.path().join("damaged"))?;
        }
        fs::rename(&whole, &self.root)?;
        Ok(if taken { Put::Again } else { Put::New })
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        for (path, text) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, text)?;
        }
        Ok(())
    }

    fn is_intact(&self) -> bool {
        let found = self.count(&self.root);
        found.is_ok_and(|found| found == self.files.len())
    }

    /// How many of the files are in a folder of theirs. An error where anything else is.
    fn count(&self, folder: &Path) -> io::Result<usize> {
        let mut found = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() {
                found += self.count(&path)?;
            } else if kind.is_file() && self.text(&path) == Some(&*fs::read(&path)?) {
                found += 1;
            } else {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(found)
    }

    /// What a file there is to hold.
    fn text(&self, path: &Path) -> Option<&[u8]> {
        let path = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
        let text = self.files.get(&parts?.join("/"))?;
        Some(text.as_bytes())
    }
}

#[cfg(test)]
mod tests;
