//! `--cfg` beside the flags for rustc that are set already.
//!
//! **Invariant:** no flag that cargo would have given to rustc is lost. Cargo takes them
//! from one place only: the environment, or else the configuration of targets, or else
//! that of builds. Ours go to the first place that is in use.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml::{Table, Value};

/// Where cargo finds flags, apart from the configuration of targets.
#[derive(Debug, Default)]
pub(super) struct Flags {
    /// `CARGO_ENCODED_RUSTFLAGS`.
    encoded: Option<String>,
    /// `RUSTFLAGS`.
    plain: Option<String>,
    /// `build.rustflags`.
    build: Vec<String>,
}

impl Flags {
    /// Those of this process and of the folder that it is in.
    pub(super) fn here() -> Self {
        let mut build: Vec<String> = configurations()
            .iter()
            .flat_map(|file| build_flags(file))
            .collect();
        let more = env::var("CARGO_BUILD_RUSTFLAGS").unwrap_or_default();
        build.extend(more.split_whitespace().map(str::to_owned));
        Self {
            encoded: env::var("CARGO_ENCODED_RUSTFLAGS").ok(),
            plain: env::var("RUSTFLAGS").ok(),
            build,
        }
    }

    /// Has a command of cargo's compile with these names set.
    pub(super) fn set(&self, names: &BTreeSet<String>, command: &mut Command) {
        let ours = names.iter().flat_map(|name| ["--cfg", name]);
        if let Some(encoded) = &self.encoded {
            let all: Vec<&str> = encoded
                .split('\u{1f}')
                .filter(|flag| !flag.is_empty())
                .chain(ours)
                .collect();
            command.env("CARGO_ENCODED_RUSTFLAGS", all.join("\u{1f}"));
        } else if let Some(plain) = &self.plain {
            let all: Vec<&str> = std::iter::once(plain.as_str()).chain(ours).collect();
            command.env("RUSTFLAGS", all.join(" "));
        } else if !names.is_empty() {
            // What is set for targets is joined, and hides what is set for builds.
            let build = self.build.iter().map(String::as_str);
            // A list of strings is written in TOML as it is in JSON.
            let all: serde_json::Value = build.chain(ours).collect();
            command
                .arg("--config")
                .arg(format!("target.'cfg(all())'.rustflags={all}"));
        }
    }
}

/// The files that cargo is configured by, the least important one first.
fn configurations() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let mut folders: Vec<PathBuf> = here
        .ancestors()
        .map(|folder| folder.join(".cargo"))
        .collect();
    folders.extend(cargo_home());
    folders.reverse();
    folders.dedup();
    let files = folders.iter().filter_map(|folder| {
        let names = ["config", "config.toml"].map(|name| folder.join(name));
        names.into_iter().find(|file| file.is_file())
    });
    files.collect()
}

fn cargo_home() -> Option<PathBuf> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

fn build_flags(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let flags = || {
        text.parse::<Table>()
            .ok()?
            .get("build")?
            .get("rustflags")
            .cloned()
    };
    match flags() {
        Some(Value::String(flags)) => flags.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(flags)) => flags
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(_) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments and the environment that a command gets.
    fn set(flags: &Flags) -> String {
        let mut command = Command::new("cargo");
        flags.set(
            &BTreeSet::from(["a_loom".to_owned(), "loom".to_owned()]),
            &mut command,
        );
        let arguments = command
            .get_args()
            .map(|argument| argument.display().to_string());
        let environment = command.get_envs().map(|(name, value)| {
            format!("{}={}", name.display(), value.unwrap_or_default().display())
        });
        arguments.chain(environment).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn flags_are_added_where_cargo_looks_first() {
        let mut flags = Flags {
            encoded: Some("-C\u{1f}opt=a b".to_owned()),
            plain: Some("-Dwarnings".to_owned()),
            build: vec!["-Cx".to_owned()],
        };
        assert_eq!(
            set(&flags),
            "CARGO_ENCODED_RUSTFLAGS=-C\u{1f}opt=a b\u{1f}--cfg\u{1f}a_loom\u{1f}--cfg\u{1f}loom"
        );
        flags.encoded = None;
        assert_eq!(set(&flags), "RUSTFLAGS=-Dwarnings --cfg a_loom --cfg loom");
        flags.plain = None;
        assert_eq!(
            set(&flags),
            "--config target.'cfg(all())'.rustflags=[\"-Cx\",\"--cfg\",\"a_loom\",\"--cfg\",\"loom\"]"
        );
    }

    #[test]
    fn an_environment_of_no_flags_is_one() {
        let flags = Flags {
            encoded: Some(String::new()),
            ..Flags::default()
        };
        assert_eq!(
            set(&flags),
            "CARGO_ENCODED_RUSTFLAGS=--cfg\u{1f}a_loom\u{1f}--cfg\u{1f}loom"
        );
    }

    #[test]
    fn a_configuration_gives_flags_in_either_form() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let cases = [
            ("[build]\nrustflags = \"-C a\"", vec!["-C", "a"]),
            ("[build]\nrustflags = [\"-C\", \"a b\"]", vec!["-C", "a b"]),
            (
                "[target.x86_64-unknown-linux-gnu]\nrustflags = [\"-C\"]",
                vec![],
            ),
            ("nonsense", vec![]),
        ];
        for (text, flags) in cases {
            fs::write(file.path(), text).expect("written");
            assert_eq!(build_flags(file.path()), flags, "{text}");
        }
    }
}
