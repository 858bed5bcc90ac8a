//! Writes a workload's log.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Parser;
use workload::{Lives, Shape, write_log};

/// Writes a log of as many events as you like: the same arguments, the same bytes.
#[derive(Debug, Parser)]
#[command(name = "workload", max_term_width = 100)]
struct Arguments {
    /// Where to: a `.rgl` file
    out: PathBuf,
    /// How many events, at least
    #[arg(long, default_value_t = Shape::default().events)]
    events: u64,
    /// How many threads work
    #[arg(long, default_value_t = 16)]
    threads: u32,
    /// Short tasks instead, so many in all; `--threads` of them live at a time
    #[arg(long)]
    tasks: Option<u32>,
    /// How many accesses stand between taking a lock and giving it back
    #[arg(long, default_value_t = Shape::default().section)]
    section: u32,
    /// How many locks there are
    #[arg(long, default_value_t = Shape::default().locks)]
    locks: u32,
    /// How many cells each lock guards
    #[arg(long, default_value_t = Shape::default().guarded)]
    guarded: u32,
    /// How many cells race
    #[arg(long, default_value_t = 0)]
    racy: u32,
    /// Have nine accesses of ten go to cells of the worker's own
    #[arg(long)]
    own: bool,
    /// Another seed makes other choices
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let lives = match arguments.tasks {
        None => Lives::Threads(arguments.threads),
        Some(total) => Lives::Tasks {
            total,
            live: arguments.threads,
        },
    };
    let shape = Shape {
        lives,
        events: arguments.events,
        section: arguments.section,
        locks: arguments.locks,
        guarded: arguments.guarded,
        racy: arguments.racy,
        seed: arguments.seed,
        ..Shape::default()
    };
    let shape = if arguments.own {
        shape.mostly_own()
    } else {
        shape
    };
    let mut out = BufWriter::new(File::create(&arguments.out)?);
    let written = write_log(shape, &mut out)?;
    out.flush()?;
    println!(
        "{} events, {} of them accesses, {} bytes: {:.2} an event",
        written.events,
        written.accesses,
        written.bytes,
        written.bytes as f64 / written.events as f64
    );
    Ok(())
}
