//! `cargo racegate loom`: the tests that a package has for loom, with racegate's own
//! loom in the place of the real one.
//!
//! **Invariant:** no file of the package is changed for longer than the run: the facade
//! is patched in by arguments, and `Cargo.lock` is put back however the run ends.

mod condition;
mod facade;
mod flags;
mod lints;
mod lockfile;
mod packages;
mod run;
mod sources;
mod summary;
mod targets;
mod wiring;

use std::ffi::OsString;
use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure, say};
use super::interrupt;
use super::workspace::Workspace;
use run::Run;

/// `cargo racegate loom`.
#[derive(Debug, Args)]
pub(super) struct Loom {
    /// The package whose tests to run. [default: the only one here that is wired to loom]
    #[arg(short, long, value_name = "NAME")]
    package: Vec<String>,
    /// What the package is compiled with: `--cfg NAME`. [default: as its manifest has it]
    #[arg(long, value_name = "NAME", value_parser = name)]
    cfg: Vec<String>,
    /// How often each model is run. [default: 200, or until --seconds are over]
    #[arg(long, value_name = "N")]
    runs: Option<NonZeroU64>,
    /// How long each model is run.
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Option<f64>,
    /// The seed of each model's first run: a report names the one that it was found by.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How long one run of a model may take before it is taken to hang. [default: 30]
    #[arg(long, value_name = "S", value_parser = seconds)]
    timeout: Option<f64>,
    /// Build without optimisation. [default: as with cargo's --release]
    #[arg(long)]
    debug: bool,
    /// The folder of the package that takes loom's place.
    #[arg(long, value_name = "DIR", hide = true)]
    facade: Option<PathBuf>,
    /// What cargo itself is to be told: features, targets, profile. What comes after
    /// `--` goes to the tests. [default: the targets that speak of loom]
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "CARGO ARGUMENTS"
    )]
    cargo: Vec<OsString>,
}

pub(super) fn run(arguments: &Loom, tests: &[OsString]) -> Result<Exit, Failure> {
    arguments.check()?;
    let workspace = Workspace::of(&arguments.cargo)?;
    let packages = packages::chosen(&workspace, arguments)?;
    let run = Run::new(&workspace, &packages, arguments)?;
    say("note", &run.told());
    // An interrupt ends cargo; the lock file is still to be put back.
    interrupt::is_the_programs(|| run.run(tests))
}

impl Loom {
    /// A time alone is the only limit.
    fn most_runs(&self) -> Option<NonZeroU64> {
        self.runs.or(self.seconds.map(|_| NonZeroU64::MAX))
    }

    /// What cannot be honoured is said before anything is done.
    fn check(&self) -> Result<(), Failure> {
        let given = |name: &str| {
            self.cargo.iter().any(|argument| {
                let rest = argument.to_str().and_then(|text| text.strip_prefix(name));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        };
        if let Some(name) = ["--locked", "--frozen"]
            .into_iter()
            .find(|name| given(name))
        {
            return Err(Failure::usage(format!(
                "{name}: loom's replacement cannot be in the lock file, which is put back \
                 after the run: leave {name} out"
            )));
        }
        let ours = [
            "--cfg",
            "--runs",
            "--seconds",
            "--seed",
            "--timeout",
            "--debug",
            "--facade",
        ];
        match ours.into_iter().find(|name| given(name)) {
            Some(name) => Err(Failure::usage(format!(
                "{name} comes before what cargo itself is told"
            ))),
            None => Ok(()),
        }
    }
}

/// A name that `--cfg` takes.
fn name(text: &str) -> Result<String, String> {
    let mut signs = text.chars();
    let first = signs
        .next()
        .is_some_and(|sign| sign == '_' || sign.is_alphabetic());
    if first && signs.all(|sign| sign == '_' || sign.is_alphanumeric()) {
        Ok(text.to_owned())
    } else {
        Err("expected a name, as in `loom`".to_owned())
    }
}

/// A time that a clock can be set to.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text
        .parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0 && *seconds <= 1e9);
    seconds.ok_or_else(|| "expected seconds, more than none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches as _;

    #[test]
    fn a_time_alone_is_the_only_limit() {
        let most = |arguments: &[&str]| {
            let command = Loom::augment_args(clap::Command::new("loom"));
            let matches = command.get_matches_from([&["loom"], arguments].concat());
            let loom = Loom::from_arg_matches(&matches).expect("arguments");
            loom.most_runs().map(NonZeroU64::get)
        };
        assert_eq!(most(&[]), None);
        assert_eq!(most(&["--runs=7", "--seconds=1"]), Some(7));
        assert_eq!(most(&["--seconds=1"]), Some(u64::MAX));
    }

    #[test]
    fn times_and_names_are_what_they_are_to_be() {
        assert_eq!(seconds("0.5"), Ok(0.5));
        assert_eq!(name("oneshot_loom"), Ok("oneshot_loom".to_owned()));
        for nonsense in ["", "0", "-1", "inf", "NaN", "1s", "1e10"] {
            assert!(seconds(nonsense).is_err(), "{nonsense}");
        }
        for nonsense in ["", "1", "a b", "a=\"b\"", "--cfg", "a,b"] {
            assert!(name(nonsense).is_err(), "{nonsense}");
        }
    }
}
