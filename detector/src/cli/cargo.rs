//! `cargo racegate test` and `cargo racegate run`: cargo's own commands, built
//! with recording on, run recorded. `cargo racegate loom` is elsewhere.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::arguments::{EXIT_CODES, Recording, Reporting};
use super::exit::{Exit, Failure, say};
use super::judge;
use super::loom::{self, Loom};
use super::record::{self, LogFolder};
use super::workspace::{Dependency, Workspace, cargo, no_cargo};

/// Runs a package's tests or program recorded, then reports the races in what it did.
#[derive(Debug, Parser)]
#[command(name = "cargo racegate", bin_name = "cargo racegate", version)]
#[command(after_help = EXIT_CODES, max_term_width = 100)]
struct CargoRacegate {
    #[command(subcommand)]
    command: CargoCommand,
}

#[derive(Debug, Subcommand)]
enum CargoCommand {
    /// `cargo test`, recorded. A test's own failure is never masked.
    Test(CargoArguments),
    /// `cargo run`, recorded.
    Run(CargoArguments),
    /// The tests that a package has for loom, on real threads, each model judged.
    Loom(Loom),
}

#[derive(Debug, Args)]
struct CargoArguments {
    #[command(flatten)]
    recording: Recording,
    #[command(flatten)]
    reporting: Reporting,
    /// What cargo itself is to be told: packages, targets, features, profile. What
    /// comes after `--` goes to the tests or the program.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "CARGO ARGUMENTS"
    )]
    cargo: Vec<OsString>,
}

/// The command line, as cargo and people give it.
struct Asked {
    command: CargoCommand,
    /// From `--` on.
    tail: Vec<OsString>,
}

pub(super) fn run() -> Result<Exit, Failure> {
    let Asked { command, tail } = Asked::parse(env::args_os());
    match command {
        CargoCommand::Test(arguments) => recorded("test", arguments, tail),
        CargoCommand::Run(arguments) => recorded("run", arguments, tail),
        CargoCommand::Loom(arguments) => loom::run(&arguments, &tail),
    }
}

fn recorded(
    verb: &'static str,
    mut arguments: CargoArguments,
    tail: Vec<OsString>,
) -> Result<Exit, Failure> {
    let workspace = Workspace::of(&arguments.cargo)?;
    let feature = workspace.feature()?;
    let reporting = &mut arguments.reporting;
    reporting
        .source_root
        .get_or_insert(workspace.workspace_root);
    judge::source_root(reporting)?;
    let folder = LogFolder::new(&arguments.recording)?;
    let mut shared: Vec<OsString> = vec!["--features".into(), feature.into()];
    shared.extend(arguments.cargo.iter().cloned());
    build(verb, &shared)?;
    let mut command: Vec<OsString> = vec![verb.into()];
    command.extend(shared);
    command.extend(tail);
    record::record(
        &cargo(),
        &command,
        folder,
        &arguments.recording,
        &arguments.reporting,
    )
}

/// Builds first, so that a build that fails is told from a program that fails.
fn build(verb: &str, arguments: &[OsString]) -> Result<(), Failure> {
    let mut command = Command::new(cargo());
    match verb {
        "test" => command.args(["test", "--no-run"]),
        _ => command.arg("build"),
    };
    let status = command
        .args(arguments)
        .status()
        .map_err(|error| no_cargo(&error))?;
    if status.success() {
        return Ok(());
    }
    let code = record::status_code(status);
    Err(Failure::new(
        Exit::Program(code),
        format!("the build failed ({status}): nothing was run"),
    ))
}

impl Asked {
    fn parse(arguments: impl Iterator<Item = OsString>) -> Self {
        let mut head: Vec<OsString> = arguments.collect();
        // Cargo names the subcommand again: `cargo-racegate racegate test`.
        if head.get(1).is_some_and(|argument| argument == "racegate") {
            head.remove(1);
        }
        // What comes after `--` is not ours, and the `--` itself must stay.
        let tail = head
            .iter()
            .position(|argument| argument == "--")
            .map_or_else(Vec::new, |at| head.split_off(at));
        let matches = CargoRacegate::command().get_matches_from(head);
        let parsed = CargoRacegate::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        Self {
            command: parsed.command,
            tail,
        }
    }
}

impl Workspace {
    /// The feature that turns recording on, by the name that the packages use.
    fn feature(&self) -> Result<String, Failure> {
        let own = self
            .packages
            .iter()
            .find(|package| package.name == "racegate");
        let mut dependencies = self
            .packages
            .iter()
            .flat_map(|package| &package.dependencies);
        let name = match own {
            Some(_) => Some("racegate"),
            None => dependencies
                .find(|dependency| dependency.name == "racegate")
                .map(Dependency::called),
        };
        name.map(|name| format!("{name}/enabled")).ok_or_else(|| {
            say(
                "help",
                "`cargo add racegate`, then use its cells, locks and threads for std's",
            );
            Failure::usage("no package here depends on racegate, so nothing would be recorded")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::workspace::Package;
    use super::*;

    fn asked(arguments: &[&str]) -> Asked {
        Asked::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn the_command_line_is_consistent() {
        CargoRacegate::command().debug_assert();
    }

    #[test]
    fn cargos_arguments_and_the_programs_stay_as_they_are() {
        let asked = asked(&[
            "cargo-racegate",
            "racegate",
            "test",
            "--keep",
            "-p",
            "bank",
            "--release",
            "--",
            "--keep",
            "--",
            "x",
        ]);
        let CargoCommand::Test(arguments) = asked.command else {
            panic!("{:?}", asked.command);
        };
        assert!(arguments.recording.keep);
        assert_eq!(arguments.cargo, ["-p", "bank", "--release"]);
        assert_eq!(asked.tail, ["--", "--keep", "--", "x"]);
    }

    #[test]
    fn a_command_line_of_nothing_but_the_programs_arguments_is_one() {
        let asked = asked(&["cargo-racegate", "run", "--", "--nocapture"]);
        let CargoCommand::Run(arguments) = asked.command else {
            panic!("{:?}", asked.command);
        };
        assert!(arguments.cargo.is_empty());
        assert_eq!(asked.tail, ["--", "--nocapture"]);
    }

    #[test]
    fn a_renamed_dependency_is_enabled_by_its_new_name() {
        let dependency = |name: &str, rename: Option<&str>| Dependency {
            name: name.to_owned(),
            rename: rename.map(str::to_owned),
            ..Dependency::default()
        };
        let workspace = |dependencies| Workspace {
            packages: vec![Package {
                name: "bank".to_owned(),
                dependencies,
                ..Package::default()
            }],
            ..Workspace::default()
        };
        let feature = |dependency| workspace(vec![dependency]).feature().ok();
        assert_eq!(
            feature(dependency("racegate", None)).as_deref(),
            Some("racegate/enabled")
        );
        assert_eq!(
            feature(dependency("racegate", Some("rg"))).as_deref(),
            Some("rg/enabled")
        );
        assert_eq!(feature(dependency("racegated", None)), None);
    }
}
