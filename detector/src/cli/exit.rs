//! Exit codes, and the one place where an outcome becomes one.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use crate::render::plain::plain;
use crate::verdict::Verdict;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing was found, and the log is complete.
    Clean,
    /// There are findings.
    Findings,
    /// The command line or the configuration is wrong.
    Usage,
    /// The log is incomplete, and nothing is proven.
    Incomplete,
    /// A log is unreadable, incompatible or over a limit.
    Unreadable,
    /// Nothing was recorded.
    NothingRecorded,
    /// A bug in racegate.
    Bug,
    /// Nothing was found, but the program itself failed like this.
    Program(u8),
}

impl Exit {
    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Unreadable => 4,
            Self::NothingRecorded => 5,
            Self::Bug => 70,
            Self::Program(code) => code,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::Clean,
            Verdict::Findings(_) => Self::Findings,
            Verdict::Incomplete => Self::Incomplete,
            Verdict::NothingRecorded(_) => Self::NothingRecorded,
        }
    }
}

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    message: String,
}

impl Failure {
    pub(super) fn usage(message: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(super) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
        }
    }

    /// Says it, in one line.
    pub(super) fn tell(&self) {
        say("error", &self.message);
    }
}

/// One line on stderr. It may hold data, so it is made harmless.
pub(super) fn say(level: &str, message: &str) {
    anstream::eprintln!("{level}: {}", plain(message));
}

/// Runs a command. A panic is our own bug and says so.
pub(super) fn guarded(command: impl FnOnce() -> Result<Exit, Failure>) -> ExitCode {
    let exit = match panic::catch_unwind(AssertUnwindSafe(command)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            failure.tell();
            failure.exit
        }
        // The panic's own message is on stderr already.
        Err(_) => {
            say(
                "error",
                "this is a bug in racegate: please report it with the lines above, at \
                 the address in its README",
            );
            Exit::Bug
        }
    };
    ExitCode::from(exit.code())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Nothing;

    #[test]
    fn a_panic_of_our_own_is_code_70() {
        let code = guarded(|| panic!("a bug"));
        assert_eq!(code, ExitCode::from(70));
    }

    #[test]
    fn every_verdict_has_its_code() {
        let codes = [
            (Verdict::Clean, 0),
            (Verdict::Findings(2), 1),
            (Verdict::Incomplete, 3),
            (Verdict::NothingRecorded(Nothing::Logs), 5),
        ];
        for (verdict, code) in codes {
            assert_eq!(Exit::from(verdict).code(), code);
        }
    }

    #[test]
    fn a_failure_ends_with_its_own_code() {
        let code = guarded(|| Err(Failure::usage("no")));
        assert_eq!(code, ExitCode::from(2));
        let code = guarded(|| Err(Failure::new(Exit::Unreadable, "no")));
        assert_eq!(code, ExitCode::from(4));
    }
}
