//! Measures every figure that racegate claims, and keeps the record.

#![forbid(unsafe_code)]

use std::io;
use std::path::{Path, PathBuf};

use clap::Parser;
use tests::benchmarks::{Extent, run};

/// Measures what recording costs, how fast logs are judged and in how much memory,
/// beside std, the machine's limits, and the peers that are installed (Go, gcc, clang).
///
/// It takes some twenty minutes, and needs some 20 GB of room for the largest log.
#[derive(Debug, Parser)]
#[command(name = "benchmarks", max_term_width = 100)]
struct Arguments {
    /// The folder that the record is written into
    #[arg(long, default_value = "target/benchmarks")]
    record: PathBuf,
    /// The most events of a log that is judged from disk
    #[arg(long, default_value_t = 100_000_000)]
    largest_log: u64,
    /// How often each whole process is run; the median counts
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package lies in the workspace");
    let extent = Extent {
        largest_log: arguments.largest_log,
        runs: arguments.runs.max(1),
    };
    run(workspace, &arguments.record, extent)?;
    println!("the record is in {}", arguments.record.display());
    Ok(())
}
