//! A crate's sources, from the registry through cargo.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::Suite;

/// A copy of the sources, made anew: what a run may have left there is gone.
pub(super) fn sources(suite: &Suite, folder: &Path) -> io::Result<PathBuf> {
    let named = format!("{}-{}", suite.name, suite.version);
    let from = in_registry(suite, &folder.join("fetch").join(&named))?;
    let to = folder.join("sources").join(&named);
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    copy(&from, &to)?;
    // What the crate was published with may pin the real loom.
    match fs::remove_file(to.join("Cargo.lock")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(to),
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: PathBuf,
}

/// Where cargo keeps the sources, once a package that depends on them was resolved.
fn in_registry(suite: &Suite, scratch: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(scratch.join("src/lib.rs"), "")?;
    let manifest = format!(
        "[workspace]\n[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
         [dependencies]\n{} = {{ version = \"={}\", default-features = false }}\n",
        suite.name, suite.version
    );
    fs::write(scratch.join("Cargo.toml"), manifest)?;
    let mut command = Command::new("cargo");
    command.args(["metadata", "--format-version", "1"]);
    let output = command.current_dir(scratch).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("cargo metadata: {said}")));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let is_it = |package: &Package| package.name == suite.name && package.version == suite.version;
    let package = metadata.packages.into_iter().find(is_it);
    let folder = package.and_then(|it| it.manifest_path.parent().map(Path::to_owned));
    folder.ok_or_else(|| io::Error::other(format!("cargo knows no {}", suite.name)))
}

/// Copies a folder.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
