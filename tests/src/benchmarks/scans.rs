//! Logs on disk, judged by the command: from a cold process to its verdict.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Command;

use super::Extent;
use super::floor::mebibytes;
use super::process::{median, said, succeed};
use super::record::Figure;

/// A log, and what it is to come to.
struct Case {
    name: String,
    events: u64,
    arguments: Vec<String>,
}

/// The size that everything else is measured at.
pub(super) const USUAL: u64 = 10_000_000;

pub(super) fn figures(workspace: &Path, extent: Extent) -> io::Result<Vec<Figure>> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(workspace);
    cargo.args([
        "build",
        "--release",
        "-p",
        "racegate-detector",
        "-p",
        "workload",
    ]);
    succeed(&mut cargo)?;
    let bench = Bench {
        workspace,
        folder: tempfile::tempdir()?,
        runs: extent.runs,
    };
    let mut figures = Vec::new();
    for case in cases(extent.largest_log) {
        figures.extend(bench.measure(&case)?);
    }
    Ok(figures)
}

fn cases(largest: u64) -> Vec<Case> {
    let case = |name: &str, events: u64, more: &[&str]| Case {
        name: name.to_owned(),
        events,
        arguments: more.iter().map(|&argument| argument.to_owned()).collect(),
    };
    let mut cases = vec![
        case(
            "100,000 tasks, 64 at a time",
            USUAL,
            &["--threads", "64", "--tasks", "100000"],
        ),
        case("256 threads", USUAL, &["--threads", "256"]),
        case("4,096 threads", USUAL, &["--threads", "4096"]),
        case(
            "16 threads, half synchronisation",
            USUAL,
            &["--section", "2"],
        ),
        case("16 threads, mostly own cells", USUAL, &["--own"]),
        case("16 threads, one race", USUAL, &["--racy", "1"]),
    ];
    let mut events = USUAL / 10;
    while events <= largest {
        cases.push(case("16 threads", events, &[]));
        events *= 10;
    }
    cases
}

struct Bench<'a> {
    workspace: &'a Path,
    folder: tempfile::TempDir,
    runs: usize,
}

impl Bench<'_> {
    fn measure(&self, case: &Case) -> io::Result<Vec<Figure>> {
        let log = self.folder.path().join("workload.rgl");
        let packed = self.folder.path().join("packed.rgl");
        let mut workload = self.command("workload");
        workload.arg(&log).args(&case.arguments);
        workload.args(["--events", &case.events.to_string()]);
        let events = said(&mut workload)?;
        let events = events.split(' ').next().and_then(|it| it.parse().ok());
        let events: u64 = events.unwrap_or(case.events);
        let mut pack = self.command("racegate");
        succeed(pack.arg("pack").arg(&log).arg("--output").arg(&packed))?;
        // What is on its way to the disk takes time of what is measured next.
        for written in [&log, &packed] {
            File::open(written)?.sync_all()?;
        }
        let subject = format!("{}, {events} events", case.name);
        let figure = |name: String, value: f64, unit: &'static str| Figure {
            section: "scan",
            subject: subject.clone(),
            name,
            value,
            unit,
        };
        let mut figures = Vec::new();
        for (form, path) in [("log", &log), ("packed", &packed)] {
            let bytes = std::fs::metadata(path)?.len() as f64 / events as f64;
            figures.push(figure(form.to_owned(), bytes, "bytes an event"));
        }
        for (name, path, jobs) in [
            ("one job", &log, "1"),
            ("two jobs", &log, "2"),
            ("packed, one job", &packed, "1"),
        ] {
            let scan = || {
                let mut scan = self.command("racegate");
                scan.arg("scan").args(["--jobs", jobs]).arg(path);
                scan
            };
            // A long run is its own average.
            let runs = if events > USUAL * 50 { 1 } else { self.runs };
            let races = i32::from(case.arguments.iter().any(|it| it == "--racy"));
            let taken = median(runs, scan, |status| status.code() == Some(races))?;
            let speed = events as f64 / 1e6 / taken.time.as_secs_f64();
            figures.push(figure(name.to_owned(), speed, "M events/s"));
            figures.push(figure(name.to_owned(), mebibytes(taken.bytes), "MiB"));
        }
        std::fs::remove_file(&log)?;
        std::fs::remove_file(&packed)?;
        Ok(figures)
    }

    fn command(&self, name: &str) -> Command {
        Command::new(self.workspace.join("target/release").join(name))
    }
}
