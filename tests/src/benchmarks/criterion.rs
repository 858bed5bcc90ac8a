//! The benches of the crates, and the medians that criterion left behind.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::failed;
use super::process::succeed;
use super::record::Figure;

/// Forgets what earlier runs left behind.
pub(super) fn forget(workspace: &Path) -> io::Result<()> {
    match fs::remove_dir_all(left_behind(workspace)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn left_behind(workspace: &Path) -> PathBuf {
    workspace.join("target/criterion")
}

/// Runs a bench of a package; its own assertions are part of it.
pub(super) fn bench(workspace: &Path, package: &str, bench: &str) -> io::Result<()> {
    succeed(&mut command(workspace, package, bench))
}

/// The same, recorded with stacks of this mode, each group in a process and so in a log of
/// its own: one log of all would not fit the memory, and the last groups wait for the disk.
pub(super) fn bench_apart(
    workspace: &Path,
    package: &str,
    bench: &str,
    stacks: &str,
) -> io::Result<()> {
    for group in groups(workspace, package, bench)? {
        let mut command = command(workspace, package, bench);
        command.env("RACEGATE_STACK", stacks);
        succeed(command.args(["--", &format!("^{group}/")]))?;
    }
    Ok(())
}

/// The groups of a bench, each once.
fn groups(workspace: &Path, package: &str, bench: &str) -> io::Result<Vec<String>> {
    let output = command(workspace, package, bench)
        .args(["--", "--list"])
        .output()?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let benches = listed.lines().filter_map(|line| line.split_once('/'));
    let mut groups: Vec<String> = benches.map(|(group, _)| group.to_owned()).collect();
    groups.dedup();
    if groups.is_empty() || !output.status.success() {
        return Err(failed(format!("`{bench}` of {package} lists no benches")));
    }
    Ok(groups)
}

fn command(workspace: &Path, package: &str, bench: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(workspace);
    cargo.args(["bench", "--package", package, "--all-features"]);
    cargo.args(["--bench", bench]);
    cargo
}

/// As criterion keeps it.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    /// In nanoseconds.
    point_estimate: f64,
}

#[derive(Deserialize)]
struct Benchmark {
    group_id: String,
    function_id: String,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Throughput {
    elements: Option<f64>,
}

/// Every median that is there: nanoseconds an operation, or millions of events a second.
pub(super) fn figures(workspace: &Path) -> io::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for group in folders(&left_behind(workspace))? {
        for function in folders(&group)? {
            let last = function.join("new");
            if last.is_dir() {
                figures.push(figure(&last)?);
            }
        }
    }
    Ok(figures)
}

fn figure(folder: &Path) -> io::Result<Figure> {
    let benchmark: Benchmark = parsed(&folder.join("benchmark.json"))?;
    let estimates: Estimates = parsed(&folder.join("estimates.json"))?;
    let nanoseconds = estimates.median.point_estimate;
    let elements = benchmark.throughput.and_then(|it| it.elements);
    let (section, value, unit) = match elements {
        Some(elements) => ("pass one", elements * 1e3 / nanoseconds, "M events/s"),
        None => ("operation", nanoseconds, "ns"),
    };
    Ok(Figure {
        section,
        subject: benchmark.group_id,
        name: benchmark.function_id,
        value,
        unit,
    })
}

fn parsed<T: for<'de> Deserialize<'de>>(path: &Path) -> io::Result<T> {
    let text = fs::read_to_string(path)?;
    serde_json::from_str(&text).map_err(|error| failed(format!("{}: {error}", path.display())))
}

fn folders(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("report") {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}
