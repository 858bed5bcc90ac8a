//! Makes every mistake of a table in a copy of the workspace, and runs the test that
//! must tell it.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use tests::mutants::{Mutant, read_table, run};

/// Makes hand-made mistakes, one at a time, and demands that a test tells each.
///
/// The table is `tests/mutants/*.toml`. Exits with 1 when a mutant does not build or
/// is not killed, or when its test fails without it.
#[derive(Debug, Parser)]
#[command(name = "mutants", max_term_width = 100)]
struct Arguments {
    /// Of which mutants: those whose name or file holds one of these; all, if none is
    /// given.
    names: Vec<String>,
    /// Names them, and does nothing.
    #[arg(long)]
    list: bool,
    /// How many copies of the workspace are worked in at a time.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
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
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package lies in the workspace");
    let mutants: Vec<Mutant> = read_table(workspace)?
        .into_iter()
        .filter(|mutant| is_meant(mutant, &arguments.names))
        .collect();
    if mutants.is_empty() {
        return Err("no mutant has such a name".to_owned());
    }
    if arguments.list {
        for mutant in &mutants {
            println!("{}", mutant.name);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let trials = run(workspace, &mutants, arguments.jobs, |trial| {
        println!("{trial}")
    })?;
    let killed = trials.iter().filter(|trial| trial.outcome.is_killed());
    let killed = killed.count();
    println!("{killed} of {} mutants killed", trials.len());
    for trial in trials.iter().filter(|trial| !trial.outcome.is_killed()) {
        println!("not killed: {}", trial.name);
    }
    Ok(if killed == trials.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn is_meant(mutant: &Mutant, names: &[String]) -> bool {
    let holds = |name: &String| {
        let mut files = mutant.edits.iter().map(|edit| edit.file.to_string_lossy());
        mutant.name.contains(name) || files.any(|file| file.contains(name))
    };
    names.is_empty() || names.iter().any(holds)
}
