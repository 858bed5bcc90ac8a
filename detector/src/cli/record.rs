//! Running a program recorded: its stdio and its status are its own.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use racegate_eventlog::{reader, seal};

use super::arguments::{Recording, Reporting, Run};
use super::exit::{Exit, Failure, say};
use super::interrupt;
use super::judge;
use super::output::Terminal;

const NOTHING_RECORDED: &str = "nothing was recorded: build the program with racegate's \
    feature `enabled` (`cargo racegate run` does), and let it use racegate's cells and threads";

pub(super) fn run(run: &Run) -> Result<Exit, Failure> {
    // What is wrong with the command line is said before the program runs.
    judge::source_root(&run.reporting)?;
    let folder = LogFolder::new(&run.recording)?;
    let (program, arguments) = run
        .program
        .split_first()
        .ok_or_else(|| Failure::usage("there is no program to run"))?;
    record(program, arguments, folder, &run.recording, &run.reporting)
}

/// Runs a command recorded and tells what it did.
pub(super) fn record(
    program: &OsStr,
    arguments: &[OsString],
    folder: LogFolder,
    recording: &Recording,
    reporting: &Reporting,
) -> Result<Exit, Failure> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("RACEGATE", "1")
        .env("RACEGATE_LOG", folder.path());
    let status = interrupt::is_the_programs(|| command.status());
    let status = status.map_err(|error| {
        let program = program.display();
        Failure::usage(format!("`{program}` cannot be started: {error}"))
    })?;
    let verdict = verdict(folder.path(), reporting)?;
    folder.settle(recording.keep || matches!(verdict, Exit::Findings | Exit::Unreadable));
    Ok(with_status(verdict, status))
}

/// What the logs in the folder say.
fn verdict(folder: &Path, reporting: &Reporting) -> Result<Exit, Failure> {
    let logs = match reader::find_logs(folder) {
        Ok(logs) => logs,
        Err(_) => {
            say("error", NOTHING_RECORDED);
            return Ok(Exit::NothingRecorded);
        }
    };
    for log in &logs {
        // What cannot be sealed is still read, from its windows.
        if let Err(error) = seal::seal(log) {
            say("warning", &format!("{}: {error}", log.display()));
        }
    }
    let exit = judge::judge(&logs, reporting, Terminal::Stderr)?;
    if exit == Exit::NothingRecorded {
        say("error", NOTHING_RECORDED);
    }
    Ok(exit)
}

/// A race found is a race; but where none was, the program's failure is the outcome.
fn with_status(verdict: Exit, status: ExitStatus) -> Exit {
    if status.success() {
        return verdict;
    }
    if verdict == Exit::Findings {
        say("note", &format!("the program itself failed too: {status}"));
        return verdict;
    }
    say(
        "warning",
        &format!("the program failed ({status}): that is the outcome, whatever was recorded"),
    );
    Exit::Program(status_code(status))
}

/// The code that a shell would show.
pub(super) fn status_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| signal(status).map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// The folder that a program is recorded into. It was empty before, so that no
/// earlier run's log is taken for this one's.
#[derive(Debug)]
pub(super) struct LogFolder {
    path: PathBuf,
    temporary: Option<tempfile::TempDir>,
}

impl LogFolder {
    pub(super) fn new(recording: &Recording) -> Result<Self, Failure> {
        match &recording.log {
            Some(folder) => Self::given(folder),
            None => Self::temporary(),
        }
    }

    fn given(folder: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::usage(format!("log folder {}: {error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        // The program may change its own folder.
        let path = folder.canonicalize().map_err(failed)?;
        if path.read_dir().map_err(failed)?.next().is_some() {
            return Err(Failure::usage(format!(
                "log folder {}: expected an empty or a new folder",
                folder.display()
            )));
        }
        Ok(Self {
            path,
            temporary: None,
        })
    }

    fn temporary() -> Result<Self, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("racegate-")
            .tempdir()
            .map_err(|error| {
                Failure::usage(format!(
                    "there is no room for a log ({error}): give --log DIR"
                ))
            })?;
        Ok(Self {
            path: folder.path().to_owned(),
            temporary: Some(folder),
        })
    }

    fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a temporary folder, or removes it; says where what is kept lies.
    fn settle(self, keep: bool) {
        match self.temporary {
            Some(folder) if keep => drop(folder.keep()),
            // The folder goes with its handle.
            Some(_) => return,
            None => {}
        }
        let path = self.path.display();
        say(
            "note",
            &format!("the log is in {path}: `racegate scan` reads it again"),
        );
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;

    #[test]
    fn a_signal_is_told_as_a_shell_tells_it() {
        assert_eq!(status_code(ExitStatus::from_raw(6)), 134);
        assert_eq!(status_code(ExitStatus::from_raw(9)), 137);
        assert_eq!(status_code(ExitStatus::from_raw(101 << 8)), 101);
    }

    #[test]
    fn a_failed_program_hides_no_finding_and_no_verdict_hides_its_failure() {
        let failed = ExitStatus::from_raw(3 << 8);
        let succeeded = ExitStatus::from_raw(0);
        assert_eq!(with_status(Exit::Findings, failed), Exit::Findings);
        for verdict in [
            Exit::Clean,
            Exit::Incomplete,
            Exit::NothingRecorded,
            Exit::Unreadable,
        ] {
            assert_eq!(with_status(verdict, failed), Exit::Program(3));
            assert_eq!(with_status(verdict, succeeded), verdict);
        }
    }
}
