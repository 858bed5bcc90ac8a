//! `racegate stat`: what a log holds, counted.

mod contention;
mod count;

use std::path::Path;

use racegate_eventlog::reader::{self, Log, ReadError};

use self::contention::Contentions;
use self::count::Kinds;
use super::arguments::Stat;
use super::exit::{Exit, Failure};
use super::load;
use super::output::{Terminal, print};

/// The objects told apart in the contention table.
const BUSIEST: usize = 20;

pub(super) fn run(stat: &Stat) -> Result<Exit, Failure> {
    let logs = reader::find_logs(&stat.log).map_err(|error| load::failure(&error))?;
    for path in logs {
        let text = told(&path).map_err(|error| load::failure(&error))?;
        print(&text, Terminal::Stdout)?;
    }
    Ok(Exit::Clean)
}

fn told(path: &Path) -> Result<String, ReadError> {
    let log = Log::open(path)?;
    let mut kinds = Kinds::default();
    let mut contentions = Contentions::of(log.tables());
    let integrity = log.replay(|block| {
        for event in block {
            kinds.add(event.kind);
            contentions.step(event);
        }
    })?;
    let path = path.display().to_string();
    let mut text = count::told(&path, log.tables(), &kinds, &integrity);
    text.push_str(&contentions.told(BUSIEST));
    Ok(text)
}
