//! What the figures were measured on: names of makes and versions, and no more.

use std::fs;
use std::io;
use std::process::Command;

use super::process::said;

/// The machine and the compiler, a line each.
pub(super) fn describe() -> io::Result<Vec<(&'static str, String)>> {
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map(|model| model.trim_start_matches(['\t', ' ', ':']).to_owned());
    let cores = std::thread::available_parallelism()?.to_string();
    let line = |command: &mut Command| said(command).map(|text| text.trim().to_owned());
    Ok(vec![
        ("processor", model.unwrap_or_default()),
        ("cores", cores),
        ("system", line(Command::new("uname").arg("-sr"))?),
        ("compiler", line(Command::new("rustc").arg("--version"))?),
        (
            "date",
            line(Command::new("date").args(["-u", "+%Y-%m-%d"]))?,
        ),
        (
            "commit",
            line(Command::new("git").args(["rev-parse", "--short", "HEAD"]))?,
        ),
        ("load before", load()?),
    ])
}

/// How many processes wanted a core, over a minute.
fn load() -> io::Result<String> {
    let load = fs::read_to_string("/proc/loadavg")?;
    Ok(load.split(' ').next().unwrap_or_default().to_owned())
}
