//! `racegate verify`: whether a log is whole, and what is missing.

use racegate_eventlog::{Trace, reader};

use super::arguments::Verify;
use super::exit::{Exit, Failure};
use super::load;
use super::output::{Terminal, print};
use crate::render::plain::plain;
use crate::report::LoadedLog;
use crate::symbols::Symbols;

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
        let trace = reader::read(&path).map_err(|error| load::failure(&error))?;
        let log = LoadedLog {
            path: path.display().to_string(),
            trace,
            symbols: Symbols::default(),
        };
        print(&told(&log), Terminal::Stdout)?;
        worst = worst.max(State::of(&log.trace));
    }
    Ok(match worst {
        State::Whole => Exit::Clean,
        State::Empty => Exit::NothingRecorded,
        State::Incomplete => Exit::Incomplete,
    })
}

impl State {
    fn of(trace: &Trace) -> Self {
        if !trace.integrity().is_complete() {
            Self::Incomplete
        } else if trace.events().is_empty() {
            Self::Empty
        } else {
            Self::Whole
        }
    }
}

/// One line for the log, one for each thing it lacks.
fn told(log: &LoadedLog) -> String {
    let state = match State::of(&log.trace) {
        State::Whole => "whole",
        State::Empty => "empty: nothing was recorded",
        State::Incomplete => "incomplete",
    };
    let events = log.trace.events().len();
    let mut text = format!("log {}: {state} ({events} events)\n", plain(&log.path));
    for note in log.notes() {
        text.push_str(&format!("  {}\n", plain(&note)));
    }
    text
}
