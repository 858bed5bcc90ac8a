//! What cargo says of the packages here.
//!
//! **Invariant:** cargo is asked for what the manifests say and resolves nothing:
//! no network, and no file is written.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::exit::Failure;

/// The packages of the workspace that a command is for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Workspace {
    pub(super) workspace_root: PathBuf,
    pub(super) target_directory: PathBuf,
    pub(super) packages: Vec<Package>,
    /// Which packages cargo's commands are for where none is named.
    #[serde(default)]
    pub(super) workspace_default_members: Vec<String>,
}

/// One package, as its manifest has it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    /// What cargo takes for this package and for no other.
    pub(super) id: String,
    pub(super) manifest_path: PathBuf,
    pub(super) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(super) features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) targets: Vec<Target>,
}

/// One line of a manifest's dependencies, of whatever kind.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) rename: Option<String>,
    /// Where the package is from; none for a folder.
    pub(super) source: Option<String>,
    pub(super) req: String,
    pub(super) optional: bool,
    /// The platform or the `cfg(...)` that it is for.
    pub(super) target: Option<String>,
}

/// A library, a program, a test.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) kind: Vec<String>,
    pub(super) src_path: PathBuf,
}

impl Dependency {
    /// What the package that depends on it calls it.
    pub(super) fn called(&self) -> &str {
        self.rename.as_deref().unwrap_or(&self.name)
    }
}

impl Workspace {
    /// The workspace that cargo's own arguments and the current folder name.
    pub(super) fn of(cargo_arguments: &[OsString]) -> Result<Self, Failure> {
        let mut command = Command::new(cargo());
        command.args(["metadata", "--no-deps", "--format-version=1"]);
        if let Some(manifest) = value_of("--manifest-path", cargo_arguments) {
            command.arg("--manifest-path").arg(manifest);
        }
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| no_cargo(&error))?;
        if !output.status.success() {
            return Err(Failure::usage("cargo finds no package here"));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Failure::usage(format!("cargo's metadata cannot be read: {error}")))
    }
}

/// The cargo that started this command, or else the one in the path.
pub(super) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

pub(super) fn no_cargo(error: &std::io::Error) -> Failure {
    Failure::usage(format!(
        "`{}` cannot be started: {error}",
        cargo().display()
    ))
}

/// The value of one of cargo's options: `--name value` or `--name=value`.
pub(super) fn value_of(name: &str, arguments: &[OsString]) -> Option<OsString> {
    values_of(name, arguments).into_iter().next()
}

/// The values of an option that may be given again.
pub(super) fn values_of(name: &str, arguments: &[OsString]) -> Vec<OsString> {
    let mut values = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        if argument == OsStr::new(name) {
            values.extend(arguments.get(index + 1).cloned());
        }
        let value = argument
            .to_str()
            .and_then(|text| text.strip_prefix(name)?.strip_prefix('='));
        values.extend(value.map(OsString::from));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_found_in_both_spellings() {
        for arguments in [
            ["--manifest-path", "a"].as_slice(),
            &["-q", "--manifest-path=a"],
        ] {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            assert_eq!(value_of("--manifest-path", &arguments), Some("a".into()));
        }
        assert_eq!(value_of("--manifest-path", &["--manifest".into()]), None);
    }

    #[test]
    fn every_value_of_an_option_is_found() {
        let arguments = ["-p", "a", "--quiet", "-p=b", "-p"].map(OsString::from);
        assert_eq!(values_of("-p", &arguments), ["a", "b"]);
    }
}
