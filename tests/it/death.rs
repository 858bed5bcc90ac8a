//! However a program ends, every event that was recorded before is in its log.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use racegate_eventlog::{EventKind, Trace, reader};

use crate::recorded::{binary, only_log};

/// The program, asked to record its lines only into `folder`.
fn dying(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dying"));
    command
        .env("RACEGATE", "1")
        .env("RACEGATE_LOG", folder)
        .env("RACEGATE_STACK", "site")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn log_in(folder: &Path) -> Trace {
    reader::read(&only_log(folder)).expect("the log can be read")
}

fn writes(trace: &Trace) -> u64 {
    let write = |kind| matches!(kind, EventKind::Write(_));
    trace
        .events()
        .iter()
        .filter(|event| write(event.kind))
        .count() as u64
}

/// The numbers of events: none, one, a few, and more than a window holds.
const EVENTS: [u64; 4] = [0, 1, 200, 10_007];

#[test]
fn no_end_loses_an_event() {
    let ends = [
        "return", "panic", "exit", "abort", "exec", "overflow", "KILL", "TERM",
    ];
    for end in ends {
        for events in EVENTS {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let status = dying(folder.path())
                .args([end, &events.to_string()])
                .status();
            let status = status.expect("the program starts");
            let gentle = end == "return" || end == "exec";
            assert_eq!(status.success(), gentle, "{end} after {events}: {status}");
            let trace = log_in(folder.path());
            assert_eq!(writes(&trace), 2 * events, "{end} after {events}");
            assert!(
                trace.integrity().is_complete(),
                "{end} after {events}: {:?}",
                trace.integrity()
            );
        }
    }
}

#[test]
fn a_kill_at_any_moment_loses_no_write_that_returned() {
    const TRIALS: usize = 40;
    for trial in 0..TRIALS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut program = dying(folder.path())
            .arg("acked")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = BufReader::new(program.stdout.take().expect("it is piped"));
        let mut said = said.lines().map_while(Result::ok);
        // Some trials end inside the first window, some beyond it.
        let wanted = trial * trial * 10 + 1;
        said.by_ref().nth(wanted - 1).expect("it goes on for ever");
        program.kill().expect("it is still there");
        let acknowledged = said
            .filter_map(|line| line.parse().ok())
            .last()
            .unwrap_or(wanted as u64);
        program.wait().expect("it was killed");
        let trace = log_in(folder.path());
        let written = writes(&trace);
        // The last line may have been cut, and the last write not yet told of.
        assert!(
            written >= acknowledged && written <= acknowledged + 2,
            "trial {trial}: {acknowledged} acknowledged, {written} in the log"
        );
        assert!(
            trace.integrity().is_complete(),
            "trial {trial}: {:?}",
            trace.integrity()
        );
    }
}

#[test]
fn an_interrupt_ends_the_program_and_not_the_report() {
    let mut run = Command::new(binary("racegate"))
        .args(["run", "--", env!("CARGO_BIN_EXE_dying"), "acked"])
        .env("RACEGATE_STACK", "site")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut said = BufReader::new(run.stdout.take().expect("it is piped")).lines();
    said.nth(10)
        .expect("the program runs")
        .expect("it says numbers");
    let signal = ["-s", "INT", &run.id().to_string()].map(str::to_owned);
    let sent = Command::new("kill").args(signal).status();
    assert!(sent.expect("kill is there").success());
    // Only now does the program end: nobody listens any more.
    drop(said);
    let output = run.wait_with_output().expect("the command ends");
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(report.contains("events, 1 thread"), "{report}");
    assert_eq!(output.status.code(), Some(101), "{report}");
}
