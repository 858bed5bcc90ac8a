//! The command line of `racegate`.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use racegate_eventlog::reader::Limits;

use super::output::Outputs;
use crate::analysis::ANALYSES;
use crate::analysis::pass_one::Options;
use crate::finding::Tier;

/// What every command's help ends with.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0   nothing found, and the log is complete
  1   findings
  2   the command line is wrong, or the program cannot be started
  3   the log is incomplete in a way that could hide a race; none proven
  4   a log is unreadable, incompatible or needs more memory than allowed
  5   nothing was recorded
  70  a bug in racegate
`run` ends with the program's own status where the program fails and nothing is found.";

/// Finds data races in Rust programs: both stacks, and why nothing orders them.
#[derive(Debug, Parser)]
#[command(name = "racegate", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(super) struct Racegate {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a program recorded, then report the races in what it did.
    Run(Run),
    /// Report the races in logs that were recorded before.
    Scan(Scan),
    /// Write a log in another form: .rgl, .rgt or .std, by the file's extension.
    Convert(Convert),
    /// Write a log in a fraction of its room. It is read as it is.
    Pack(Pack),
    /// Say whether a log is whole, and what is missing.
    Verify(Verify),
    /// Count what a log holds: events, threads, cells, contention, losses.
    Stat(Stat),
}

/// `racegate run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) recording: Recording,
    #[command(flatten)]
    pub(super) reporting: Reporting,
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, value_name = "CMD")]
    pub(super) program: Vec<OsString>,
}

/// Where to record.
#[derive(Debug, Args)]
pub(super) struct Recording {
    /// Record into this folder, which must be new or empty. [default: a temporary
    /// one, removed when nothing is found]
    #[arg(long, value_name = "DIR")]
    pub(super) log: Option<PathBuf>,
    /// Keep the log whatever the verdict.
    #[arg(long)]
    pub(super) keep: bool,
}

/// How to report.
#[derive(Debug, Args)]
pub(super) struct Reporting {
    #[command(flatten)]
    pub(super) outputs: Outputs,
    /// The analysis; the first one's races are told, the others are counted beside it.
    #[arg(
        long = "analysis",
        value_name = "NAME",
        value_delimiter = ',',
        default_value = ANALYSES[0].name,
        value_parser = analyses()
    )]
    pub(super) analyses: Vec<String>,
    /// How certain a finding must be to fail the gate. All are told.
    #[arg(long = "tier", value_name = "TIER", default_value = "schedulable")]
    pub(super) gate: Gate,
    #[command(flatten)]
    pub(super) effort: Effort,
    /// Show source only from under this folder. [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub(super) source_root: Option<PathBuf>,
}

/// What a judgement may take. What is found does not depend on it.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Effort {
    /// How many threads read and judge. [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// How much memory a log may take, bytes, or with K, M or G: one half to read it, the
    /// other to judge it. A log that needs more is refused. [default: all there is]
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    max_memory: Option<u64>,
}

impl Effort {
    /// What pass one is told.
    pub(super) fn options(self) -> Options {
        let default = Options::default();
        Options {
            jobs: self.jobs.unwrap_or(default.jobs),
            max_memory: self.half(),
            ..default
        }
    }

    /// What the reader is told.
    pub(super) fn limits(self) -> Limits {
        Limits {
            max_memory: self.half(),
            second_thread: self.options().jobs.get() > 1,
        }
    }

    /// The one reads while the other judges, and neither knows what the other needs.
    fn half(self) -> u64 {
        self.max_memory.map_or(u64::MAX, |most| most / 2)
    }
}

/// A number of bytes, perhaps in units of 1,024, 1,024² or 1,024³.
fn bytes(text: &str) -> Result<u64, String> {
    let units = [("K", 10), ("M", 20), ("G", 30)];
    let unit = units
        .into_iter()
        .find_map(|(unit, power)| Some((text.strip_suffix(unit)?, power)));
    let (number, power) = unit.unwrap_or((text, 0));
    let number: u64 = number
        .parse()
        .map_err(|_| "expected a number, or one with K, M or G".to_owned())?;
    number
        .checked_mul(1 << power)
        .ok_or_else(|| "more than any machine has".to_owned())
}

/// Which findings fail a gate: those of a tier and of the more certain ones.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Gate {
    /// The first race of each location
    First,
    /// Every race that no earlier race explains
    Schedulable,
    /// Every pair of accesses that is unordered by happens-before
    Unconfirmed,
}

impl From<Gate> for Tier {
    fn from(gate: Gate) -> Self {
        match gate {
            Gate::First => Self::First,
            Gate::Schedulable => Self::Schedulable,
            Gate::Unconfirmed => Self::Unconfirmed,
        }
    }
}

/// `racegate scan`.
#[derive(Debug, Args)]
pub(super) struct Scan {
    /// Logs: folders, or files .rgl, .rgt, .std.
    #[arg(required = true, value_name = "LOG")]
    pub(super) logs: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

/// `racegate convert`.
#[derive(Debug, Args)]
pub(super) struct Convert {
    /// The log to read: a folder, or a file .rgl, .rgt, .std.
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// The file to write: .rgl, .rgt (every verb as text) or .std (RAPID's).
    #[arg(value_name = "OUT")]
    pub(super) output: PathBuf,
}

/// `racegate pack`.
#[derive(Debug, Args)]
pub(super) struct Pack {
    /// A recorded log: a folder, or a file .rgl.
    #[arg(value_name = "LOG")]
    pub(super) log: PathBuf,
    /// The file to write. [default: beside the log]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Write the log as it was recorded.
    #[arg(long)]
    pub(super) unpack: bool,
}

/// `racegate verify`.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A log: a folder, or a file.
    #[arg(value_name = "LOG")]
    pub(super) log: PathBuf,
}

/// `racegate stat`.
#[derive(Debug, Args)]
pub(super) struct Stat {
    /// A log: a folder, or a file.
    #[arg(value_name = "LOG")]
    pub(super) log: PathBuf,
}

fn analyses() -> PossibleValuesParser {
    let values = ANALYSES
        .iter()
        .map(|analysis| PossibleValue::new(analysis.name).help(analysis.about));
    PossibleValuesParser::new(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn bytes_are_counted_in_units_of_1024() {
        assert_eq!(bytes("17"), Ok(17));
        assert_eq!(bytes("3K"), Ok(3 << 10));
        assert_eq!(bytes("3M"), Ok(3 << 20));
        assert_eq!(bytes("3G"), Ok(3 << 30));
        for nonsense in ["", "G", "-1", "3g", "3.5G", "18446744073709551615K"] {
            assert!(bytes(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Racegate::command().debug_assert();
    }
}
