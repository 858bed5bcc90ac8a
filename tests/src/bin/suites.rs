//! Runs the tests for loom of published crates with racegate's loom, and demands that
//! they come to what the table says.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tests::suites::{Outcome, Place, Suite, rate, read_suites, write_table};

/// Runs the tests for loom of published crates with racegate's loom.
///
/// The table is `tests/suites.toml`. Exits with 1 when one comes to something else than
/// it says. `cargo-racegate` must have been built: it is looked for beside this program.
#[derive(Debug, Parser)]
#[command(name = "suites", max_term_width = 100)]
struct Arguments {
    /// Of which crates: those whose name holds one of these; all, if none is given.
    names: Vec<String>,
    /// Runs them with the real loom, too, each for so many seconds at most.
    #[arg(long, value_name = "SECONDS")]
    loom: Option<u64>,
    /// Writes a table of what came out.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

fn main() -> ExitCode {
    match try_main(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn try_main(arguments: &Arguments) -> Result<ExitCode, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = workspace.parent().ok_or("the package has no workspace")?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let command = program.with_file_name("cargo-racegate");
    let folder = workspace.join("target/suites");
    let place = Place {
        folder: &folder,
        command: &command,
    };
    let limit = arguments.loom.map(Duration::from_secs);
    let mut rows = Vec::new();
    let mut wrong = 0;
    for suite in chosen(workspace, &arguments.names)? {
        let told = |error| format!("{} {}: {error}", suite.name, suite.version);
        let outcome = suite.run(place).map_err(told)?;
        let complaint = suite.complaint(&outcome);
        say(&suite, &outcome, complaint.as_deref());
        wrong += usize::from(complaint.is_some());
        let loom = match limit {
            Some(limit) => Some(suite.run_with_loom(place, limit).map_err(told)?),
            None => None,
        };
        rows.push((suite, outcome, loom));
    }
    if let Some(path) = &arguments.record {
        let rate = rate(workspace, &folder).map_err(|error| error.to_string())?;
        write_table(path, &rows, rate).map_err(|error| error.to_string())?;
    }
    println!(
        "{} of {} suites as they should be",
        rows.len() - wrong,
        rows.len()
    );
    Ok(ExitCode::from(u8::from(wrong > 0)))
}

fn chosen(workspace: &Path, names: &[String]) -> Result<Vec<Suite>, String> {
    let suites = read_suites(workspace)?;
    let is_chosen =
        |suite: &Suite| names.is_empty() || names.iter().any(|name| suite.name.contains(name));
    let chosen: Vec<Suite> = suites.into_iter().filter(is_chosen).collect();
    if chosen.is_empty() {
        return Err("no suite has such a name".to_owned());
    }
    Ok(chosen)
}

fn say(suite: &Suite, outcome: &Outcome, complaint: Option<&str>) {
    println!(
        "{} {}: {} tests, {} models, {:.1} s, {} cells, {} findings",
        suite.name,
        suite.version,
        outcome.tests,
        outcome.models,
        outcome.time.as_secs_f64(),
        outcome.cells,
        outcome.findings
    );
    if let Some(complaint) = complaint {
        println!("{}\nerror: {complaint}", outcome.said);
    }
}
