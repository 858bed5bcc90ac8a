//! A copy of the workspace in which mistakes are made.
//!
//! **Invariant:** a file of the copy is written only where it differs from its original,
//! so that what cargo built of the rest stays.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::table::Mutant;

/// A copy, and where cargo builds it.
pub(super) struct Replica<'w> {
    workspace: &'w Path,
    pub(super) tree: PathBuf,
    pub(super) target: PathBuf,
    /// Locked as long as this lives: two runs must not work in one folder.
    _lock: File,
}

impl<'w> Replica<'w> {
    /// The copy with this number, made equal to the workspace. It lies in the
    /// workspace's own target folder, so that cargo's settings hold in it too.
    pub(super) fn new(workspace: &'w Path, number: usize) -> Result<Self, String> {
        let folder = workspace.join("target/mutants").join(number.to_string());
        let tree = folder.join("tree");
        fs::create_dir_all(&tree).map_err(|error| at(&tree, &error))?;
        let lock = File::create(folder.join("lock")).map_err(|error| at(&folder, &error))?;
        if lock.try_lock().is_err() {
            return Err(format!("{}: another run works there", folder.display()));
        }
        let replica = Self {
            workspace,
            tree,
            target: folder.join("target"),
            _lock: lock,
        };
        let tracked = tracked(workspace)?;
        for file in &tracked {
            replica.renew(file)?;
        }
        replica.remove_others(&replica.tree, &tracked)?;
        Ok(replica)
    }

    /// Makes a mistake in the replica, does this, and takes the mistake back.
    pub(super) fn with<R>(
        &self,
        mutant: &Mutant,
        act: impl FnOnce() -> Result<R, String>,
    ) -> Result<R, String> {
        let mut originals = Vec::new();
        let mutated = mutant.edits.iter().try_for_each(|edit| {
            let file = self.tree.join(&edit.file);
            let text = fs::read_to_string(&file).map_err(|error| at(&file, &error))?;
            let mutated = edit.applied(&text)?;
            fs::write(&file, mutated).map_err(|error| at(&file, &error))?;
            originals.push((file, text));
            Ok(())
        });
        let result = mutated.and_then(|()| act());
        // From memory: the workspace may have changed meanwhile.
        let taken_back = originals
            .iter()
            .rev()
            .try_for_each(|(file, text)| fs::write(file, text).map_err(|error| at(file, &error)));
        taken_back.and(result)
    }

    /// Makes a file equal to its original.
    fn renew(&self, file: &Path) -> Result<(), String> {
        let (original, target) = (self.workspace.join(file), self.tree.join(file));
        let bytes = fs::read(&original).map_err(|error| at(&original, &error))?;
        if fs::read(&target).is_ok_and(|known| known == bytes) {
            return Ok(());
        }
        target
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&target, bytes))
            // Scripts among them stay executable.
            .and_then(|()| fs::set_permissions(&target, fs::metadata(&original)?.permissions()))
            .map_err(|error| at(&target, &error))
    }

    /// Removes what a former copy had and the workspace has not.
    fn remove_others(&self, folder: &Path, tracked: &BTreeSet<PathBuf>) -> Result<(), String> {
        let entries = fs::read_dir(folder).map_err(|error| at(folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| at(folder, &error))?.path();
            let file = path.strip_prefix(&self.tree).unwrap_or(&path);
            if path.is_dir() {
                self.remove_others(&path, tracked)?;
            } else if !tracked.contains(file) {
                fs::remove_file(&path).map_err(|error| at(&path, &error))?;
            }
        }
        Ok(())
    }
}

/// The files of the workspace that git tracks, or will be asked to.
fn tracked(workspace: &Path) -> Result<BTreeSet<PathBuf>, String> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(workspace)
        .output()
        .map_err(|error| format!("git: {error}"))?;
    if !listed.status.success() {
        return Err(String::from_utf8_lossy(&listed.stderr).into_owned());
    }
    let names = String::from_utf8_lossy(&listed.stdout);
    let files = names.split_terminator('\0').map(PathBuf::from);
    // One that is deleted and not yet committed is listed all the same.
    Ok(files
        .filter(|file| workspace.join(file).is_file())
        .collect())
}

fn at(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
