//! `Cargo.lock` while the facade is in loom's place: it is cargo's to change then, and
//! the user's again afterwards.
//!
//! **Invariant:** from the moment that the file may differ from the user's until it is
//! the user's again, a copy is in the target folder, or a mark that there was none. A
//! run that finds one there puts it back before it does anything else, unless the user
//! has changed the file since.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::wiring::Version;
use crate::cli::exit::{Failure, say};
use crate::cli::output;

/// What stands for a file that was not there.
const ABSENT: &[u8] = b"# racegate: there was no Cargo.lock\n";

/// The user's lock file, kept.
#[derive(Debug)]
pub(super) struct Lockfile {
    path: PathBuf,
    /// What it held, or [`ABSENT`]; none before that is known, when it is not changed.
    users: Option<Vec<u8>>,
    /// The same, for the next run.
    copy: PathBuf,
    /// Held while the copy is; another run waits for it.
    _turn: File,
}

impl Lockfile {
    /// Keeps a copy of a workspace's lock file in a folder.
    pub(super) fn keep(workspace_root: &Path, folder: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::usage(format!("{}: {error}", folder.display()));
        fs::create_dir_all(folder).map_err(failed)?;
        let turn = turn(&folder.join("turn")).map_err(failed)?;
        let mut kept = Self {
            path: workspace_root.join("Cargo.lock"),
            users: None,
            copy: folder.join("Cargo.lock.kept"),
            _turn: turn,
        };
        if kept.copy.is_file() {
            kept.recover()?;
        }
        let users = kept.read()?.unwrap_or_else(|| ABSENT.to_vec());
        output::replace(&kept.copy, &users)?;
        kept.users = Some(users);
        Ok(kept)
    }

    /// Takes versions of loom out of the file, so that cargo looks for them anew and
    /// finds the facade; every other package stays as it is locked.
    pub(super) fn forget(&self, versions: &[Version]) -> Result<(), Failure> {
        match self.read()? {
            Some(text) => self.write(without(&String::from_utf8_lossy(&text), versions).as_bytes()),
            None => Ok(()),
        }
    }

    /// What cargo made of it.
    pub(super) fn resolved(&self) -> Result<Resolved, Failure> {
        let text = self.read()?.unwrap_or_default();
        Ok(Resolved::of(&String::from_utf8_lossy(&text)))
    }

    /// An earlier run was killed.
    fn recover(&self) -> Result<(), Failure> {
        let users = fs::read(&self.copy).map_err(|error| self.failed(&error))?;
        let left = self.read()?;
        if left.is_some_and(|left| is_ours(&left, &users)) {
            say(
                "note",
                "an earlier run was cut short: Cargo.lock is put back as it was",
            );
            self.put_back(&users)?;
        }
        Ok(())
    }

    fn put_back(&self, users: &[u8]) -> Result<(), Failure> {
        if users == ABSENT {
            match fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(&error)),
                Ok(()) | Err(_) => Ok(()),
            }
        } else if self.read()?.as_deref() == Some(users) {
            Ok(())
        } else {
            self.write(users)
        }
    }

    fn read(&self) -> Result<Option<Vec<u8>>, Failure> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Writes into the file that is there, as cargo does: it may be a link, and it has
    /// its owner and its mode.
    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&self.path);
        file.and_then(|mut file| file.write_all(bytes))
            .map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Failure {
        let (path, copy) = (self.path.display(), self.copy.display());
        Failure::usage(format!("{path}: {error}: what it held is in {copy}"))
    }
}

impl Drop for Lockfile {
    fn drop(&mut self) {
        let Some(users) = &self.users else {
            return;
        };
        match self.put_back(users) {
            // A copy that stays is put back another time, where it differs.
            Ok(()) => drop(fs::remove_file(&self.copy)),
            Err(failure) => failure.tell(),
        }
    }
}

/// Whether a run left a file like this, rather than the user since. Cargo itself drops
/// the facade as soon as it is run without.
fn is_ours(left: &[u8], users: &[u8]) -> bool {
    let [left, users] = [left, users].map(String::from_utf8_lossy);
    let forgotten = [&Version::ALL[..1], &Version::ALL[1..], &Version::ALL];
    left.is_empty()
        || Resolved::of(&left).facade
        || forgotten
            .into_iter()
            .any(|versions| left == without(&users, versions))
}

/// Waits until no other run has the file.
fn turn(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            say(
                "note",
                "waiting for another `cargo racegate loom` of this workspace",
            );
            file.lock()?;
        }
        // Where files cannot be locked, runs are the user's to keep apart.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    Ok(file)
}

/// What a lock file says of loom.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Resolved {
    /// The versions that would be the real ones.
    pub(super) real: Vec<Version>,
    /// A facade is among the packages.
    pub(super) facade: bool,
    /// A facade was offered, and no requirement took it.
    pub(super) unused: bool,
}

impl Resolved {
    fn of(text: &str) -> Self {
        let mut resolved = Self::default();
        for block in blocks(text).filter(|block| block.is_loom()) {
            if block.unused {
                resolved.unused = true;
            } else if block.text.contains("\nsource = ") {
                resolved.real.extend(block.version());
            } else {
                resolved.facade = true;
            }
        }
        resolved
    }
}

/// A package of a lock file, from its first line on.
#[derive(Clone, Copy, Debug)]
struct Block<'a> {
    text: &'a str,
    /// It is a replacement that nothing uses.
    unused: bool,
}

impl Block<'_> {
    fn is_loom(self) -> bool {
        self.text.lines().any(|line| line == "name = \"loom\"")
    }

    fn version(self) -> Option<Version> {
        let line = self
            .text
            .lines()
            .find_map(|line| line.strip_prefix("version = \""))?;
        Version::ALL
            .into_iter()
            .find(|version| line.starts_with(version.prefix()))
    }
}

fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    parts(text).filter_map(|part| {
        let unused = part.starts_with("[[patch.unused]]");
        (unused || part.starts_with("[[package]]")).then_some(Block { text: part, unused })
    })
}

/// What comes before the first section, then each section from its heading on.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let now = rest?;
        // What is in an array is indented.
        let next = now.find("\n[").map(|at| now.split_at(at + 1));
        rest = next.map(|(_, after)| after);
        Some(next.map_or(now, |(part, _)| part))
    })
}

fn without(text: &str, versions: &[Version]) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = parts(&text).filter(|part| {
        let block = Block {
            text: part,
            unused: false,
        };
        let forgotten = part.starts_with("[[package]]")
            && block.is_loom()
            && block
                .version()
                .is_some_and(|version| versions.contains(&version));
        !forgotten
    });
    kept.collect()
}

#[cfg(test)]
mod tests;
