//! `racegate stat`: what a log holds, counted.

mod contention;
mod count;

use racegate_eventlog::reader;

use super::arguments::Stat;
use super::exit::{Exit, Failure};
use super::load;
use super::output::{Terminal, print};

/// The objects told apart in the contention table.
const BUSIEST: usize = 20;

pub(super) fn run(stat: &Stat) -> Result<Exit, Failure> {
    let logs = reader::find_logs(&stat.log).map_err(|error| load::failure(&error))?;
    for path in logs {
        let trace = reader::read(&path).map_err(|error| load::failure(&error))?;
        let mut text = count::told(&path.display().to_string(), &trace);
        text.push_str(&contention::told(&trace, BUSIEST));
        print(&text, Terminal::Stdout)?;
    }
    Ok(Exit::Clean)
}
