//! The package that takes loom's place.
//!
//! **Invariant:** once it is in place a facade is a folder with a manifest, for each
//! version one; and unless the user named it, it is made of what this command carries
//! alone.

mod tree;

use std::path::{Path, PathBuf};

use super::wiring::Version;
use crate::cli::exit::{Failure, say};
use tree::{Put, Tree};

/// What the build script packed; nothing where the facade's sources were not there.
const CARRIED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/facade"));

/// The facade's folders.
#[derive(Debug)]
pub(super) struct Facade {
    root: PathBuf,
    /// What is to be in a folder around it, unless the user named one.
    carried: Option<Tree>,
}

impl Facade {
    /// The one given, or else the one carried, which will be unpacked into a folder.
    pub(super) fn find(given: Option<&Path>, folder: &Path) -> Result<Self, Failure> {
        match given {
            Some(given) => Self::given(given),
            None => Self::carried(CARRIED, folder),
        }
    }

    fn given(folder: &Path) -> Result<Self, Failure> {
        let found = folder.join("Cargo.toml").is_file();
        let root = folder.canonicalize().ok().filter(|_| found);
        let root = root.ok_or_else(|| {
            let folder = folder.display();
            Failure::usage(format!("racegate's own loom is not in {folder}"))
        })?;
        Ok(Self {
            root,
            carried: None,
        })
    }

    fn carried(packed: &[u8], folder: &Path) -> Result<Self, Failure> {
        if packed.is_empty() {
            return Err(Failure::usage(
                "this command was built without racegate's own loom, which is not beside its \
                 package in a registry: install it from the repository, by \
                 `cargo install --git` or `--path`",
            ));
        }
        let tree = Tree::unpacked(packed, &folder.join("facade")).map_err(|error| {
            Failure::usage(format!("racegate's own loom, as it is carried: {error}"))
        })?;
        Ok(Self {
            root: tree.root().join("instrument/loom"),
            carried: Some(tree),
        })
    }

    /// Has it lie where its folders are said to be. No other run may do so meanwhile.
    pub(super) fn put_in_place(&self) -> Result<(), Failure> {
        let Some(tree) = &self.carried else {
            return Ok(());
        };
        let root = tree.root().display();
        match tree.put_in_place() {
            Ok(Put::New | Put::There) => Ok(()),
            Ok(Put::Again) => {
                say(
                    "note",
                    &format!("{root} is not what was unpacked there: it is made anew"),
                );
                Ok(())
            }
            Err(error) => Err(Failure::usage(format!("{root}: {error}"))),
        }
    }

    /// What takes the place of a version.
    pub(super) fn folder(&self, version: Version) -> PathBuf {
        match version {
            Version::Five => self.root.join("v05"),
            Version::Seven => self.root.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
