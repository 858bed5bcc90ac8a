//! Every figure that racegate claims, measured in one go and kept: what recording costs
//! an operation, how fast and in how much memory logs are judged, and the peers that
//! are installed on the machine.
//!
//! **Invariant:** every figure comes from a run whose answer was checked.

mod criterion;
mod floor;
mod machine;
mod pages;
mod peers;
mod plot;
mod process;
mod record;
mod rounds;
mod scans;

use std::io;
use std::path::Path;

pub use self::record::{Figure, Record};

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// The most events of a log that is judged from disk.
    pub largest_log: u64,
    /// How often each whole process is run; the median counts.
    pub runs: usize,
}

/// Measures everything and writes the record into a folder.
///
/// # Errors
///
/// When a bench does not build, does not run, or gives a wrong answer.
pub fn run(workspace: &Path, folder: &Path, extent: Extent) -> io::Result<()> {
    let mut record = Record::new(machine::describe()?);
    record.extend(rounds::middle(|| {
        criterion::forget(workspace)?;
        for mode in ["site", "full"] {
            pages::touch()?;
            criterion::bench_apart(workspace, "racegate", "operations", mode)?;
        }
        criterion::bench(workspace, "racegate-detector", "pass_one")?;
        criterion::figures(workspace)
    })?);
    record.extend(floor::figures(workspace, extent.runs)?);
    pages::touch()?;
    record.extend(scans::figures(workspace, extent)?);
    record.extend(peers::figures(workspace)?);
    record.write(folder)?;
    plot::draw(&record, folder)
}

/// An error that says this.
fn failed(what: String) -> io::Error {
    io::Error::other(what)
}
