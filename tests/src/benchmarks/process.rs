//! A whole process, measured from outside: how long it took and how much memory.

use std::fs;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::failed;

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) time: Duration,
    /// The most memory seen resident at once. Looked at now and then, so a process that
    /// is over in an instant may have taken more.
    pub(super) bytes: u64,
}

/// How often the memory is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// Runs a command that must end well, so many times, of which the median counts; and once
/// more to watch its memory, which takes time of two processors that are one core.
pub(super) fn median(
    runs: usize,
    command: impl Fn() -> Command,
    well: impl Fn(ExitStatus) -> bool,
) -> io::Result<Taken> {
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        run(&mut command(), &well, |_| ())?;
        times.push(start.elapsed());
    }
    let (over, ends) = mpsc::channel();
    let watch = run(&mut command(), &well, |process| {
        thread::spawn(move || peak_of(process, &ends))
    })?;
    drop(over);
    Ok(Taken {
        time: middle(times),
        bytes: watch.join().unwrap_or_default(),
    })
}

/// Runs a command to its end; what `meanwhile` makes of its process.
fn run<R>(
    command: &mut Command,
    well: &impl Fn(ExitStatus) -> bool,
    meanwhile: impl FnOnce(u32) -> R,
) -> io::Result<R> {
    command.stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let made = meanwhile(child.id());
    let status = child.wait()?;
    if !well(status) {
        return Err(failed(format!("{command:?} ended with {status}")));
    }
    Ok(made)
}

/// The most memory that the system tells of a process until it is over.
fn peak_of(process: u32, ends: &Receiver<()>) -> u64 {
    let mut peak = 0;
    while ends.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        let status = fs::read_to_string(format!("/proc/{process}/status"));
        peak = peak.max(peak_in(&status.unwrap_or_default()));
    }
    peak
}

/// The bytes of the line `VmHWM` in what the system says of a process; zero where it has
/// ended.
pub(super) fn peak_in(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.map(|line| line.trim().trim_end_matches(" kB"));
    kilobytes
        .and_then(|it| it.parse::<u64>().ok())
        .unwrap_or_default()
        * 1024
}

/// Runs a command that must succeed, and hands on what it says to whoever looks on.
pub(super) fn succeed(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() {
        return Ok(());
    }
    Err(failed(format!("{command:?} ended with {status}")))
}

/// What a command that must succeed writes.
pub(super) fn said(command: &mut Command) -> io::Result<String> {
    let child: Child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(failed(format!("{command:?} ended with {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn middle<T: Copy + Ord + Default>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
