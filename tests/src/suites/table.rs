//! The table of the documentation.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::{Outcome, Rate, Suite, WithLoom};

/// Writes what suites came to, each with what it does with the real loom, if that was
/// asked.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_table(
    path: &Path,
    rows: &[(Suite, Outcome, Option<WithLoom>)],
    rate: Rate,
) -> io::Result<()> {
    let mut text = String::from(
        "# Suites that were run\n\n\
         Made by `cargo run --release -p tests --bin suites -- --loom 15 --record docs/loom-suites.md`\n\
         on a shared machine of two cores. Times are those of the models alone, without the\n\
         build; loom's with `LOOM_MAX_PREEMPTIONS=2`, and \"fails\" where a test does. Cells are\n\
         counted in each model, and added.\n\n\
         | crate | tests | models | runs of each | racegate | loom | cells seen | findings | |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    for (suite, outcome, loom) in rows {
        let loom = match loom {
            Some(WithLoom::Pass(time)) => seconds(*time),
            Some(WithLoom::Longer(limit)) => format!("more than {}", seconds(*limit)),
            Some(WithLoom::Fail) => "fails".to_owned(),
            None => "not run".to_owned(),
        };
        let findings = match outcome.findings {
            0 => "0".to_owned(),
            found => format!("{found} models"),
        };
        writeln!(
            text,
            "| {} {} | {} | {} | {} | {} | {loom} | {} | {findings} | {} |",
            suite.name,
            suite.version,
            outcome.tests,
            outcome.models,
            outcome.runs,
            seconds(outcome.time),
            outcome.cells,
            suite.note.as_deref().unwrap_or_default(),
        )
        .map_err(io::Error::other)?;
    }
    writeln!(
        text,
        "\nA model of two threads and three operations (`tests/peers/model`), each time with \
         its verdict,\nis run {:.0} times a second; loom takes {:.0} steps of its search: {:.2} \
         of that.",
        rate.racegate,
        rate.loom,
        rate.racegate / rate.loom
    )
    .map_err(io::Error::other)?;
    fs::write(path, text)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
