//! One run: the facade in place, the tests built and run, and what they say told.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use super::Loom;
use super::facade::Facade;
use super::flags::Flags;
use super::lockfile::Lockfile;
use super::summary::Summary;
use super::targets;
use super::wiring::{Version, Wiring};
use crate::cli::exit::{Exit, Failure, say};
use crate::cli::output::{self, Terminal};
use crate::cli::record;
use crate::cli::workspace::{Package, Workspace, cargo, no_cargo, value_of, values_of};

/// What is to be done, all of it known.
#[derive(Debug)]
pub(super) struct Run<'a> {
    arguments: &'a Loom,
    workspace_root: PathBuf,
    /// Where builds, the copy of the lock file and the summary are.
    folder: PathBuf,
    facade: Facade,
    packages: Vec<&'a Package>,
    /// Those that any package of the workspace asks for: all of them are resolved.
    versions: BTreeSet<Version>,
    names: BTreeSet<String>,
    features: Vec<String>,
    targets: Vec<String>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        workspace: &Workspace,
        packages: &'a [(Package, Wiring)],
        arguments: &'a Loom,
    ) -> Result<Self, Failure> {
        let wirings = || packages.iter().map(|(_, wiring)| wiring);
        let names: BTreeSet<String> = if arguments.cfg.is_empty() {
            wirings()
                .flat_map(|wiring| wiring.names.iter().cloned())
                .collect()
        } else {
            arguments.cfg.iter().cloned().collect()
        };
        let features = packages.iter().flat_map(|(package, wiring)| {
            let several = packages.len() > 1;
            wiring.features.iter().map(move |feature| match several {
                true => format!("{}/{feature}", package.name),
                false => feature.clone(),
            })
        });
        let features = features.collect();
        let packages: Vec<&Package> = packages.iter().map(|(package, _)| package).collect();
        let folder = workspace.target_directory.join("racegate");
        Ok(Self {
            arguments,
            workspace_root: workspace.workspace_root.clone(),
            facade: Facade::find(arguments.facade.as_deref(), &folder)?,
            folder,
            versions: workspace
                .packages
                .iter()
                .flat_map(Wiring::versions)
                .collect(),
            names,
            features,
            targets: targets::arguments(&packages, &arguments.cargo),
            packages,
        })
    }

    /// What was found and chosen, in a line.
    pub(super) fn told(&self) -> String {
        let packages: Vec<&str> = self
            .packages
            .iter()
            .map(|package| package.name.as_str())
            .collect();
        let mut words: Vec<String> = self
            .names
            .iter()
            .map(|name| format!("--cfg {name}"))
            .collect();
        words.extend(
            self.features
                .iter()
                .map(|feature| format!("--features {feature}")),
        );
        words.extend(self.profile().map(str::to_owned));
        words.extend(self.targets.iter().cloned());
        format!(
            "{}: tests for loom by `{}`",
            packages.join(", "),
            words.join(" ")
        )
    }

    pub(super) fn run(&self, tests: &[OsString]) -> Result<Exit, Failure> {
        let summary = self.folder.join("models.jsonl");
        // No other run of this target folder goes on until this one has ended.
        let lockfile = Lockfile::keep(&self.workspace_root, &self.folder)?;
        self.facade.put_in_place()?;
        let patched = self.resolve(&lockfile)?;
        self.build(&patched)?;
        let failed =
            |error: std::io::Error| Failure::usage(format!("{}: {error}", summary.display()));
        if summary.exists() {
            fs::remove_file(&summary).map_err(failed)?;
        }
        let mut command = self.test(&patched);
        self.settings(&mut command);
        command.env("RACEGATE_LOOM_SUMMARY", &summary).args(tests);
        let status = status(&mut command)?;
        drop(lockfile);
        tell(&Summary::read(&summary).map_err(failed)?, status)
    }

    /// Has cargo resolve with the facade; which versions it is there for.
    fn resolve(&self, lockfile: &Lockfile) -> Result<BTreeSet<Version>, Failure> {
        let mut versions = self.versions.clone();
        loop {
            lockfile.forget(&versions.iter().copied().collect::<Vec<_>>())?;
            let mut command = self.cargo("update", &versions);
            command.args(["--workspace", "--quiet"]);
            if !status(&mut command)?.success() {
                return Err(Failure::usage(
                    "cargo cannot resolve the package's dependencies with racegate's loom",
                ));
            }
            let resolved = lockfile.resolved()?;
            if resolved.unused {
                return Err(Failure::usage(
                    "the package's requirement for loom leaves no room for racegate's",
                ));
            }
            // A dependency may have the other version; it is to be the facade, too.
            let before = versions.len();
            versions.extend(resolved.real);
            if versions.len() == before {
                return Ok(versions);
            }
        }
    }

    /// Builds first, so that a build that fails is told from a test that fails.
    fn build(&self, patched: &BTreeSet<Version>) -> Result<(), Failure> {
        let mut command = self.test(patched);
        command.arg("--no-run");
        let status = status(&mut command)?;
        if status.success() {
            return Ok(());
        }
        if self.arguments.cargo.is_empty() {
            say(
                "help",
                "under the package's cfg for loom not every target need compile: name those that do, \
                         as in `cargo racegate loom --test loom`",
            );
        }
        Err(Failure::usage(format!(
            "the tests do not build ({status}): nothing was run"
        )))
    }

    /// `cargo test`, all but what is for one of its two runs.
    fn test(&self, patched: &BTreeSet<Version>) -> Command {
        let mut command = self.cargo("test", patched);
        Flags::here().set(&self.names, &mut command);
        command
            .env("CARGO_TARGET_DIR", self.folder.join("loom"))
            // A report names functions and lines.
            .env("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only")
            .env("CARGO_PROFILE_RELEASE_STRIP", "none")
            // What the package's own profile asks for would be asked of the engine.
            .env("CARGO_PROFILE_RELEASE_LTO", "off");
        command.args(self.profile()).args(&self.targets);
        for feature in &self.features {
            command.args(["--features", feature]);
        }
        let named = ["-p", "--package", "--workspace", "--all"];
        let to_cargo = self
            .arguments
            .cargo
            .iter()
            .filter_map(|argument| argument.to_str());
        if !to_cargo
            .map(|text| text.split('=').next().unwrap_or(text))
            .any(|name| named.contains(&name))
        {
            for package in &self.packages {
                command.args(["--package", &package.id]);
            }
        }
        command.args(&self.arguments.cargo);
        command
    }

    /// A command of cargo's with the facade patched in.
    fn cargo(&self, verb: &str, patched: &BTreeSet<Version>) -> Command {
        let mut command = Command::new(cargo());
        command.arg(verb);
        for version in patched {
            let folder = self.facade.folder(*version).display().to_string();
            // A string is written in TOML as it is in JSON.
            let folder = serde_json::Value::from(folder);
            let key = match version {
                Version::Five => "patch.crates-io.loom-five",
                Version::Seven => "patch.crates-io.loom",
            };
            for (field, value) in [("path", &folder), ("package", &"loom".into())] {
                command
                    .arg("--config")
                    .arg(format!("{key}.{field}={value}"));
            }
        }
        if verb != "test" {
            let cargo = &self.arguments.cargo;
            for config in values_of("--config", cargo) {
                command.arg("--config").arg(config);
            }
            if let Some(manifest) = value_of("--manifest-path", cargo) {
                command.arg("--manifest-path").arg(manifest);
            }
            command.args(cargo.iter().filter(|argument| *argument == "--offline"));
        }
        command
    }

    fn profile(&self) -> Option<&'static str> {
        let names = ["--release", "-r", "--profile"];
        let named = self.arguments.cargo.iter().any(|argument| {
            let text = argument.to_str().unwrap_or_default();
            names.contains(&text.split('=').next().unwrap_or(text))
        });
        (!named && !self.arguments.debug).then_some("--release")
    }

    /// The facade is told by the environment.
    fn settings(&self, command: &mut Command) {
        let asked = self.arguments;
        let settings = [
            (
                "RACEGATE_LOOM_RUNS",
                asked.most_runs().map(|runs| runs.to_string()),
            ),
            (
                "RACEGATE_LOOM_SECONDS",
                asked.seconds.map(|seconds| seconds.to_string()),
            ),
            (
                "RACEGATE_LOOM_SEED",
                asked.seed.map(|seed| seed.to_string()),
            ),
            (
                "RACEGATE_LOOM_TIMEOUT",
                asked.timeout.map(|seconds| seconds.to_string()),
            ),
        ];
        for (name, value) in settings {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
    }
}

fn status(command: &mut Command) -> Result<ExitStatus, Failure> {
    command.status().map_err(|error| no_cargo(&error))
}

/// Tells what the models did, and ends as they ended.
fn tell(summary: &Summary, status: ExitStatus) -> Result<Exit, Failure> {
    let failed = (!status.success()).then(|| record::status_code(status));
    let exit = summary.exit(failed);
    if !summary.is_empty() {
        output::print(&format!("\n{}\n", summary.table()), Terminal::Stderr)?;
    }
    for doubt in summary.doubts() {
        output::print(&format!("{doubt}\n"), Terminal::Stderr)?;
    }
    for sentence in summary.unchecked() {
        say("warning", &sentence);
    }
    match exit {
        Exit::Findings if status.success() => {
            say(
                "note",
                "the tests themselves passed: those that race expect to fail",
            );
        }
        Exit::Program(_) => say(
            "error",
            &format!("tests failed ({status}), and no race was found in them"),
        ),
        Exit::NothingRecorded => {
            say(
                "help",
                "does a test call `loom::model`, is it built under this cfg, and does the filter let it run?",
            );
            say("error", "no model ran: nothing was checked");
        }
        Exit::Findings
        | Exit::Clean
        | Exit::Usage
        | Exit::Incomplete
        | Exit::Unreadable
        | Exit::Bug => {}
    }
    Ok(exit)
}
