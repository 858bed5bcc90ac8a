//! The package that takes loom's place.
//!
//! **Invariant:** a facade is a folder with a manifest, for each version one.

use std::path::{Path, PathBuf};

use super::wiring::Version;
use crate::cli::exit::Failure;

/// The facade's folders.
#[derive(Debug)]
pub(super) struct Facade {
    root: PathBuf,
}

impl Facade {
    /// The one given, or else that of the sources this command was built from.
    pub(super) fn find(given: Option<&Path>) -> Result<Self, Failure> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../instrument/loom");
        let root = given.unwrap_or(&own);
        let found = root.join("Cargo.toml").is_file();
        let root = root.canonicalize().ok().filter(|_| found).ok_or_else(|| {
            let root = root.display();
            Failure::usage(format!(
                "racegate's own loom is not in {root}: give --facade DIR"
            ))
        })?;
        Ok(Self { root })
    }

    /// What takes the place of a version.
    pub(super) fn folder(&self, version: Version) -> PathBuf {
        match version {
            Version::Five => self.root.join("v05"),
            Version::Seven => self.root.clone(),
        }
    }
}
