//! `racegate verify`: whether a log is whole, and what is missing.

use std::path::Path;

use racegate_eventlog::Integrity;
use racegate_eventlog::reader::{self, Log, ReadError};

use super::arguments::Verify;
use super::exit::{Exit, Failure};
use super::load;
use super::output::{Terminal, print};
use crate::render::plain::plain;
use crate::report;

/// Whether a log can be relied on. What is missing weighs more than what is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Whole,
    Empty,
    Incomplete,
}

pub(super) fn run(verify: &Verify) -> Result<Exit, Failure> {
    let logs = reader::find_logs(&verify.log).map_err(|error| load::failure(&error))?;
    let mut worst = State::Whole;
    for path in logs {
        let read = Read::of(&path).map_err(|error| load::failure(&error))?;
        print(&read.told(&path.display().to_string()), Terminal::Stdout)?;
        worst = worst.max(read.state());
    }
    Ok(match worst {
        State::Whole => Exit::Clean,
        State::Empty => Exit::NothingRecorded,
        State::Incomplete => Exit::Incomplete,
    })
}

/// A log that was read to its end.
struct Read {
    events: u64,
    integrity: Integrity,
}

impl Read {
    fn of(path: &Path) -> Result<Self, ReadError> {
        let mut events = 0;
        let integrity = Log::open(path)?.replay(|block| events += block.len() as u64)?;
        Ok(Self { events, integrity })
    }

    fn state(&self) -> State {
        if !self.integrity.is_complete() {
            State::Incomplete
        } else if self.events == 0 {
            State::Empty
        } else {
            State::Whole
        }
    }

    /// One line for the log, one for each thing it lacks.
    fn told(&self, path: &str) -> String {
        let state = match self.state() {
            State::Whole => "whole",
            State::Empty => "empty: nothing was recorded",
            State::Incomplete => "incomplete",
        };
        let mut text = format!("log {}: {state} ({} events)\n", plain(path), self.events);
        for note in report::losses(&self.integrity) {
            text.push_str(&format!("  {}\n", plain(&note)));
        }
        text
    }
}
